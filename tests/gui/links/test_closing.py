"""Closing the window while an Edit of many pictures, or of many frames, is under way."""

from functools import partial

from engine.annotations import edits
from engine.values import Annotation
from gui.controllers import history, large_edits, tracks
from gui.dialogs import ask
from tests.gui.conftest import open_video
from tests.make_labels import add_label
from tests.make_track import box_at, write_scene


def test_it_is_asked_whether_to_give_it_up(qtbot, opened, monkeypatch, hold):
    asked = []
    monkeypatch.setattr(history, "LARGE", 0)
    monkeypatch.setattr(ask, "ends_work", lambda parent, busy: asked.append(busy))
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


def test_it_is_asked_whether_to_follow_an_object_no_further(
    qtbot, app, tmp_path, monkeypatch, hold
):
    asked, annotations = [], app.session.annotations
    monkeypatch.setattr(ask, "ends_work", lambda parent, busy: asked.append(busy))
    monkeypatch.setattr(ask, "frames", lambda *_: 4)
    open_video(qtbot, app, write_scene(tmp_path / "one.mp4", 9))
    app.session.live.pause()
    app.actions["freeze"].trigger()
    qtbot.waitUntil(lambda: annotations.stored_sample is not None)
    box = Annotation(box_at(annotations.sample.frame_id.index), add_label(app.session.project, "a"))
    annotations.edit("Draw", partial(edits.add, annotations=(box,)))
    annotations.select((box.id,))
    may_follow = hold(tracks, "follow_object")
    app.actions["track_forward"].trigger()
    app.window.close()
    assert asked == ["An object is being followed."]
    assert app.window.isVisible()
    with qtbot.waitSignal(app.desk.tracking.tracks.followed):
        may_follow.set()
