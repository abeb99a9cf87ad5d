import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given

from engine.errors import AppError, ConfigError, DatasetError
from engine.plain_yaml import MOST_BYTES, parse_yaml, read_yaml
from tests.damage import damaged_bytes, seeds

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED = "a: &a {x: 1}\n" + "".join(
    f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 9)}]}}\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
GOOD = """
names: {0: cat, 1: "dög"}   # of a data set
base: &base {lr: 1.0e-3, on: true, nothing: ~}
run: {<<: *base, steps: [1, 0x10, -3]}
day: 2024-02-30
"""


def test_plain_settings_are_read():
    base = {"lr": 0.001, True: True, "nothing": None}
    assert parse_yaml(GOOD, "a.yaml") == {
        "names": {0: "cat", 1: "dög"},
        "base": base,
        "run": {**base, "steps": [1, 16, -3]},
        "day": "2024-02-30",
    }
    assert parse_yaml("", "a.yaml") is None


@pytest.mark.parametrize("text", [LAUGHS, MERGED, "a: &a [*a]", "a: &a {b: *a}", "&a {<<: *a}"])
def test_aliases_that_multiply_or_circle_are_refused_at_once(text):
    started = time.process_time()
    with pytest.raises(ConfigError, match="aliases"):
        parse_yaml(text, "a.yaml")
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: " + "9" * 5000, r"a\.yaml is not valid YAML: line 2, column 4: .*too large"),
        ("a: 9223372036854775808", "too large"),
        ("a: 0x" + "f" * 3000, "too large"),
        ("a: .inf", "line 1, column 4: this number is not finite"),
        ("a: 1.0e+309", "not finite"),
        ("a: .nan", "not finite"),
        ("- " * 5000 + "a", "too deep"),
        ("[" * 40 + "]" * 40, "too deep"),
        ("a: b: c", "line 1, column 5"),
        ("!!bool maybe", "maybe"),
        ("!!int ''", "valid YAML"),
        ("!!python/object/apply:os.system [ls]", "valid YAML"),
        ("!!set {a}", "valid YAML"),
        ("? [a]\n: b", "unhashable"),
        ('"\\ud800"', "characters that are none"),
        ('"\\U00110000"', "valid YAML"),
    ],
)
def test_what_no_reader_wants_is_refused(text, words):
    with pytest.raises(ConfigError, match=words):
        parse_yaml(text, "a.yaml")


def test_a_file_is_refused_as_the_error_that_its_reader_wants(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    assert read_yaml(path) == {"a": 1}
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(DatasetError, match="larger"):
        read_yaml(path, error=DatasetError)
    path.write_bytes(b"a: \xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_yaml(path)
    for missing in (tmp_path / "none.yaml", tmp_path, Path("a\0.yaml")):
        with pytest.raises(ConfigError, match="Cannot read"):
            read_yaml(missing)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(ConfigError, match="named pipe"):
        read_yaml(tmp_path / "a.yaml")


WORDS = (b"*base", b"&a ", b"<<: ", b"- ", b": ", b"!!", b"? ", b"{", b"]", b"9" * 5000, b".inf",
         b"!!int ", b"!!bool ", b"%", b"\n", b"'", b"|", b">", b"0x", b":1:1", b"\0", b"\\uD800",
         b"---\n", b"...\n", b"\xff", b"2024-13-01", b"=")  # fmt: skip


@given(seeds)
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_bytes(damaged_bytes(GOOD.encode(), seed, WORDS))
    with suppress(AppError):
        read_yaml(path)
