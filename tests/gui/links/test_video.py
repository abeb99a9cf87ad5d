"""The timeline with the whole window behind it: recording, a lost stream, addresses, ends."""

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer

from engine.pipeline.live import LiveResult
from engine.pipeline.pipeline import RawResult
from engine.sources.video import VideoSource
from engine.sources.video_writer import VideoWriter
from engine.weights.weights import save
from gui import main_window
from gui.dialogs import ask
from gui.recent import Place
from gui.session.mode import CanvasMode
from tests.fakes import FakeSource, make_weights
from tests.gui.conftest import PATIENCE_MS, open_video
from tests.make import make_pixels
from tests.make_labels import add_label
from tests.make_video import write_numbered


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    writer = VideoWriter(path, 25, (48, 64))
    for number in range(40):
        writer.write(make_pixels((48, 64), seed=number))
    writer.close()
    return path


@pytest.fixture
def playing(qtbot, app, video, monkeypatch, tmp_path):
    """The window with a video that plays again and again; recordings go to a folder of the test."""
    monkeypatch.setattr("gui.links.video.recordings_folder", lambda: tmp_path / "recordings")
    open_video(qtbot, app, video)
    app.window.timeline._loop.click()
    app.session.live.play()  # It may have come to its end before.
    return app


def frames_go_by(qtbot, app, count):
    seen = []
    app.session.live.shown.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) >= count, timeout=PATIENCE_MS)
    app.session.live.shown.disconnect(seen.append)


def test_what_is_seen_is_recorded_until_it_is_stopped(qtbot, playing, tmp_path):
    record = playing.actions["record"]
    record.trigger()
    assert record.isChecked()
    assert playing.window.timeline._record.text() == "Stop"
    frames_go_by(qtbot, playing, 4)
    with qtbot.waitSignal(playing.session.recording.finished, timeout=PATIENCE_MS) as finished:
        record.trigger()
    recorded = finished.args[0]
    assert recorded.path.parent == tmp_path / "recordings"
    assert str(recorded.path) in playing.window.notice.text
    assert not record.isChecked()
    source = VideoSource(recorded.path)
    assert source.count == recorded.frames > 0
    source.close()
    assert not list(recorded.path.parent.glob("*.part*"))


@pytest.fixture
def moving(qtbot, app, tmp_path, monkeypatch):
    """The window with a bright square that slowly goes right, and a detector that sees it."""
    writer = VideoWriter(tmp_path / "moving.mp4", 25, (48, 64))
    for number in range(240):
        pixels = np.zeros((48, 64, 3), np.uint8)
        pixels[10:30, number // 8 : number // 8 + 20] = 255
        writer.write(pixels)
    writer.close()
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    app.store.change(live=True, device="cpu", backend="torch", conf=0.5)
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(tmp_path / "tiny.safetensors"))
    with qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS):
        app.desk.open_paths([str(tmp_path / "moving.mp4")])
    app.window.timeline._loop.click()
    return app


def drawn(app):
    return app.window.canvas._painter.overlay.picture


@pytest.mark.slow
def test_objects_are_tracked_with_trails_and_colors_of_their_own(qtbot, moving):
    def has_trail():
        return any(len(places) > 1 for _, places in drawn(moving).trails)

    moving.actions["tracks"].trigger()
    qtbot.waitUntil(has_trail, timeout=PATIENCE_MS)
    moving.session.live.pause()
    (item,) = drawn(moving).items
    assert item.caption.startswith(f"{make_weights('tiny_detector').card.labels[0].name} 1 ")
    assert moving.actions["color_by_track"].isChecked()
    index = moving.session.live.shot.frame.id.index
    with qtbot.waitSignal(moving.session.live.shown, timeout=PATIENCE_MS):
        moving.actions["trails"].trigger()
    assert drawn(moving).trails == ()
    assert moving.session.live.shot.frame.id.index == index
    assert drawn(moving).items[0].caption.split()[1] == "1", "the same frame, the same number"
    assert moving.store.now.tracks
    assert not moving.store.now.has_trails


@pytest.mark.slow
def test_a_label_whose_eye_is_closed_is_neither_shown_nor_recorded(qtbot, moving):
    label = make_weights("tiny_detector").card.labels[0]
    own = add_label(moving.session.project, label.name)
    qtbot.waitUntil(lambda: len(drawn(moving).items) == 1, timeout=PATIENCE_MS)
    visibility = moving.session.annotations.visibility
    visibility.set_label_visible(own, False)
    qtbot.waitUntil(lambda: not drawn(moving).items, timeout=PATIENCE_MS)
    assert moving.session.live.shot.prediction.detections == (), "a recording paints that"
    visibility.set_label_visible(own, True)
    qtbot.waitUntil(lambda: len(drawn(moving).items) == 1, timeout=PATIENCE_MS)
    visibility.set_all_hidden(True)
    qtbot.waitUntil(lambda: not drawn(moving).items, timeout=PATIENCE_MS)


