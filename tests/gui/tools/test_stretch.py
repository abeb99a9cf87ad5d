import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Box, Mask, Polygon
from gui.tools.hits import ring_area
from gui.tools.scene import PointerEvent
from gui.tools.stretch import (
    Place,
    between,
    length_of,
    outline_of,
    place_at,
    redrawn,
    redrawn_along,
)

SQUARE = np.array([[10, 10], [50, 10], [50, 50], [10, 50]], np.float32)
HOLE = np.array([[20, 20], [40, 20], [40, 40], [20, 40]], np.float32)
share = st.floats(0.01, 0.99)


def redrawn_of(region, start: Place, end: Place, drawn: list) -> Polygon | Mask | None:
    outline = outline_of(region)
    assert outline is not None
    return redrawn(outline, start, end, drawn, (60, 80))


def on(ring: np.ndarray, number: int, along: float) -> tuple[float, float]:
    a, b = ring[number].astype(float), ring[(number + 1) % len(ring)].astype(float)
    x, y = (a + along * (b - a)).tolist()
    return x, y


@given(st.integers(0, 3), share, st.integers(0, 3), share)
def test_both_ways_together_are_the_whole_ring(i: int, s: float, j: int, t: float) -> None:
    start, end = on(SQUARE, i, s), on(SQUARE, j, t)
    if abs(start[0] - end[0]) + abs(start[1] - end[1]) < 1e-3:
        return
    onward, back = between(SQUARE, start, end)
    assert len(onward) + len(back) == 4
    assert {*onward, *back} == {(x, y) for x, y in SQUARE.tolist()}
    lengths = [length_of([start, *way, end]) for way in (onward, back)]
    assert sum(lengths) == pytest.approx(160, abs=1e-2)
    assert between(SQUARE, end, start) == (back[::-1], onward[::-1])


def test_between_corners_neither_is_among_them() -> None:
    onward, back = between(SQUARE, (10, 10), (50, 50))
    assert (onward, back) == ([(50, 10)], [(10, 50)])


def test_a_stretch_bulges_out_or_in_and_the_rest_stays() -> None:
    start, end = Place(0, (20, 10)), Place(0, (40, 10))
    out = redrawn_of(Polygon(SQUARE, (HOLE,)), start, end, [(30, 0)])
    assert out is not None
    assert out.points_xy.tolist() == [
        [20, 10], [30, 0], [40, 10], [50, 10], [50, 50], [10, 50], [10, 10],
    ]  # fmt: skip
    assert np.array_equal(out.holes[0], HOLE)
    inward = redrawn_of(Polygon(SQUARE), end, start, [(30, 15)])
    assert inward is not None
    assert ring_area(inward.points_xy) == 1600 - 50


def test_a_corner_in_between_goes() -> None:
    cut = redrawn_of(Polygon(SQUARE), Place(0, (40, 10)), Place(0, (50, 20)), [])
    assert cut is not None
    assert [50, 10] not in cut.points_xy.tolist()
    assert ring_area(cut.points_xy) == 1600 - 50


def test_a_hole_is_redrawn_alone() -> None:
    made = redrawn_of(Polygon(SQUARE, (HOLE,)), Place(1, (20, 20)), Place(1, (40, 20)), [(30, 12)])
    assert made is not None
    assert np.array_equal(made.points_xy, SQUARE)
    assert ring_area(made.holes[0]) == 400 + 80


def test_from_one_ring_to_another_or_to_itself_there_is_no_stretch() -> None:
    polygon = Polygon(SQUARE, (HOLE,))
    assert redrawn_of(polygon, Place(0, (20, 10)), Place(1, (20, 20)), []) is None
    assert redrawn_of(polygon, Place(0, (20, 10)), Place(0, (20, 10)), [(30, 0)]) is None


