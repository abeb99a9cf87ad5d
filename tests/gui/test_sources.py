"""What is no file, with the whole window behind it: a folder that is watched."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.sources.camera_list import Camera
from engine.sources.screen import ScreenRegion
from engine.sources.webcam import CameraSpec
from gui.dialogs import choose
from gui.session.mode import CanvasMode
from tests.fakes import FakeSource
from tests.gui.conftest import PATIENCE_MS
from tests.make import write_picture


def newest(app) -> str:
    shot = app.session.live.shot
    return Path(shot.frame.id.path).name if shot is not None else ""


@pytest.fixture
def watching(qtbot, opened, pictures, monkeypatch):
    """The window with three pictures, whose folder is watched."""
    asked = []

    def folder(parent, start, title=""):
        asked.append(start)
        return str(pictures)

    monkeypatch.setattr(choose, "folder", folder)
    with qtbot.waitSignal(opened.session.live.shown, timeout=PATIENCE_MS):
        opened.actions["watch_folder"].trigger()
    assert asked == [str(pictures)], "it begins where the person is"
    return opened


def test_new_pictures_are_shown_as_they_arrive(qtbot, watching, pictures):
    assert watching.session.mode is CanvasMode.LIVE
    write_picture(pictures / "새 사진.png", (96, 128), seed=9)
    qtbot.waitUntil(lambda: newest(watching) == "새 사진.png", timeout=PATIENCE_MS)
    assert "새" in watching.window.timeline._position.text()
    assert len(watching.session.frames.ids) == 3, "none is added unasked"
    watching.window.timeline._leave.click()
    qtbot.waitUntil(lambda: len(watching.session.frames.ids) == 4, timeout=PATIENCE_MS)
    assert watching.session.mode is CanvasMode.PICTURES


def test_a_picture_that_is_frozen_is_corrected_where_it_lies(qtbot, watching, pictures):
    project = watching.session.project.project
    path = write_picture(pictures / "new.png", (96, 128), seed=9)
    qtbot.waitUntil(lambda: newest(watching) == "new.png", timeout=PATIENCE_MS)
    watching.actions["freeze"].trigger()
    qtbot.waitUntil(lambda: watching.session.annotations.sample is not None, timeout=PATIENCE_MS)
    assert watching.session.frames.frame_id.path == str(path)
    assert watching.session.project.project is project, "the folder's own"
    watching.session.toggle_play()
    assert watching.session.mode is CanvasMode.LIVE


def test_a_slider_acts_on_the_picture_that_arrived_last(qtbot, watching):
    with qtbot.waitSignal(watching.session.live.shown, timeout=PATIENCE_MS):
        watching.session.store.change(conf=0.9)


def test_where_no_screen_can_be_seen_it_is_said(app, monkeypatch):
    monkeypatch.setattr("engine.sources.screen._PLATFORM", "linux")
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    app.actions["capture_screen"].trigger()
    assert "Wayland" in app.window.notice.text
    assert app.window.isVisible()


def test_a_part_of_the_screen_is_opened(qtbot, app):
    asked = []

    def opener(what):
        asked.append(what)
        return FakeSource(3)

    app.session.live.opener = opener
    with qtbot.waitSignal(app.session.live.opened, timeout=PATIENCE_MS):
        app.desk.sources.screen_part.chosen.emit((10, 20, 640, 480))
    assert asked == [ScreenRegion(10, 20, 640, 480)]
    assert app.session.live.info.root is None


def test_an_empty_folder_waits_and_nothing_chosen_changes_nothing(
    qtbot, app, tmp_path, monkeypatch
):
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(choose, "folder", lambda *_: "")
    app.actions["watch_folder"].trigger()
    assert not app.session.live.is_open
    monkeypatch.setattr(choose, "folder", lambda *_: str(tmp_path / "empty"))
    with qtbot.waitSignal(app.session.live.opened, timeout=PATIENCE_MS):
        app.actions["watch_folder"].trigger()
    assert "empty" in app.window.statusBar().currentMessage()
    Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(tmp_path / "empty" / "a.png")
    qtbot.waitUntil(lambda: newest(app) == "a.png", timeout=PATIENCE_MS)


def test_a_camera_is_chosen_with_its_size_and_opened(qtbot, app):
    asked = []

    def opener(what):
        asked.append(what)
        return FakeSource(3)

    sources = app.desk.sources
    app.session.live.opener = opener
    with qtbot.waitSignal(sources._cameras.found, timeout=PATIENCE_MS):
        app.actions["open_camera"].trigger()
        app.actions["open_camera"].trigger()
    dialog = sources.camera_dialog
    dialog.set_cameras((Camera(0, "Door"), Camera(2, "Desk")))
    dialog.cameras.setCurrentIndex(1)
    dialog.sizes.setCurrentIndex(2)
    sources._cameras.leave()
    with qtbot.waitSignal(app.session.live.opened, timeout=PATIENCE_MS):
        dialog.open_button.click()
    assert asked == [CameraSpec(2, "Desk", (720, 1280))]
    assert sources.camera_dialog is None
    app.actions["open_camera"].trigger()
    assert sources.camera_dialog.sizes.currentData() == (720, 1280), "as the last time"
    sources.camera_dialog.reject()
    assert not sources._cameras._timer.isActive()
    qtbot.waitUntil(lambda: not sources._cameras._one.is_running, timeout=PATIENCE_MS)
