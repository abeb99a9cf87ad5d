"""The marks below the groove: neighbours are drawn as one, and a click means the nearest mark."""

import pytest

from engine.project.tracks import TrackMarks
from engine.values import SampleState
from gui.panels.frame_marks import runs
from gui.panels.timeline import Timeline
from gui.theme import DARK


def test_indexes_that_follow_one_another_are_one_run():
    assert runs((1, 2, 3, 7, 9, 10)) == [(1, 3), (7, 7), (9, 10)]
    assert runs(()) == []


@pytest.fixture
def timeline(make):
    timeline = make(Timeline)
    timeline.resize(900, 80)
    timeline.set_source(400, 25)
    timeline.show()
    timeline.frames.set_colors(DARK)
    return timeline


def test_a_click_means_the_nearest_mark_keyframes_first(timeline):
    marks = timeline.frames
    marks.set_states({100: SampleState.CORRECTED, 101: SampleState.VERIFIED})
    marks.set_track(TrackMarks(3, keys=(101,)))
    x = marks._x(100)
    assert marks.index_at(x - 1) == 101
    marks.set_track(None)
    assert marks.index_at(x - 1) == 100
    assert marks.index_at(marks._x(300)) == pytest.approx(300, abs=1)


def test_all_kinds_of_marks_are_drawn(timeline):
    marks = timeline.frames
    before = marks.grab().toImage()
    marks.set_states({100: SampleState.CORRECTED})
    marks.set_track(TrackMarks(1, (100, 200, 300), tuple(range(101, 200)), (210, 211)))
    assert marks.grab().toImage() != before


def test_a_camera_has_no_marks(timeline):
    timeline.set_source(None, None)
    assert not timeline.frames.isVisible()
