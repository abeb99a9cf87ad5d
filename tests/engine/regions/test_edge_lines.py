"""Lines along edges: from the start to the point, in the picture, on the edge between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.regions.edge_lines import SIDE, EdgeLines, EdgeStart, nearest_edge
from engine.regions.grab_cut import disc

PIXELS = np.where(disc((200, 300), (150.0, 100.0), 60.0)[..., None], 220, 30).repeat(3, 2)
PIXELS = PIXELS.astype(np.uint8)
PIXELS.flags.writeable = False  # as those of every Frame
LINES = EdgeLines(PIXELS, EdgeStart((90.5, 100.5)))


def test_a_line_around_a_disc_stays_on_its_edge():
    way = np.array(LINES.to((150.5, 40.5)))
    assert tuple(way[0]) == (90.5, 100.5)
    assert tuple(way[-1]) == (150.5, 40.5)
    far = np.abs(np.hypot(way[:, 0] - 150, way[:, 1] - 100) - 60)
    assert far.max() < 3
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).max() < 2


@pytest.mark.parametrize("step", [2.0, 3.7])
def test_a_large_picture_is_followed_as_it_is_looked_at(step):
    lines = EdgeLines(PIXELS, EdgeStart((90.5, 100.5), step))
    way = np.array(lines.to((150.5, 40.5)))
    far = np.abs(np.hypot(way[:, 0] - 150, way[:, 1] - 100) - 60)
    assert far.max() < 3 * step


def test_far_from_the_start_the_line_goes_straight_on():
    lines = EdgeLines(np.zeros((20, 3 * SIDE, 3), np.uint8), EdgeStart((10.0, 10.0)))
    way = lines.to((3.0 * SIDE, 10.0))
    assert way[-1] == (3.0 * SIDE, 10.0)
    assert max(x for x, _ in way[:-1]) <= SIDE


coordinates = st.tuples(st.floats(-50, 350), st.floats(-50, 250))


@settings(max_examples=50)
@given(coordinates)
def test_a_line_to_anywhere_begins_and_ends_where_it_should(point):
    way = LINES.to(point)
    assert way[0] == LINES.start.point
    assert way[-1] == point
    assert all(0 <= x <= 300 and 0 <= y <= 200 for x, y in way[:-1])


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 40), (3, 2)])
def test_the_smallest_pictures(size_hw):
    height, width = size_hw
    lines = EdgeLines(np.zeros((*size_hw, 3), np.uint8), EdgeStart((width, height)))
    assert lines.to((0.0, 0.0))[-1] == (0.0, 0.0)


def test_a_click_beside_an_edge_is_on_it():
    for x in (87.0, 93.9):
        found = nearest_edge(PIXELS, (x, 100.5), 4.0)
        assert abs(np.hypot(found[0] - 150, found[1] - 100) - 60) < 1.5


def test_where_nothing_changes_a_click_is_where_it_is():
    assert nearest_edge(PIXELS, (20.3, 20.7), 8.0) == (20.3, 20.7)
    assert nearest_edge(PIXELS[:1, :1], (1.0, 1.0), 8.0) == (1.0, 1.0)


@given(st.tuples(st.floats(0, 300), st.floats(0, 200)), st.floats(0, 30))
def test_the_nearest_edge_is_in_reach_and_in_the_picture(point, reach):
    x, y = nearest_edge(PIXELS, point, reach)
    assert np.hypot(x - point[0], y - point[1]) <= max(reach, 1.0) + 1e-3
    assert 0 <= x <= 300
    assert 0 <= y <= 200
