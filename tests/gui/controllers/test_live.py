import numpy as np
import pytest
from PySide6.QtCore import QObject

from engine.project.project import Project
from engine.sources.frame_reader import FrameReader
from engine.sources.video_writer import VideoWriter
from engine.thresholds import Thresholds
from engine.values import FrameId
from gui.controllers.live import LiveController
from gui.session.mode import CanvasMode
from tests.fakes import FakeSource
from tests.gui.conftest import PATIENCE_MS, open_video
from tests.make import make_pixels


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "영상.mp4"
    writer = VideoWriter(path, 25, (48, 64))
    for number in range(12):
        writer.write(make_pixels((48, 64), seed=number))
    writer.close()
    return path


@pytest.fixture
def live(qtbot, jobs):
    parent = QObject()
    live = LiveController(jobs, parent)
    yield live
    live.close()
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


def open_paused(qtbot, live, video):
    with (
        qtbot.waitSignal(live.opened, timeout=PATIENCE_MS),
        qtbot.waitSignal(live.shown, timeout=PATIENCE_MS),
    ):
        live.open(str(video), None, Thresholds())
    live.pause()


def test_a_video_says_what_it_is(qtbot, live, video):
    open_paused(qtbot, live, video)
    assert (live.info.name, live.info.count) == ("영상.mp4", 12)
    assert live.is_open


def test_frames_may_come_from_anywhere(qtbot, live):
    """What the bench's unpaced frames rest on."""
    asked = []

    def opener(what):
        asked.append(what)
        return FakeSource(5)

    live.opener = opener
    open_paused(qtbot, live, "some.mp4")
    assert asked == ["some.mp4"]
    assert (live.info.name, live.info.count, live.info.fps) == ("fake", 5, None)


def test_seeking_shows_exactly_that_frame(qtbot, live, video):
    open_paused(qtbot, live, video)
    for index in (7, 2, 11):
        with qtbot.waitSignal(
            live.position_changed, timeout=PATIENCE_MS, check_params_cb=lambda i, n=index: i == n
        ):
            live.seek(index)
    assert live.shot.frame.id == FrameId(str(video), 11)


def test_stepping_stays_inside_the_video(qtbot, live, video):
    open_paused(qtbot, live, video)
    with qtbot.waitSignal(
        live.position_changed, timeout=PATIENCE_MS, check_params_cb=lambda i: i == 11
    ):
        live.step(100)
    with qtbot.waitSignal(
        live.position_changed, timeout=PATIENCE_MS, check_params_cb=lambda i: i == 10
    ):
        live.step(-1)
    assert not live.is_playing


def test_at_its_end_a_video_waits_and_can_play_again(qtbot, live, video):
    open_paused(qtbot, live, video)
    with qtbot.waitSignal(
        live.playing_changed, timeout=PATIENCE_MS, check_params_cb=lambda playing: not playing
    ):
        live.play()
    assert live.is_open
    with qtbot.waitSignal(
        live.position_changed, timeout=PATIENCE_MS, check_params_cb=lambda i: i < 11
    ):
        live.play()


def test_what_changes_as_a_video_ends_acts_on_its_last_frame(qtbot, live, video):
    def is_last(index):
        return index == 11

    with qtbot.waitSignal(live.position_changed, timeout=PATIENCE_MS, check_params_cb=is_last):
        live.open(str(video), None, Thresholds())
    with qtbot.waitSignal(live.position_changed, timeout=PATIENCE_MS, check_params_cb=is_last):
        live.set_thresholds(Thresholds(conf=0.9))


def test_a_file_that_is_no_video_fails_and_closes(qtbot, live, tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 100)
    with qtbot.waitSignal(live.failed, timeout=PATIENCE_MS) as failed:
        live.open(str(broken), None, Thresholds())
    assert "broken.mp4" in failed.args[0].message
    assert not live.is_open


def test_a_file_that_does_not_open_leaves_the_video_open(qtbot, live, video, tmp_path):
    open_paused(qtbot, live, video)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 100)
    with (
        qtbot.assertNotEmitted(live.ended),
        qtbot.waitSignal(live.failed, timeout=PATIENCE_MS),
    ):
        live.open(str(broken), None, Thresholds())
    assert live.is_open
    assert live.info.name == video.name
    with qtbot.waitSignal(
        live.position_changed, timeout=PATIENCE_MS, check_params_cb=lambda i: i == 4
    ):
        live.seek(4)


def test_the_window_goes_on_showing_what_was_open(qtbot, app, video, tmp_path):
    session = app.session
    open_video(qtbot, app, video)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 100)
    with qtbot.waitSignal(session.live.failed, timeout=PATIENCE_MS):
        app.desk.open_paths([str(broken)])
    assert session.mode is CanvasMode.LIVE
    assert not app.window.timeline.isHidden()
    assert "broken.mp4" in app.window.notice.text


def test_a_lost_camera_is_told_and_found_again(qtbot, live):
    opened = []

    def opener(what):
        opened.append(FakeSource(3 * len(opened) + 3, is_live=True))
        return opened[-1]

    live.opener = opener
    told = []
    live.lost.connect(told.append)
    with qtbot.waitSignal(live.lost, timeout=PATIENCE_MS, check_params_cb=lambda lost: not lost):
        live.open(0, None, Thresholds())
    assert told[0].tries == 1
    assert live.is_open
    assert live.shot is not None


def test_a_missing_camera_is_said(qtbot, live):
    with qtbot.waitSignal(live.failed, timeout=PATIENCE_MS) as failed:
        live.open(97, None, Thresholds())
    assert failed.args[0].hint
    assert not live.is_open


def test_closing_at_once_leaves_nothing_behind(qtbot, live, video, jobs):
    shown = []
    live.shown.connect(shown.append)
    live.open(str(video), None, Thresholds())
    live.close()
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    assert not shown


def test_a_frozen_frame_becomes_a_picture_of_the_project(qtbot, app, video):
    session = app.session
    open_video(qtbot, app, video)
    assert session.mode is CanvasMode.LIVE
    assert not app.window.timeline.isHidden()
    with qtbot.waitSignal(session.frames.frame_shown, timeout=PATIENCE_MS) as changed:
        app.actions["freeze"].trigger()
    frozen = changed.args[0].id
    assert frozen.path == str(video)
    assert session.mode is CanvasMode.PICTURES
    assert session.annotations.sample.frame_id == frozen
    assert not list(session.project.folder.rglob("*.png"))
    with Project.open(session.project.project.place, read_only=True) as stored:
        assert stored.frame_ids() == (frozen,)
    with FrameReader() as reader:
        assert np.array_equal(reader.read(frozen).pixels, changed.args[0].pixels)
    assert session.live.is_open, "the video waits"
    with qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS):
        app.actions["play"].trigger()
    assert session.mode is CanvasMode.LIVE
    with qtbot.waitSignal(session.live.ended, timeout=PATIENCE_MS):
        app.window.timeline.leave_requested.emit()
    assert app.window.timeline.isHidden()
