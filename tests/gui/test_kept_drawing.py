"""What was drawn and could not be stored is not drawn twice."""

from functools import partial

import pytest
from PySide6.QtWidgets import QPushButton

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box
from gui.dialogs import ask
from tests.gui.conftest import PATIENCE_MS

BOX = Annotation(Box(2, 2, 20, 20), 1, id="drawn")
DRAW = Edit("Draw box", partial(edits.add, annotations=BOX))


def press(app, text):
    (button,) = [b for b in app.window.notice.findChildren(QPushButton) if b.text() == text]
    assert button.isVisibleTo(app.window.notice)
    button.click()


def shown(app):
    return [a.id for a in app.session.annotations.sample.annotations]


def test_without_a_label_it_is_kept_until_it_has_one(opened, monkeypatch):
    names = iter(("", "cell"))
    monkeypatch.setattr(ask, "label", lambda *_: next(names))
    opened.window.canvas.edit_made.emit(DRAW)
    assert shown(opened) == []
    assert "no label" in opened.window.notice.text
    press(opened, "Name it…")
    assert shown(opened) == ["drawn"]
    assert opened.session.project.labels[-1].name == "cell"
    assert opened.window.notice.isHidden()


def test_what_is_drawn_next_and_another_picture_end_the_offer(qtbot, opened, monkeypatch):
    names = iter(("", "cell"))
    monkeypatch.setattr(ask, "label", lambda *_: next(names))
    opened.window.canvas.edit_made.emit(DRAW)
    other = Annotation(Box(1, 1, 9, 9), 1, id="other")
    again = Edit("Draw box", partial(edits.add, annotations=other))
    opened.window.canvas.edit_made.emit(again)
    assert shown(opened) == ["other"]
    assert opened.window.notice.isHidden()
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.actions["next"].trigger()
    assert opened.window.notice.isHidden()


@pytest.fixture
def labelled(opened, monkeypatch):
    monkeypatch.setattr(ask, "label", lambda *_: "cell")
    first = Annotation(Box(1, 1, 9, 9), 1, id="first")
    opened.window.canvas.edit_made.emit(Edit("Draw", partial(edits.add, annotations=first)))
    assert opened.window.saved.text() == "Saved"
    return opened


def fill_up(app):
    """The disk has no room for a further Edit; gives what frees it."""
    connection = app.session.project.project._store.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    return lambda: connection.execute("PRAGMA max_page_count = 1000000")


def test_on_a_full_disk_it_is_kept_until_there_is_room(labelled):
    many = [Annotation(Box(i % 40, 1, i % 40 + 5, 9), 1) for i in range(400)]
    free = fill_up(labelled)
    labelled.window.canvas.edit_made.emit(Edit("Draw", partial(edits.add, annotations=many)))
    assert "disk is full" in labelled.window.notice.text
    assert labelled.window.saved.text() == "Not saved"
    press(labelled, "Try again")
    assert shown(labelled) == ["first"]
    assert "disk is full" in labelled.window.notice.text
    free()
    press(labelled, "Try again")
    assert len(shown(labelled)) == 401
    assert labelled.window.notice.isHidden()
    assert labelled.window.saved.text() == "Saved"
