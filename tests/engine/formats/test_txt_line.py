import pytest

from engine.formats.txt_line import BadLine, Folder, join_line, parse_line


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
