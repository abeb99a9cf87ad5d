import time

import pytest

from engine.formats.txt_line import BadLine, Folder, is_label_path, join_line, parse_line


@pytest.fixture
def folder(tmp_path):
    for name in ("a b.png", "a.png", "l.txt", "b.png l.txt"):
        (tmp_path / name).write_text("")
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("image", "label"), [("a.png", "l.txt"), ("a b.png", "l.txt"), ("a\tb.png", "l.txt")]
)
def test_what_is_joined_is_parsed_again(folder, image, label):
    assert parse_line(join_line(image, label), folder) == (image, label)


def test_the_files_that_exist_decide(folder):
    assert parse_line("a b.png l.txt", folder) == ("a b.png", "l.txt")


def test_other_separators_are_named(folder):
    bad = parse_line("a.png,l.txt", folder)
    assert isinstance(bad, BadLine)
    assert bad.code == "separator"
    assert "','" in bad.message


def test_backslashes_are_read_where_no_such_file_exists(folder, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.png").write_text("")
    assert folder.path("sub\\c.png") == str(tmp_path / "sub" / "c.png")


@pytest.mark.parametrize(
    "text",
    [
        "a " * 50_000,
        "a.png" + " " * 100_000 + "l.txt",
        "a" + " " * 4_000 + "b" + " " * 4_000 + "\t" + "c",
        "a\t" * 4_000,
        " \t" * 50_000 + "x",
        '"' * 100_000,
        "a.png," * 20_000,
        "x y" * 2_000,
    ],
)
def test_a_long_line_is_refused_quickly(folder, text):
    started = time.process_time()
    assert isinstance(parse_line(text, folder), BadLine | tuple)
    assert time.process_time() - started < 0.5


def test_paths_with_many_blanks_are_read(folder, tmp_path):
    name = "a " * 60 + "b.png"
    (tmp_path / name).write_text("")
    assert parse_line(f"{name} l.txt", folder) == (name, "l.txt")


@pytest.mark.parametrize("text", ["a\0b.png l.txt", "a\0/b.png l.txt", "a.png .png", "a.png .txt"])
def test_odd_paths_are_said_to_be_missing_or_labels(folder, text):
    image, label = parse_line(text, folder)
    assert not folder.has(folder.path(image)) or not is_label_path(label)
