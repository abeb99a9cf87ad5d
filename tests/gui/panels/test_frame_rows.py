"""The rows below the groove: neighbours are drawn as one, and a click means the nearest mark."""

import pytest

from engine.project.tracks import TrackPlaces
from engine.values import SampleState
from gui.panels.frame_rows import runs
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
    timeline.rows.set_colors(DARK)
    return timeline


def test_a_click_means_the_nearest_mark_keyframes_first(timeline):
    rows = timeline.rows
    rows.set_states({100: SampleState.CORRECTED, 101: SampleState.VERIFIED})
    rows.set_track(TrackPlaces(3, keys=(101,)))
    x = rows._x(100)
    assert rows.index_at(x - 1) == 101
    rows.set_track(None)
    assert rows.index_at(x - 1) == 100
    assert rows.index_at(rows._x(300)) == pytest.approx(300, abs=1)


def test_all_kinds_of_marks_are_drawn(timeline):
    rows = timeline.rows
    before = rows.grab().toImage()
    rows.set_states({100: SampleState.CORRECTED})
    rows.set_track(TrackPlaces(1, (100, 200, 300), tuple(range(101, 200)), (210, 211)))
    assert rows.grab().toImage() != before


def test_a_camera_has_no_rows(timeline):
    timeline.set_source(None, None)
    assert not timeline.rows.isVisible()
