"""Closing the window while an Edit of many pictures is under way."""

from gui.controllers import history, large_edits
from gui.dialogs import ask


def test_it_is_asked_whether_to_give_it_up(qtbot, opened, monkeypatch, hold):
    asked = []
    monkeypatch.setattr(history, "LARGE", 0)
    monkeypatch.setattr(ask, "ends_edit", lambda parent, busy: asked.append(busy))
    opened.actions["skip"].trigger()
    may_edit = hold(large_edits, "edit_largely")
    opened.actions["undo"].trigger()
    opened.window.close()
    assert asked == ["Undo: Skip: this is still under way."]
    assert opened.window.isVisible()
    may_edit.set()
    qtbot.waitUntil(lambda: not opened.session.large.is_running)
    assert opened.session.annotations.history.redo.text == "Skip"


def test_otherwise_nothing_is_asked(opened):
    opened.window.close()
    assert not opened.window.isVisible()
