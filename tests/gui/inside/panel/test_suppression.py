"""The story of a suppression: step on and back, play to its end, read what happens."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gui.inside.boxes import END
from gui.inside.panel.suppression import SuppressionPage

NAMES = {1: "WBC", 2: "RBC"}


@pytest.fixture
def story():
    from engine.inside.suppression import BEYOND, KEPT, Trace

    boxes = np.array([[0, 0, 9, 9], [0, 0, 9, 8], [30, 30, 40, 40]], np.float32)
    return Trace(
        boxes,
        np.array([0.93, 0.8, 0.5], np.float32),
        np.array([1, 1, 2]),
        np.array([KEPT, 0, BEYOND]),
        np.array([0, 0.89, 0], np.float32),
        0.45,
    )


@pytest.fixture
def page(qtbot, story):
    page = SuppressionPage()
    qtbot.addWidget(page)
    page.resize(344, 700)
    page.show()
    page.set_trace(story, NAMES)
    return page


def test_it_begins_with_the_answer_and_goes_back_from_there(qtbot, page):
    assert page.position == END
    assert "answer" in page._what.text()
    with qtbot.waitSignal(page.changed):
        qtbot.mouseClick(page._back, Qt.MouseButton.LeftButton)
    assert page.position == 2
    assert "left out: RBC 0.50" in page._what.text()


def test_each_step_says_what_happens(page):
    page.go(0)
    assert page._what.text() == "#1  kept: WBC 0.93"
    assert not page._back.isEnabled()
    page.go(1)
    assert page._what.text() == "#2  removed: WBC 0.80 overlaps #1 (WBC 0.93) by 0.89 > 0.45"
    assert page._lines.stringList()[1] == "#2  WBC 0.80  removed by #1, 0.89"


def test_a_click_on_a_line_judges_that_candidate(qtbot, page):
    place = page._list.visualRect(page._lines.index(1)).center()
    with qtbot.waitSignal(page.changed):
        qtbot.mouseClick(page._list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.position == 1


def test_playing_goes_to_the_end_and_stops(qtbot, page):
    page._clock.setInterval(1)
    page._play.click()
    assert page.position == 0
    assert page._play.text() == "Pause"
    qtbot.waitUntil(lambda: page.position == END)
    assert not page._play.isChecked()
    assert not page._clock.isActive()


def test_a_shorter_story_ends_where_the_position_was_beyond(page, story):
    from engine.inside.suppression import Trace

    page.go(2)
    fields = (getattr(story, name)[:1] for name in ("boxes", "scores", "label_ids", "by"))
    page.set_trace(Trace(*fields, story.overlaps[:1], 0.45), NAMES)
    assert page.position == END
    assert "1 candidates" in page._summary.text()


def test_without_candidates_it_says_what_to_do(page, story):
    from engine.inside.suppression import Trace

    fields = (getattr(story, name)[:0] for name in ("boxes", "scores", "label_ids", "by"))
    page.set_trace(Trace(*fields, story.overlaps[:0], 0.45), NAMES)
    assert "Lower the confidence" in page._what.text()
    assert not page._play.isEnabled()
