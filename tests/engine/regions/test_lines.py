"""What of an open line lies in a rectangle, and what has no pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formats.clipping import clipped
from engine.regions.lines import parts_in, there_and_back
from engine.regions.masks import box_of, region_to_mask
from engine.regions.transforms import kept_inside, transformed, turning
from engine.values import Box, Polyline

SIDE = st.floats(-40, 60, width=32)
POINTS = st.lists(st.tuples(SIDE, SIDE), min_size=1, max_size=8)


def lists(parts):
    return [np.round(part, 4).tolist() for part in parts]


@pytest.mark.parametrize(
    ("points", "parts"),
    [
        ([[5, 5]], [[[5, 5]]]),
        ([[25, 5]], []),
        ([[0, 0], [20, 10]], [[[0, 0], [20, 10]]]),
        ([[-10, 5], [10, 5], [10, 8]], [[[0, 5], [10, 5], [10, 8]]]),
        ([[10, 5], [30, 5], [30, 8], [10, 8]], [[[10, 5], [20, 5]], [[20, 8], [10, 8]]]),
        ([[-10, 5], [30, 5]], [[[0, 5], [20, 5]]]),
        ([[-5, 20], [30, 20]], []),
        ([[-5, 4], [5, -6]], []),
        ([[-5, -5], [30, -5], [30, 20]], []),
    ],
)
def test_a_line_is_cut_at_a_rectangle(points, parts):
    assert lists(parts_in(points, (0, 0, 20, 10))) == parts


@given(POINTS)
def test_what_is_cut_lies_inside_and_stays_when_it_is_cut_again(points):
    line = Polyline(np.array(points, np.float32))
    cut = clipped(line, (10, 20))
    if cut is None:
        return
    assert isinstance(cut, Polyline)
    assert (cut.points_xy >= 0).all()
    assert (cut.points_xy <= (20, 10)).all()
    assert clipped(cut, (10, 20)) == cut


def test_a_line_has_a_box_around_it_but_no_pixels():
    assert box_of(Polyline([[3, 4], [9, 2]])) == Box(3, 2, 9, 4)
    assert box_of(Polyline([[3, 4]])).xyxy == pytest.approx((3, 4, 3, 4), abs=0.01)
    assert region_to_mask(Polyline([[3, 4], [9, 2], [5, 9]]), (10, 20)) is None


def test_a_line_is_scaled_and_turned_point_by_point():
    line, turn = Polyline([[2, 2], [6, 2]]), turning((4, 2), 90)
    assert np.allclose(transformed(line, turn).points_xy, [[4, 0], [4, 4]])
    pushed = kept_inside(turning((0, 2), 180), [line], (10, 20))
    assert np.allclose(transformed(line, pushed).points_xy, [[4, 2], [0, 2]])


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_there_and_back_has_the_edges_of_the_line_twice(count):
    points = np.arange(2 * count, dtype=np.float32).reshape(-1, 2)
    ring = there_and_back(points)
    assert len(ring) == max(2 * count - 2, 1)
    assert np.array_equal(ring[:count], points)
