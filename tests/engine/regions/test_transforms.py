import numpy as np
import pytest

from engine.regions.transforms import (
    applied,
    kept_inside,
    outer_points,
    scaling,
    transformed,
    turning,
)
from engine.values import Box, Mask, Polygon

RING = np.array([[10, 10], [50, 12], [44, 40], [12, 38]], np.float32)
HOLE = np.array([[20, 20], [30, 20], [30, 30]], np.float32)
POLYGON = Polygon(RING, (HOLE,))
L_SHAPE = np.ones((6, 8), np.bool_)
L_SHAPE[:3, 3:] = False
MASK = Mask(10, 20, L_SHAPE)


@pytest.mark.parametrize("degrees", [0.0, 30.0, 90.0, -135.0, 360.0])
def test_a_turn_and_the_turn_back_give_the_same_outline_holes_too(degrees: float) -> None:
    there = transformed(POLYGON, turning((30, 25), degrees))
    assert there is not None
    back = transformed(there, turning((30, 25), -degrees))
    assert isinstance(back, Polygon)
    assert np.allclose(back.points_xy, RING, atol=1e-4)
    assert np.allclose(back.holes[0], HOLE, atol=1e-4)


def test_a_turn_goes_clockwise_as_it_is_seen() -> None:
    (point,) = applied(turning((0, 0), 90), np.array([[1, 0]], np.float32)).tolist()
    assert point == pytest.approx([0, 1])


@pytest.mark.parametrize("degrees", [90.0, 180.0, 270.0])
def test_a_mask_turned_by_right_angles_has_all_its_pixels(degrees: float) -> None:
    turned = transformed(MASK, turning((14, 23), degrees))
    assert isinstance(turned, Mask)
    expected = np.rot90(L_SHAPE, -round(degrees / 90))
    assert np.array_equal(turned.pixels, expected)


def test_a_mask_scaled_by_whole_numbers_repeats_its_pixels() -> None:
    found = transformed(MASK, scaling(Box(10, 20, 18, 26), Box(10, 20, 26, 38)))
    assert found == Mask(10, 20, np.repeat(np.repeat(L_SHAPE, 3, axis=0), 2, axis=1))


def test_a_mask_whose_pixels_all_fall_between_is_gone() -> None:
    thin = np.zeros((1, 9), np.bool_)
    thin[0, 1] = True
    assert transformed(Mask(0, 0, thin), scaling(Box(0, 0, 9, 1), Box(0, 0, 1, 1))) is None


def test_a_box_stays_one_when_scaled_and_turned_by_right_angles_only() -> None:
    box = Box(10, 10, 30, 20)
    assert transformed(box, scaling(box, Box(0, 5, 40, 50))) == Box(0, 5, 40, 50)
    upright = transformed(box, turning((20, 15), 90))
    assert isinstance(upright, Box)
    assert upright.xyxy == pytest.approx((15, 5, 25, 25))
    turned = transformed(box, turning((20, 15), 45))
    assert isinstance(turned, Polygon)
    assert len(turned.points_xy) == 4


def test_scaling_takes_one_frame_to_the_other_and_back() -> None:
    before, after = Box(10, 10, 50, 40), Box(3, 7, 90, 20)
    there = transformed(POLYGON, scaling(before, after))
    assert there is not None
    back = transformed(there, scaling(after, before))
    assert isinstance(back, Polygon)
    assert np.allclose(back.points_xy, RING, atol=1e-3)


def test_what_has_room_is_pushed_back_and_then_lies_inside() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        affine = turning(tuple(rng.uniform(0, 60, 2).tolist()), float(rng.uniform(-180, 180)))
        inside = kept_inside(affine, (POLYGON, MASK), (80, 100))
        points = np.concatenate([applied(inside, outer_points(r)) for r in (POLYGON, MASK)])
        assert (points >= -1e-3).all()
        assert (points <= np.array([100, 80]) + 1e-3).all()
        assert np.array_equal(inside[:, :2], affine[:, :2])
        again = kept_inside(inside, (POLYGON, MASK), (80, 100))
        assert np.allclose(again, inside)


def test_outer_points_of_a_mask_are_the_ends_of_its_rows() -> None:
    points = {tuple(point) for point in outer_points(MASK).tolist()}
    assert (13, 20) in points
    assert (18, 20) not in points
    assert (18, 26) in points
    nothing = Mask(3, 4, np.zeros((2, 2), np.bool_))
    assert outer_points(nothing).max(axis=0).tolist() == [5, 6]
