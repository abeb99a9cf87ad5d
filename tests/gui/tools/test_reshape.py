import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Box, Polygon
from gui.tools.hits import HANDLES
from gui.tools.reshape import resized, with_corner, with_new_corner, without_corner

numbers = st.floats(0, 100)
SQUARE = np.array([[0, 0], [40, 0], [40, 40], [0, 40]], np.float32)
HOLE = np.array([[10, 10], [20, 10], [20, 20]], np.float32)


@given(st.sampled_from(HANDLES), numbers, numbers)
def test_a_resized_box_is_a_box(handle: str, x: float, y: float) -> None:
    box = resized(Box(30, 30, 60, 60), handle, (x, y))
    assert box.x2 - box.x1 >= 1
    assert box.y2 - box.y1 >= 1


def test_the_middle_of_a_side_moves_only_that_side() -> None:
    assert resized(Box(30, 30, 60, 60), "e", (80, 5)) == Box(30, 30, 80, 60)


def test_a_corner_added_and_deleted_gives_the_same_polygon() -> None:
    polygon = Polygon(SQUARE, (HOLE,))
    for ring in (0, 1):
        more = with_new_corner(polygon, ring, 1, (33, 7))
        assert without_corner(more, ring, 2) == polygon


def test_moving_a_corner_leaves_the_old_polygon_alone() -> None:
    polygon = Polygon(SQUARE, (HOLE,))
    moved = with_corner(polygon, 1, 0, (5, 6))
    assert moved.holes[0][0].tolist() == [5, 6]
    assert polygon.holes[0][0].tolist() == [10, 10]


def test_a_hole_of_two_corners_is_gone_and_an_outline_of_two_is_refused() -> None:
    polygon = Polygon(SQUARE, (HOLE,))
    assert without_corner(polygon, 1, 0) == Polygon(SQUARE)
    assert without_corner(Polygon(HOLE), 0, 0) is None
