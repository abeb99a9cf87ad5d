"""Badges of pictures whose labels lie in files."""

import pytest

from gui.files.rows import BADGE
from tests.make import write_picture


@pytest.fixture
def labelled(qtbot, app, tmp_path):
    """A list of pictures and their labels, the last of them damaged, and the panel open."""
    folder, lines = tmp_path / "자료", ""
    for name, text in (
        ("a", "1 0.5 0.5 0.2 0.2\n0 0.2 0.2 0.1 0.1\n1 0.8 0.8 0.1 0.1\n"),
        ("b", ""),
        ("c", "0 nonsense\n"),
    ):
        write_picture(folder / f"{name}.png", (48, 64))
        (folder / f"{name}.txt").write_text(text)
        lines += f"{name}.png {name}.txt\n"
    (folder / "train.txt").write_text(lines)
    (folder / "labels.txt").write_text("1 고양이\n2 dog\n", encoding="utf-8")
    with qtbot.waitSignal(app.session.project.opened):
        app.desk.open_paths([str(folder / "train.txt")])
    app.actions["files"].trigger()
    return app


def badge(app, row):
    rows = app.side("files").panel.rows
    return rows.index(row).data(BADGE)


def test_they_are_read_once_their_row_is_in_sight(qtbot, labelled):
    qtbot.waitUntil(lambda: badge(labelled, 0).labels != ())
    assert badge(labelled, 0).labels == ((2, 2), (1, 1))
    assert badge(labelled, 1).labels == ()
    assert badge(labelled, 2).labels == ()


def test_an_edit_takes_their_place(qtbot, labelled):
    session = labelled.session
    qtbot.waitUntil(lambda: badge(labelled, 0).labels != ())
    qtbot.waitUntil(lambda: session.annotations.sample is not None)
    session.annotations.select_all()
    session.annotations.delete_selected()
    assert badge(labelled, 0).labels == ()
    labelled.actions["undo"].trigger()
    qtbot.waitUntil(lambda: badge(labelled, 0).labels == ((2, 2), (1, 1)))