def test_a_place_is_a_corner_before_an_edge() -> None:
    outline = outline_of(Polygon(SQUARE, (HOLE,)))
    assert outline is not None
    assert place_at(outline, PointerEvent(12, 11)) == Place(0, (10, 10))
    assert place_at(outline, PointerEvent(30, 18)) == Place(1, (30, 20))
    assert place_at(outline, PointerEvent(30, 30)) is None


def mask_of(*rects: tuple[int, int, int, int]) -> Mask:
    """The even-odd sum of rectangles left, top, right, bottom."""
    pixels = np.zeros((60, 80), np.bool_)
    for left, top, right, bottom in rects:
        pixels[top:bottom, left:right] ^= True
    return Mask(0, 0, pixels)


def redrawn_pixels(mask: Mask, *line: tuple[float, float]) -> np.ndarray:
    made = redrawn_along(mask, line, (60, 80))
    assert isinstance(made, Mask)
    found = np.zeros((60, 80), np.bool_)
    rows, columns = made.pixels.shape
    found[made.top : made.top + rows, made.left : made.left + columns] = made.pixels
    return found


WITH_HOLE = mask_of((10, 10, 50, 50), (20, 20, 40, 40), (60, 10, 70, 50))


def test_of_a_mask_one_part_is_redrawn_and_the_hole_and_the_other_part_stay() -> None:
    out = redrawn_pixels(WITH_HOLE, (9, 16), (4, 16), (4, 44), (9, 44))
    assert np.array_equal(out, WITH_HOLE.pixels ^ mask_of((4, 16, 10, 44)).pixels)
    inward = redrawn_pixels(WITH_HOLE, (51, 16), (45, 16), (45, 44), (51, 44))
    assert np.array_equal(inward, WITH_HOLE.pixels ^ mask_of((45, 16, 50, 44)).pixels)


def test_the_hole_of_a_mask_is_redrawn() -> None:
    wider = redrawn_pixels(WITH_HOLE, (21, 24), (14, 24), (14, 36), (21, 36))
    assert np.array_equal(wider, WITH_HOLE.pixels ^ mask_of((14, 24, 20, 36)).pixels)
    narrower = redrawn_pixels(WITH_HOLE, (40, 22), (32, 22), (32, 38), (40, 38))
    assert np.array_equal(narrower, WITH_HOLE.pixels ^ mask_of((32, 22, 40, 38)).pixels)


def test_a_part_that_is_drawn_over_another_takes_it_in() -> None:
    over = redrawn_pixels(WITH_HOLE, (50, 12), (72, 12), (72, 48), (50, 48))
    assert over[12:48, 50:72].all()
    assert over[10:12, 60:70].all()
    assert not over[20:40, 20:40].any()


@pytest.mark.parametrize("end", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_drawn_all_around_is_in_place_of_all(end: float, turn: int) -> None:
    angles = turn * np.linspace(0, end, 80) * 2 * np.pi
    disc = [(30 + 25 * np.cos(a), 30 + 25 * np.sin(a)) for a in angles]
    made = redrawn_along(Polygon(SQUARE), disc, (60, 80))
    assert made is not None
    assert isinstance(made, Polygon)
    assert ring_area(made.points_xy) == pytest.approx(np.pi * 25**2, rel=0.06)


def test_what_has_no_outline_is_not_redrawn() -> None:
    for region in (Box(1, 1, 9, 9), Mask(0, 0, np.zeros((3, 3), np.bool_))):
        assert redrawn_along(region, [(1, 1), (5, 5)], (60, 80)) is None


@given(st.lists(st.tuples(st.floats(0, 80), st.floats(0, 60)), min_size=2, max_size=12))
def test_any_line_gives_an_outline_in_the_frame_or_nothing(line: list) -> None:
    made = redrawn_along(WITH_HOLE, line, (60, 80))
    assert made is None or (isinstance(made, Mask) and made.pixels.any())
    assert made is None or (made.left >= 0 and made.left + made.pixels.shape[1] <= 80)
