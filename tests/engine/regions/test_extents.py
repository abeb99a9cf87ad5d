import numpy as np

from engine.regions.extents import are_whole, extents
from engine.values import Box, Mask, Polygon, Polyline

TRIANGLE = np.array([[1, 2], [5, 2], [5, 9]], np.float32)


def test_each_kind_tells_how_far_it_reaches() -> None:
    regions = [
        Box(1.5, 2, 3, 4),
        Polyline(TRIANGLE[:1]),
        Mask(7, 8, np.ones((2, 3), np.bool_)),
        Polygon(TRIANGLE),
    ]
    expected = [[1.5, 2, 3, 4], [1, 2, 1, 2], [7, 8, 10, 10], [1, 2, 5, 9]]
    assert extents(regions).tolist() == expected
    assert extents([]).shape == (0, 4)


def test_what_lies_in_the_picture_is_whole() -> None:
    beyond = Polygon(TRIANGLE + np.array([6, 0], np.float32))
    flat = Polygon(np.array([[1, 1], [5, 1], [3, 1]], np.float32))
    regions = [Polygon(TRIANGLE), beyond, flat, Polyline(TRIANGLE[:1]), Box(0, 0, 10, 10)]
    assert are_whole(regions, (10, 10)).tolist() == [True, False, False, True, True]
    assert not are_whole([Box(0, 0, 0.001, 5)], (10, 10), 0.01).any()


def test_holes_and_pixels_need_a_closer_look() -> None:
    holed = Polygon(TRIANGLE, (TRIANGLE + 20,))
    assert not are_whole([holed, Mask(0, 0, np.ones((2, 2), np.bool_))], (10, 10)).any()
