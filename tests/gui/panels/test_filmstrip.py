import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics

from engine.values import FrameId, SampleState
from gui.controllers.thumbnails import ThumbnailsController
from gui.panels.filmstrip import CELL, Filmstrip, short_name, state_text
from gui.theme import DARK
from tests.gui.conftest import PATIENCE_MS
from tests.make import write_picture


@pytest.fixture
def thumbnails(qtbot, jobs):
    thumbnails = ThumbnailsController(jobs)
    yield thumbnails
    thumbnails.want(())
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)


@pytest.fixture
def strip(qtbot, thumbnails):
    strip = Filmstrip(thumbnails)
    qtbot.addWidget(strip)
    strip.set_colors(DARK)
    strip.resize(800, strip.height())
    strip.show()
    return strip


def new(frame_id):
    return SampleState.NEW


def test_a_click_asks_for_the_picture_under_the_mouse(qtbot, strip):
    strip.set_ids([FrameId(f"{n}.png") for n in range(50)], new)
    with qtbot.waitSignal(strip.index_requested) as asked:
        position = QPoint(3 * CELL + 10, 20)
        qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=position)
    assert asked.args[0] == 3


def test_the_shown_picture_scrolls_into_view(strip):
    strip.set_ids([FrameId(f"{n}.png") for n in range(100_000)], new)
    strip.set_current(90_000)
    assert 90_000 in strip._visible()
    assert len(strip._visible()) < 20, "only what is on screen is painted"


def test_thumbnails_come_and_an_unreadable_one_is_marked(qtbot, strip, thumbnails, tmp_path):
    good = FrameId(str(write_picture(tmp_path / "good.png")))
    bad = FrameId(str(tmp_path / "bad.png"))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    strip.set_ids([good, bad], lambda frame_id: SampleState.VERIFIED)
    qtbot.waitUntil(lambda: thumbnails.is_unreadable(bad), timeout=PATIENCE_MS)
    assert thumbnails.get(good).width() == 64
    assert not strip.grab().isNull()


def test_a_picture_that_is_waited_for_goes_first(qtbot, jobs, thumbnails, tmp_path):
    frame_id = FrameId(str(write_picture(tmp_path / "a.png")))
    thumbnails.hold()
    thumbnails.want([frame_id])
    assert not jobs.running
    with qtbot.waitSignal(thumbnails.arrived, timeout=PATIENCE_MS):
        thumbnails.release()
    assert thumbnails.get(frame_id) is not None


def test_an_empty_strip_says_what_to_do(strip):
    strip.set_ids((), new)
    assert not strip.grab().isNull()
    strip.set_hint("Frames are kept here.")
    assert strip._hint == "Frames are kept here."


@pytest.mark.parametrize("state", list(SampleState))
def test_every_state_has_words(strip, state):
    assert state_text(state)


def test_of_a_frame_its_number_is_always_read(qtbot):
    metrics = QFontMetrics(QFont())
    one, many = FrameId("/자료/a.jpg"), FrameId("/자료/주차장 자동차 감지.mp4", 233)
    assert short_name(one, metrics, 400) == "a.jpg"
    assert short_name(many, metrics, 400) == "주차장 자동차 감지.mp4, frame 233"
    width = metrics.horizontalAdvance("주차장 자… 233")
    assert short_name(many, metrics, width).endswith("… 233")
    assert metrics.horizontalAdvance(short_name(many, metrics, width)) <= width


def test_the_scroll_bar_is_there_only_where_it_can_scroll(strip):
    strip.set_ids([FrameId("a.png")], new)
    assert not strip.horizontalScrollBar().isEnabled()
    strip.set_ids([FrameId(f"{n}.png") for n in range(50)], new)
    assert strip.horizontalScrollBar().isEnabled()
