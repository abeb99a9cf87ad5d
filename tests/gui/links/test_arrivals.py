"""Undoing the freezing or collecting of a live frame takes it away; redo brings it back."""

from pathlib import Path

import pytest

from engine.project.project import Project
from gui.session.mode import CanvasMode
from tests.fakes import FakeSource
from tests.gui.conftest import PATIENCE_MS
from tests.make_track import write_scene


def opened_live(qtbot, app, open_it):
    session = app.session
    with (
        qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS),
        qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS),
    ):
        open_it()
    return app


@pytest.fixture
def camera(qtbot, app, tmp_path, monkeypatch):
    monkeypatch.setattr("gui.controllers.project.camera_root", lambda: tmp_path)
    app.session.live.opener = lambda what: FakeSource(10**6, is_live=True)
    return opened_live(qtbot, app, lambda: app.session.open_live("rtsp://camera/live"))


@pytest.fixture
def video(qtbot, app, tmp_path):
    clip = write_scene(tmp_path / "one.mp4", 12)
    return opened_live(qtbot, app, lambda: app.desk.open_paths([str(clip)]))


def freeze(qtbot, app):
    with qtbot.waitSignal(app.session.frames.frame_shown, timeout=PATIENCE_MS):
        app.actions["freeze"].trigger()
    return app.session.frames.frame_id


def test_a_frozen_camera_frame_goes_with_its_picture_and_comes_back_with_it(qtbot, camera):
    session = camera.session
    frame_id = freeze(qtbot, camera)
    path = Path(frame_id.path)
    assert path.is_file()
    camera.actions["undo"].trigger()
    assert session.frames.ids == ()
    assert session.mode is CanvasMode.LIVE
    assert not path.exists()
    assert "no picture of the project any more" in camera.window.notice.text
    camera.window.notice._buttons[0].click()
    assert session.frames.ids == (frame_id,)
    assert path.is_file()
    assert "is a picture of the project again" in camera.window.notice.text


def test_what_is_gone_is_not_listed_when_the_project_is_opened_again(qtbot, camera):
    session = camera.session
    gone, index = freeze(qtbot, camera), session.live.shot.frame.id.index
    camera.actions["undo"].trigger()
    qtbot.waitUntil(lambda: session.live.shot.frame.id.index != index, timeout=PATIENCE_MS)
    kept = freeze(qtbot, camera)
    assert kept != gone
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        session.project.open_for_video(session.project.root)
    assert session.frames.ids == (kept,)


def test_a_frozen_frame_of_a_video_goes_and_the_video_is_back_at_it(qtbot, video):
    session = video.session
    frame_id = freeze(qtbot, video)
    with qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS):
        video.actions["undo"].trigger()
    assert session.mode is CanvasMode.LIVE
    assert session.live.shot.frame.id == frame_id
    assert frame_id not in session.frames.ids
    assert Path(frame_id.path).is_file()


def test_a_frame_beside_the_shown_one_goes_and_that_stays(qtbot, camera):
    session, history = camera.session, camera.session.annotations.history
    first, index = freeze(qtbot, camera), session.live.shot.frame.id.index
    camera.actions["play"].trigger()
    qtbot.waitUntil(lambda: session.live.shot.frame.id.index != index, timeout=PATIENCE_MS)
    second = freeze(qtbot, camera)
    (step,) = [row for row in history.rows(0, 10) if row.frame_id == first]
    history.take(step)
    assert session.frames.ids == (second,)
    assert session.frames.frame_id == second


def test_what_another_window_takes_away_or_brings_back_is_so_here(qtbot, camera):
    session = camera.session
    frame_id = freeze(qtbot, camera)
    with Project.open(session.project.project.place) as other:
        (step,) = other.steps()
        other.undo(step.id)
        session.watching.look()
        assert session.frames.ids == ()
        assert session.mode is CanvasMode.LIVE
        assert "no picture of the project any more" in camera.window.notice.text
        other.redo(step.id)
    session.watching.look()
    assert session.frames.ids == (frame_id,)


def test_what_was_gone_at_opening_comes_when_another_window_brings_it_back(qtbot, camera):
    session = camera.session
    frame_id = freeze(qtbot, camera)
    camera.actions["undo"].trigger()
    with qtbot.waitSignal(session.project.opened, timeout=PATIENCE_MS):
        session.project.open_for_video(session.project.root)
    with Project.open(session.project.project.place) as other:
        (step,) = other.steps()
        other.redo(step.id)
    session.watching.look()
    assert session.frames.ids == (frame_id,)
