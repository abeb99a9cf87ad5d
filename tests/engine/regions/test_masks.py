import tracemalloc

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions.masks import (
    box_of,
    mask_to_polygons,
    polygon_to_mask,
    region_to_mask,
    tight,
)
from engine.values import Box, Mask, Polygon

few = settings(max_examples=60, deadline=None)
coordinate = st.floats(-4, 14, width=32)


def full(mask, size_hw):
    frame = np.zeros(size_hw, bool)
    if mask is not None:
        height, width = mask.pixels.shape
        frame[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return frame


def joined(polygons, size_hw):
    frame = np.zeros(size_hw, bool)
    for polygon in polygons:
        frame |= full(polygon_to_mask(polygon, size_hw), size_hw)
    return frame


def is_inside(ring, x, y):
    """Even-odd rule for one point, by counting crossings to its left."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if (y1 <= y < y2) or (y2 <= y < y1):
            inside ^= x1 + (y - y1) * (x2 - x1) / (y2 - y1) <= x
    return inside


def is_on_edge(ring, x, y):
    """Whether an outline passes the point as near as float64 can tell: either side is right."""
    edges = zip(ring, np.roll(ring, -1, axis=0), strict=True)
    crossings = [
        x1 + (y - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in edges
        if (y1 <= y < y2) or (y2 <= y < y1)
    ]
    return any(abs(crossing - x) < 1e-9 for crossing in crossings)


@few
@given(arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_a_mask_comes_back_exactly_from_its_polygons(pixels):
    polygons = mask_to_polygons(Mask(3, 2, pixels))
    wanted = full(Mask(3, 2, pixels), (14, 15))
    assert np.array_equal(joined(polygons, (14, 15)), wanted)


def test_holes_and_parts_survive():
    pixels = np.ones((7, 9), bool)
    pixels[2:5, 2:5] = False
    pixels[3, 3] = True
    pixels[:, 7] = False
    polygons = mask_to_polygons(Mask(0, 0, pixels))
    assert sorted(len(p.holes) for p in polygons) == [0, 0, 1]
    assert np.array_equal(joined(polygons, (7, 9)), pixels)


def test_a_larger_tolerance_gives_fewer_points():
    y, x = np.mgrid[:80, :80]
    mask = Mask(0, 0, (x - 40) ** 2 + (y - 40) ** 2 < 900)
    exact, simple = mask_to_polygons(mask)[0], mask_to_polygons(mask, 1.5)[0]
    assert len(simple.points_xy) < len(exact.points_xy) / 4
    rough = full(polygon_to_mask(simple, (80, 80)), (80, 80))
    assert (rough != mask.pixels).sum() < 0.1 * mask.pixels.sum()


@few
@example([(0.0, 0.0), (-0.625, 6.802734375), (5.5, 5.5)])  # rounded to the other side once
@given(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=6))
def test_a_pixel_belongs_to_a_polygon_when_its_centre_does(points):
    ring = np.array(points, np.float32)
    found = full(polygon_to_mask(Polygon(ring), (10, 12)), (10, 12))
    exact = ring.astype(np.float64)
    centres = [(x, y, x + 0.5, y + 0.5) for x in range(12) for y in range(10)]
    for x, y, *centre in centres:
        assert found[y, x] == is_inside(exact, *centre) or is_on_edge(exact, *centre)


def test_a_polygon_outside_or_between_centres_has_no_pixels():
    assert polygon_to_mask(Polygon([[-5, -5], [-1, -5], [-1, -1]]), (9, 9)) is None
    assert polygon_to_mask(Polygon([[1.6, 1.6], [2.4, 1.6], [2.4, 2.4]]), (9, 9)) is None


def test_an_outline_takes_little_more_memory_than_its_pixels():
    ring = np.array([[1, 1], [1999, 1], [1999, 1999], [1, 1999]], np.float32)
    polygon = Polygon(ring, (ring / 4,))
    tracemalloc.start()
    mask = polygon_to_mask(polygon, (2000, 2000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mask.pixels.sum() == 1998**2 - 499**2
    assert peak < 1.5 * mask.pixels.size


def test_far_away_points_do_no_harm():
    polygon = Polygon([[-1e9, -1e9], [1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]])
    assert full(polygon_to_mask(polygon, (4, 5)), (4, 5)).all()


@few
@given(coordinate, coordinate, st.floats(0.125, 9, width=32), st.floats(0.125, 9, width=32))
def test_a_box_and_the_same_polygon_have_the_same_pixels(x, y, width, height):
    box = Box(x, y, x + width, y + height)
    ring = [[x, y], [box.x2, y], [box.x2, box.y2], [x, box.y2]]
    polygon = Polygon(np.array(ring, np.float32))
    rounded = Box(*polygon.points_xy[0].tolist(), *polygon.points_xy[2].tolist())
    assert region_to_mask(rounded, (10, 12)) == region_to_mask(polygon, (10, 12))


def test_the_box_of_a_mask_ignores_empty_margins():
    pixels = np.zeros((6, 6), bool)
    pixels[2, 3:5] = True
    assert box_of(Mask(10, 20, pixels)) == Box(13, 22, 15, 23)
    assert tight(Mask(0, 0, np.zeros((2, 2), bool))) is None


def test_the_box_of_a_line_is_still_a_box():
    assert box_of(Polygon([[1, 1], [1, 5], [1, 9]])).x2 > 1
