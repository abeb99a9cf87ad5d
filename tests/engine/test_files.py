import os

import pytest

from engine.errors import DatasetError
from engine.files import replacing, unseen, write_all, write_text


def test_a_file_appears_whole_in_a_new_folder(tmp_path):
    write_text(tmp_path / "new" / "a.txt", "ö\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"\xc3\xb6\n"
    assert os.listdir(tmp_path / "new") == ["a.txt"]


def test_trouble_while_writing_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(FileNotFoundError), replacing(path) as temporary:
        temporary.rename(tmp_path / "missing" / "a.bin")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_below_an_unseen_folder_files_are_written_at_once_but_never_through_a_link(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "new").mkdir()
    os.link(tmp_path / "mine.txt", tmp_path / "new" / "a.txt")
    with unseen(tmp_path / "new"):
        write_text(tmp_path / "new" / "a.txt", "theirs")
        write_text(tmp_path / "new" / "deep" / "b.txt", "b")
        write_text(tmp_path / "c.txt", "c")
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert (tmp_path / "new" / "a.txt").read_text() == "theirs"
    assert (tmp_path / "new" / "deep" / "b.txt").read_text() == "b"


def test_several_files_appear_together_or_not_at_all(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="Cannot write"):
        write_all({tmp_path / "a.txt": "a", tmp_path / "file" / "b.txt": "b"})
    assert os.listdir(tmp_path) == ["file"]
    write_all({tmp_path / "a.txt": "a", tmp_path / "b.txt": "b"})
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "b.txt", "file"]