def test_what_is_recorded_is_chosen_and_remembered(qtbot, playing):
    kinds = playing.window.timeline.kinds
    kinds._actions["lines"].trigger()
    kinds._actions["seen"].trigger()
    assert playing.store.now.recorded == ("lines",)
    kinds._actions["lines"].trigger()
    assert playing.store.now.recorded == ("lines",), "one kind at least"
    kinds._actions["raw"].trigger()
    playing.actions["record"].trigger()
    assert not kinds.isEnabled()
    frames_go_by(qtbot, playing, 4)
    with qtbot.waitSignal(playing.session.recording.finished, timeout=PATIENCE_MS) as finished:
        playing.actions["record"].trigger()
    raw, lines = finished.args[0].paths
    assert raw.name.endswith("-raw.mp4")
    assert len(lines.read_text(encoding="utf-8").splitlines()) == finished.args[0].frames


def test_closing_the_video_finishes_its_recording(qtbot, playing):
    playing.window.timeline._record.click()
    frames_go_by(qtbot, playing, 3)
    with qtbot.waitSignal(playing.session.recording.finished, timeout=PATIENCE_MS) as finished:
        playing.window.timeline._leave.click()
    VideoSource(finished.args[0].path).close()
    assert not playing.session.recording.is_on


def test_closing_the_window_finishes_it_too(qtbot, playing, tmp_path):
    playing.actions["record"].trigger()
    frames_go_by(qtbot, playing, 3)
    playing.window.close()
    (path,) = (tmp_path / "recordings").iterdir()
    VideoSource(path).close()


def test_a_place_that_cannot_be_written_is_said(qtbot, playing, tmp_path):
    (tmp_path / "recordings").write_text("")
    with qtbot.waitSignal(playing.session.recording.failed, timeout=PATIENCE_MS):
        playing.actions["record"].trigger()
    assert "recordings" in playing.window.notice.text
    assert not playing.window.timeline._record.isChecked()
    assert playing.session.live.is_open


def test_home_and_end_go_to_the_ends(qtbot, playing):
    live = playing.session.live
    live.pause()
    for key, index in (("last", 39), ("first", 0)):
        with qtbot.waitSignal(
            live.position_changed, timeout=PATIENCE_MS, check_params_cb=lambda i, n=index: i == n
        ):
            playing.actions[key].trigger()


def test_home_and_end_go_through_pictures_too(qtbot, opened):
    for key, index in (("last", 2), ("first", 0)):
        opened.actions[key].trigger()
        assert opened.session.frames.index == index


def test_speed_and_marks_reach_what_plays(playing):
    transport = playing.session.live.following.transport
    playing.window.timeline.speed_requested.emit(2.0)
    playing.window.timeline.marks_requested.emit(3, 9)
    assert transport.speed == 2.0
    assert transport.loops
    assert transport.bounds(40) == (3, 9)


