from pathlib import Path

import pytest

from gui.unfinished_runs import NAME, forget, note, noted


def test_what_begins_is_noted_until_it_ends(tmp_path):
    assert noted(tmp_path) == ()
    forget(tmp_path, Path("a"))
    assert not (tmp_path / NAME).exists()
    for name in ("a", "b", "a"):
        note(tmp_path, Path(name))
    assert noted(tmp_path) == (Path("b"), Path("a"))
    forget(tmp_path, Path("b"))
    assert noted(tmp_path) == (Path("a"),)


@pytest.mark.parametrize("text", ["", "{}", "[1, null]", "\0"])
def test_a_damaged_file_is_no_trouble(tmp_path, text):
    (tmp_path / NAME).write_text(text)
    assert noted(tmp_path) == ()
    note(tmp_path, Path("a"))
    assert noted(tmp_path) == (Path("a"),)


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    note(tmp_path / "file", Path("a"))
    assert noted(tmp_path / "file") == ()
    assert "could not be stored" in caplog.text
    caplog.clear()
