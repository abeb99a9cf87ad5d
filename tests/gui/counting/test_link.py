"""Counting in the window: drawn over a video that plays, kept with it, begun anew."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from engine.counters import CENTRE, Counter, Counting
from engine.sources.video_writer import VideoWriter
from engine.weights.weights import save
from gui.kept_counters import KeptCounters
from tests.fakes import make_weights
from tests.gui.conftest import PATIENCE_MS, open_video

GATE = Counter("gate", ((50.0, 96.0), (50.0, 0.0)))


@pytest.fixture
def video(tmp_path):
    """An object goes from left to right."""
    path = tmp_path / "video" / "v.mp4"
    path.parent.mkdir()
    writer = VideoWriter(path, 20, (96, 128))
    for number in range(12):
        pixels = np.zeros((96, 128, 3), np.uint8)
        pixels[20:60, 8 * number : 8 * number + 32] = 255
        writer.write(pixels)
    writer.close()
    return path


@pytest.fixture
def playing(qtbot, app, video, tmp_path):
    """A detector runs on the video, which is paused, and the panel is open."""
    made = make_weights("tiny_detector")
    save(tmp_path / "tiny.safetensors", made.module.state_dict(), made.card)
    app.store.change(live=True, conf=0.5)
    with qtbot.waitSignal(app.session.weights.loaded_changed, timeout=PATIENCE_MS):
        app.session.load_weights(str(tmp_path / "tiny.safetensors"))
    app.actions["counting"].trigger()
    open_paused(qtbot, app, video)
    return app


def open_paused(qtbot, app, video):
    open_video(qtbot, app, video)
    app.session.live.pause()


def click(app, x, y, button=Qt.MouseButton.LeftButton):
    """Click this place of the frame."""
    canvas, view = app.window.canvas, app.window.canvas.view
    place = [v / canvas.devicePixelRatioF() for v in view.to_screen(x, y)]
    QTest.mouseClick(canvas, button, pos=QPoint(*map(round, place)))


def test_a_line_is_drawn_over_a_live_frame_and_is_no_annotation(qtbot, playing):
    panel, counting = playing.side("counting").panel, playing.session.asking.counting
    panel._line.click()
    click(playing, 50, 90)
    assert playing.window.canvas.sketch.is_on
    click(playing, 50, 5)
    assert not playing.window.canvas.sketch.is_on
    assert not panel._line.isChecked()
    (counter,) = counting.now.counters
    assert counter.name == "line"
    assert np.allclose(counter.points, ((50, 90), (50, 5)), atol=1)
    assert playing.session.live.following.thresholds.counting == counting.now
    assert playing.session.live.following.thresholds.follows
    assert not playing.store.now.tracks
    assert playing.session.annotations.sample is None


def test_a_zone_is_closed_by_enter_and_given_up_by_esc(qtbot, playing):
    panel, counting = playing.side("counting").panel, playing.session.asking.counting
    canvas = playing.window.canvas
    playing.window.activateWindow()
    for key, count in ((Qt.Key.Key_Escape, 0), (Qt.Key.Key_Return, 1)):
        panel._zone.click()
        for place in ((10, 10), (110, 10), (110, 80)):
            click(playing, *place)
        qtbot.keyClick(canvas, key)
        assert len(counting.now.counters) == count
        canvas.sketch.end()
    assert counting.now.counters[0].is_zone
    panel._zone.click()
    playing.session.close_live()
    assert not canvas.sketch.is_on


def test_lines_come_back_with_their_video_and_not_with_another(qtbot, app, video, tmp_path):
    KeptCounters(app.store.folder).keep(str(video), Counting((GATE,), CENTRE))
    open_paused(qtbot, app, video)
    counting = app.session.asking.counting
    assert counting.now == Counting((GATE,), CENTRE)
    assert app.session.live.following.thresholds.counting == counting.now
    other = tmp_path / "other" / "v.mp4"
    other.parent.mkdir()
    other.write_bytes(video.read_bytes())
    open_paused(qtbot, app, other)
    assert not counting.now.counters


def test_names_stay_apart_and_what_is_removed_comes_back(playing):
    link, counting = playing.side("counting"), playing.session.asking.counting
    for _ in range(2):
        counting.add(GATE.points, "line")
    assert [c.name for c in counting.now.counters] == ["line", "line 2"]
    link._on_renamed(counting.now.counters[1], "line")
    assert [c.name for c in counting.now.counters] == ["line", "line 2"]
    link._on_renamed(counting.now.counters[1], " ")
    assert link.panel.tree.topLevelItem(1).text(0) == "line 2"
    link._on_remove(counting.now.counters[0])
    assert [c.name for c in counting.now.counters] == ["line 2"]
    link._bring_back()
    assert [c.name for c in counting.now.counters] == ["line 2", "line"]


@pytest.mark.slow
def test_what_goes_over_the_line_is_counted_until_it_begins_anew(qtbot, playing):
    panel, session = playing.side("counting").panel, playing.session
    session.asking.counting.set_at(CENTRE)
    session.asking.counting.add(GATE.points, "gate")
    row = panel.tree.topLevelItem
    for index in range(12):
        session.live.seek(index)
        qtbot.waitUntil(lambda i=index: session.live.shot.frame.id.index == i, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: row(0).text(1) == "1", timeout=PATIENCE_MS)
    assert row(0).text(2) == "0"
    assert row(0).child(0).text(1) == "1"
    panel._reset.click()
    qtbot.waitUntil(lambda: row(0).text(1) == "0", timeout=PATIENCE_MS)