def test_ctrl_space_on_a_frozen_frame_does_not_play_on(qtbot, playing, monkeypatch):
    session = playing.session
    with qtbot.waitSignal(session.frames.frame_shown, timeout=PATIENCE_MS):
        playing.actions["freeze"].trigger()
    monkeypatch.setattr(ask, "is_empty", lambda *_: True)
    playing.actions["verify"].trigger()
    canvas = playing.window.canvas
    qtbot.keyRelease(canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert session.mode is CanvasMode.PICTURES
    assert not session.live.is_playing


def test_a_frozen_frame_uses_what_was_said_while_it_was_live(qtbot, playing, tiny_weights):
    session = playing.session
    playing.store.change(live=True)
    with qtbot.waitSignal(session.weights.loaded_changed, timeout=PATIENCE_MS):
        session.load_weights(str(tiny_weights))

    def has_raw(shot: LiveResult) -> bool:
        return isinstance(shot.raw, RawResult)

    with qtbot.waitSignal(session.live.shown, timeout=PATIENCE_MS, check_params_cb=has_raw):
        pass
    session.live.pause()
    shot = session.live.shot
    assert "Paused" in playing.window.rates._rates.text()
    with qtbot.waitSignal(session.predictions.answered, timeout=PATIENCE_MS) as answered:
        playing.actions["freeze"].trigger()
    assert answered.args[0].raw is shot.raw


def test_a_lost_stream_is_told_and_its_picture_stays(qtbot, app):
    opened = []

    def opener(what):
        opened.append(FakeSource(3 * len(opened) + 3, is_live=True))
        return opened[-1]

    app.session.live.opener = opener
    said = []
    app.session.live.lost.connect(lambda lost: said.append((lost, app.window.notice.text)))
    with qtbot.waitSignal(
        app.session.live.lost, timeout=PATIENCE_MS, check_params_cb=lambda lost: lost is None
    ):
        app.session.open_live("rtsp://me:secret@camera/live")
    lost, text = said[0]
    assert lost.tries == 1
    assert "no pictures any more" in text
    assert "The last picture stays" in text
    assert app.session.mode is CanvasMode.LIVE
    assert app.session.live.shot is not None
    assert app.session.recent.places[0].opened == ("rtsp://camera/live",), "without the password"


def test_a_lost_stream_ends_its_recording_which_is_kept(qtbot, app, monkeypatch, tmp_path):
    monkeypatch.setattr("gui.links.video.recordings_folder", lambda: tmp_path / "recordings")
    opened = []

    class Camera(FakeSource):
        """Gives frames until it is unplugged, and is found again."""

        def __init__(self):
            super().__init__(10**6, is_live=True)

        def unplug(self):
            self._count = 0

    def opener(what):
        opened.append(Camera())
        return opened[-1]

    app.session.live.opener = opener
    with qtbot.waitSignal(app.session.live.shown, timeout=PATIENCE_MS):
        app.session.open_live("rtsp://camera/live")
    app.actions["record"].trigger()
    frames_go_by(qtbot, app, 3)
    said = []
    app.session.live.lost.connect(lambda lost: said.append(app.window.notice.text))
    with qtbot.waitSignal(app.session.recording.finished, timeout=PATIENCE_MS) as finished:
        opened[0].unplug()
    recorded = finished.args[0]
    assert "no pictures any more" in recorded.ended
    VideoSource(recorded.path).close()
    assert not app.actions["record"].isChecked()
    qtbot.waitUntil(lambda: len(said) > 1, timeout=PATIENCE_MS)
    assert "recording ended" in said[0]
    assert str(recorded.path) in app.window.notice.text


def test_an_address_is_asked_for_with_those_of_before(qtbot, app, monkeypatch, video):
    app.session.recent.note(Place(("rtsp://camera/1",)))
    app.session.recent.note(Place((str(video),)))
    asked = []

    def address(parent, known):
        asked.append(tuple(known))
        return video.as_uri()

    monkeypatch.setattr(ask, "address", address)
    with (
        qtbot.waitSignal(app.session.live.shown, timeout=PATIENCE_MS),
        qtbot.waitSignal(app.session.project.opened, timeout=PATIENCE_MS),
    ):
        app.actions["open_address"].trigger()
    assert asked == [("rtsp://camera/1",)]
    assert Path(app.session.live.info.what) == video


def test_what_is_no_address_is_said(app, monkeypatch):
    monkeypatch.setattr(ask, "address", lambda *_: "camera.local")
    app.actions["open_address"].trigger()
    assert "camera.local" in app.window.notice.text
    assert "rtsp://" in app.window.notice.text


@pytest.mark.parametrize("is_given_up", [False, True])
def test_it_is_said_what_is_being_opened_as_long_as_it_takes(
    qtbot, app, pictures, monkeypatch, is_given_up
):
    monkeypatch.setattr(main_window, "LEAST_MS", 1)
    monkeypatch.setattr(main_window, "MS_A_LETTER", 0)
    may_open, passed = Event(), QTimer(singleShot=True)

    def opener(what):
        assert may_open.wait(PATIENCE_MS / 1000)
        return FakeSource(3)

    app.session.live.opener = opener
    app.session.open_live("rtsp://camera/live")
    with qtbot.waitSignal(passed.timeout):
        passed.start(20)
    assert app.window.statusBar().currentMessage() == "Opening rtsp://camera/live…"
    if is_given_up:
        with qtbot.waitSignal(app.session.project.opened):
            app.desk.open_paths([str(pictures)])
    may_open.set()
    qtbot.waitUntil(lambda: "Opening" not in app.window.statusBar().currentMessage())
    assert app.session.live.is_open is not is_given_up


def test_what_is_odd_about_a_video_is_said_until_it_is_closed(qtbot, app, tmp_path):
    path = write_numbered(tmp_path / "tv.ts", "mpeg2video", flags="+ildct+ilme")
    with qtbot.waitSignal(app.session.live.shown, timeout=PATIENCE_MS):
        app.desk.open_paths([str(path)])
    assert "interlaced" in app.window.notice.text
    assert "bwdif" in app.window.notice.text
    app.window.timeline._leave.click()
    assert "interlaced" not in app.window.notice.text
