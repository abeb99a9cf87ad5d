import json
import math
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import plain_json
from engine.errors import AppError, DatasetError, WeightsError
from engine.plain_json import MOST_LEVELS, parse_json, read_json
from tests.damage import damaged_json, seeds

plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('a한\n\\"\U0001f600[{NaN'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
)


def refuse(text):
    raise ValueError(text)


def test_numbers_that_are_not_finite_become_null_at_any_depth():
    text = plain_json.dumps({"a": [math.nan, 1.5, (math.inf,)], "b": {"c": -math.inf}})
    read = json.loads(text, parse_constant=refuse)
    assert read == {"a": [None, 1.5, [None]], "b": {"c": None}}


def test_other_objects_are_written_as_text():
    assert json.loads(plain_json.dumps({"path": Path("a") / "b"})) == {"path": str(Path("a/b"))}


def test_names_may_be_kept_or_escaped():
    assert plain_json.dumps("한") == '"한"'
    assert plain_json.dumps("한", ascii_only=True) == '"\\ud55c"'


def test_a_measured_number_is_rounded_or_none():
    assert plain_json.number(1 / 3) == 0.333333
    assert plain_json.number(math.nan) is None


@settings(max_examples=40)
@given(plain_values, st.booleans())
def test_what_json_can_hold_comes_back(value, ascii_only):
    assert parse_json(plain_json.dumps(value, ascii_only=ascii_only), "a.json") == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{\n  "NaN": NaN}', r"a\.json, line 2, column 10: NaN is not finite"),
        ('["Infinity", -Infinity]', "line 1, column 14: -Infinity is not finite"),
        ('["1e999",\n1e999]', "line 2, column 1: 1e999 is too large"),
        ("[1, 9223372036854775808]", "column 5: 9223372036854775808 is too large"),
        ("[-9223372036854775809]", "-9223372036854775809 is too large"),
        ("9" * 5000, r"line 1, column 1: 9{20}\.\.\. is too large"),
        ('[1,\n {"a" 2}]', r"a\.json is no valid JSON: line 2, column 7"),
        ("", "no valid JSON"),
        ('["fine", "\\ud83d"]', "line 1, column 10: this text"),
        ('["a\\u0000"]', "line 1, column 2: this text"),
        ("[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1), "64 levels deep"),
        ("[" * 100_000 + "]" * 100_000, "64 levels deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "64 levels deep"),
        ("[" * 100_000, "64 levels deep|no valid JSON"),
    ],
)
def test_what_no_reader_wants_is_refused_with_its_place(text, words):
    with pytest.raises(DatasetError, match=words):
        parse_json(text, "a.json")


def test_unusual_numbers_and_texts_that_are_right_are_kept():
    text = '{"id": 9223372036854775807, "x": 0.1234567890123456789012, "y": 1e-400, "z": 1e100}'
    assert parse_json(text, "a.json")["id"] == 2**63 - 1
    assert parse_json('["\\ud83d\\ude00", "\\\\ud83d"]', "a.json") == ["\U0001f600", "\\ud83d"]
    at_most = "[" * MOST_LEVELS + "1" + "]" * MOST_LEVELS
    assert parse_json(at_most, "a.json")


def test_a_file_is_refused_as_the_error_that_its_reader_wants(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_json(path) == {"a": 1}
    with pytest.raises(WeightsError, match="larger than 4 bytes"):
        read_json(path, most=4, error=WeightsError)
    path.write_bytes(b'"\xff"')
    with pytest.raises(DatasetError, match="not UTF-8") as caught:
        read_json(path, hint="Do this.")
    assert caught.value.hint == "Do this."
    for missing in (tmp_path / "none.json", tmp_path, Path("a\0.json")):
        with pytest.raises(DatasetError, match="Cannot read"):
            read_json(missing)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(DatasetError, match="named pipe"):
        read_json(tmp_path / "a.json")


def test_hostile_strings_take_no_time():
    started = time.process_time()
    for text in ('["' + '\\"' * 200_000, '[NaN, "' + '\\"' * 200_000, "[" + '"\\ud83d",' * 50_000):
        with pytest.raises(DatasetError):
            parse_json(text, "a.json")
    assert time.process_time() - started < 2


VALUE = {"a": [1, 2.5, "한\n", None, True], "b": {"c": -1e-3}}


@given(seeds)
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(damaged_json(VALUE, seed))
    with suppress(AppError):
        read_json(path)
