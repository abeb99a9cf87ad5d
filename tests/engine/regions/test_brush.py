import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.regions import brush
from engine.regions.brush import flood_fill, paint_disc, paint_stroke, stroke_mask
from engine.values import Mask

point = st.tuples(st.floats(-3, 15, width=32), st.floats(-3, 15, width=32))
few = settings(max_examples=60, deadline=None)


def full(mask, size_hw=(11, 13)):
    frame = np.zeros(size_hw, bool)
    if mask is not None:
        height, width = mask.pixels.shape
        frame[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return frame


def distance(points, x, y):
    """From a pixel's centre to the nearest of the line's pieces."""
    nearest = np.inf
    for a, b in zip(points, [*points[1:], points[-1]], strict=True):
        a, along = np.array(a, float), np.subtract(b, a, dtype=float)
        share = np.clip(np.dot([x, y] - a, along) / max(np.dot(along, along), 1e-12), 0, 1)
        nearest = min(nearest, np.hypot(*(a + share * along - [x, y])))
    return nearest


@few
@given(st.lists(point, min_size=1, max_size=4), st.floats(0.5, 5))
def test_a_stroke_is_the_pixels_within_its_radius(points, radius):
    found = full(stroke_mask(points, radius, (11, 13)))
    for y, x in np.ndindex(11, 13):
        far = distance(points, x + 0.5, y + 0.5)
        under = any(int(np.floor(a)) == x and int(np.floor(b)) == y for a, b in points)
        if abs(far - radius) > 1e-4:
            assert found[y, x] == (far < radius or under)


@pytest.mark.parametrize("is_square", [False, True])
@pytest.mark.parametrize("tiny", [2.2250738585e-313, 1e-12])
def test_a_line_that_is_upright_or_level_but_for_a_trace_is_upright_or_level(tiny, is_square):
    for end, straight in (((tiny, 1.0), (0.0, 1.0)), ((1.0, tiny), (1.0, 0.0))):
        lines = [((0.0, 0.0), end), ((0.0, 0.0), straight)]
        found = [full(stroke_mask(line, 3, (11, 13), is_square=is_square)) for line in lines]
        assert np.array_equal(*found)


@few
@given(point, point, st.floats(0.5, 5))
def test_a_square_stroke_is_the_pixels_that_the_square_meets_on_its_way(start, end, radius):
    found = full(stroke_mask((start, end), radius, (11, 13), is_square=True))
    steps = np.linspace(start, end, 2001)
    for y, x in np.ndindex(11, 13):
        nearest = np.abs(steps - (x + 0.5, y + 0.5)).max(axis=1).min()
        under = any(int(np.floor(a)) == x and int(np.floor(b)) == y for a, b in (start, end))
        if abs(nearest - radius) > 0.02:
            assert found[y, x] == (nearest < radius or under)


@few
@given(st.lists(point, min_size=1, max_size=3), st.lists(point, min_size=1, max_size=3))
def test_painting_joins_and_erasing_takes_away(first, second):
    painted = paint_stroke(None, first, 2, (11, 13))
    both = paint_stroke(painted, second, 3, (11, 13))
    stroke = full(stroke_mask(second, 3, (11, 13)))
    assert np.array_equal(full(both), full(painted) | stroke)
    erased = paint_stroke(painted, second, 3, (11, 13), erase=True)
    assert np.array_equal(full(erased), full(painted) & ~stroke)


def test_erasing_everything_leaves_no_mask():
    mask = paint_disc(None, (5, 5), 2, (11, 13))
    assert paint_disc(mask, (5, 5), 4, (11, 13), erase=True) is None
    assert paint_disc(None, (50, 50), 4, (11, 13)) is None


def test_erasing_beside_a_mask_gives_the_same_object():
    mask = paint_disc(None, (2, 2), 1, (11, 13))
    assert paint_disc(mask, (9, 9), 1, (11, 13), erase=True) is mask


def test_a_small_brush_always_hits_the_pixel_under_it():
    assert paint_disc(None, (4.0, 4.0), 0.1, (11, 13)) == Mask(4, 4, [[True]])


def test_a_step_on_a_large_frame_touches_little():
    tracemalloc.start()
    mask = stroke_mask([(4000, 4000), (4010, 4004)], 40, (8192, 8192))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mask is not None
    assert most < 1_000_000, "the whole frame has 67 million pixels"


def test_flood_fill_stops_at_an_edge():
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, 4:] = 200
    mask = flood_fill(pixels, (1, 1))
    assert mask == Mask(0, 0, np.ones((8, 4), bool))
    assert flood_fill(pixels, (9, 1)) is None


def test_a_fill_of_a_very_large_picture_looks_at_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brush, "MOST_FILLED", 1000)
    monkeypatch.setattr(brush, "FARTHEST", 5)
    pixels = np.zeros((40, 50, 3), np.uint8)
    assert flood_fill(pixels, (20, 30)) == Mask(15, 25, np.ones((11, 11), bool))
    assert flood_fill(pixels, (1, 1)) == Mask(0, 0, np.ones((7, 7), bool))


@pytest.mark.parametrize("radius", [0.5, 3.0, 40.3])
def test_a_wide_stroke_covers_the_pixels_whose_centres_are_near_its_line(radius: float) -> None:
    start, end = np.array([20.3, 30.7]), np.array([70.0, 55.5])
    mask = stroke_mask([start, end], radius, (90, 100))
    assert mask is not None
    centres = np.stack(np.meshgrid(np.arange(100), np.arange(90)), axis=-1) + 0.5
    along = end - start
    share = ((centres - start) @ along / (along @ along)).clip(0, 1)
    distance = np.linalg.norm(centres - start - share[..., None] * along, axis=-1)
    seen = np.zeros((90, 100), np.bool_)
    height, width = mask.pixels.shape
    seen[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    assert seen[distance < radius - 1e-6].all()
    assert not seen[distance > max(radius, 0.75) + 1e-6].any()
