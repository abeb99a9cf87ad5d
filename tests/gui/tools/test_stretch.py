import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Polygon
from gui.tools.hits import ring_area
from gui.tools.scene import PointerEvent
from gui.tools.stretch import Place, between, length_of, place_at, redrawn

SQUARE = np.array([[10, 10], [50, 10], [50, 50], [10, 50]], np.float32)
HOLE = np.array([[20, 20], [40, 20], [40, 40], [20, 40]], np.float32)
share = st.floats(0.01, 0.99)


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
    out = redrawn(Polygon(SQUARE, (HOLE,)), start, end, [(30, 0)])
    assert out is not None
    assert out.points_xy.tolist() == [
        [20, 10], [30, 0], [40, 10], [50, 10], [50, 50], [10, 50], [10, 10],
    ]  # fmt: skip
    assert np.array_equal(out.holes[0], HOLE)
    inward = redrawn(Polygon(SQUARE), end, start, [(30, 15)])
    assert inward is not None
    assert ring_area(inward.points_xy) == 1600 - 50


def test_a_corner_in_between_goes() -> None:
    cut = redrawn(Polygon(SQUARE), Place(0, (40, 10)), Place(0, (50, 20)), [])
    assert cut is not None
    assert [50, 10] not in cut.points_xy.tolist()
    assert ring_area(cut.points_xy) == 1600 - 50


def test_a_hole_is_redrawn_alone() -> None:
    made = redrawn(Polygon(SQUARE, (HOLE,)), Place(1, (20, 20)), Place(1, (40, 20)), [(30, 12)])
    assert made is not None
    assert np.array_equal(made.points_xy, SQUARE)
    assert ring_area(made.holes[0]) == 400 + 80


def test_from_one_ring_to_another_or_to_itself_there_is_no_stretch() -> None:
    polygon = Polygon(SQUARE, (HOLE,))
    assert redrawn(polygon, Place(0, (20, 10)), Place(1, (20, 20)), []) is None
    assert redrawn(polygon, Place(0, (20, 10)), Place(0, (20, 10)), [(30, 0)]) is None


def test_a_place_is_a_corner_before_an_edge() -> None:
    polygon = Polygon(SQUARE, (HOLE,))
    assert place_at(polygon, PointerEvent(12, 11)) == Place(0, (10, 10))
    assert place_at(polygon, PointerEvent(30, 18)) == Place(1, (30, 20))
    assert place_at(polygon, PointerEvent(30, 30)) is None
