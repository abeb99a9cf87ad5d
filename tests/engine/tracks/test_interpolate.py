"""Regions between keyframes: the keyframes themselves at both ends, valid and in between inside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon as Outline

from engine.tracks.interpolate import between, expected, paired, signed_area, spans_at
from engine.values import Box, Mask, Polygon, Polyline

PARTS = st.floats(0, 1)
SIDES = st.floats(0, 500)


@st.composite
def boxes(draw):
    x, y = draw(SIDES), draw(SIDES)
    return Box(x, y, x + draw(st.floats(1, 300)), y + draw(st.floats(1, 300)))


def round_outline(corners, center, radius, turn=0.0):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False) + turn
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius + center
    return Polygon(points.astype(np.float32))


@st.composite
def outlines(draw):
    center = draw(SIDES), draw(SIDES)
    corners, turn = draw(st.integers(3, 20)), draw(st.floats(0, 6))
    outline = round_outline(corners, center, draw(st.floats(5, 100)), turn)
    is_turned = draw(st.booleans())
    return Polygon(outline.points_xy[::-1]) if is_turned else outline


@given(boxes(), boxes(), PARTS)
def test_a_box_between_two_has_each_side_between_theirs(first, last, part):
    found = between(first, last, part)
    for a, b, c in zip(first.xyxy, last.xyxy, found.xyxy, strict=True):
        assert min(a, b) - 1e-6 <= c <= max(a, b) + 1e-6


@given(boxes(), boxes(), st.lists(PARTS, min_size=2, max_size=5).map(sorted))
def test_a_box_goes_on_in_one_direction(first, last, parts):
    found = np.array([between(first, last, part).xyxy for part in parts])
    direction = np.sign(np.subtract(last.xyxy, first.xyxy))
    assert (np.diff(found, axis=0) * direction >= -1e-6).all()


@given(st.one_of(st.tuples(boxes(), boxes()), st.tuples(outlines(), outlines())))
def test_at_the_keyframes_are_the_keyframes(pair):
    first, last = pair
    assert between(first, last, 0.0) == first
    assert between(first, last, 1.0) == last


@given(outlines(), outlines(), PARTS)
def test_an_outline_between_two_round_ones_is_valid_and_inside_their_hull(first, last, part):
    found = between(first, last, part)
    hull = Outline(np.vstack([first.points_xy, last.points_xy])).convex_hull.buffer(0.5)
    shape = Outline(found.points_xy)
    assert np.isfinite(found.points_xy).all()
    assert hull.contains(shape.convex_hull)


@given(st.integers(3, 12), st.integers(13, 30), st.floats(0, 6), st.booleans(), PARTS)
def test_other_numbers_of_corners_make_no_knot(few, many, turn, is_turned, part):
    first, last = round_outline(few, (50, 50), 30), round_outline(many, (90, 60), 40, turn)
    last = Polygon(last.points_xy[::-1]) if is_turned else last
    found = Outline(between(first, last, part).points_xy)
    assert found.is_valid
    areas = sorted([Outline(first.points_xy).area, Outline(last.points_xy).area])
    assert found.area >= 0.7 * areas[0]


@given(outlines(), outlines())
def test_pairing_keeps_both_outlines(first, last):
    a, b = paired(first.points_xy, last.points_xy)
    assert len(a) == len(b)
    assert abs(signed_area(a)) == pytest.approx(abs(signed_area(first.points_xy)), rel=1e-3)
    assert abs(signed_area(b)) == pytest.approx(abs(signed_area(last.points_xy)), rel=1e-3)


def test_equal_corners_move_one_by_one():
    first = Polygon(np.float32([[0, 0], [10, 0], [0, 10]]))
    last = Polygon(np.float32([[20, 0], [30, 0], [20, 20]]))
    expected_xy = np.float32([[10, 0], [20, 0], [10, 15]])
    assert between(first, last, 0.5) == Polygon(expected_xy)


def test_a_hole_goes_with_its_partner():
    square = np.float32([[0, 0], [40, 0], [40, 40], [0, 40]])
    first, last = Polygon(square, (square / 4 + 10,)), Polygon(square + 20, (square / 4 + 30,))
    found = between(first, last, 0.5)
    assert len(found.holes) == 1
    assert np.allclose(found.holes[0].min(axis=0), 20, atol=0.1)
    assert between(first, Polygon(square), 0.5) is None


def test_a_mask_and_an_outline_become_each_other_and_a_box_neither():
    outline = Polygon(np.float32([[10, 0], [14, 0], [14, 4], [10, 4]]))
    mask = Mask(0, 0, np.ones((4, 4), bool))
    assert between(mask, outline, 0.5) == Mask(5, 0, np.ones((4, 4), bool))
    assert between(outline, mask, 0.5) == Mask(5, 0, np.ones((4, 4), bool))
    assert between(Box(0, 0, 1, 1), mask, 0.5) is None
    assert between(Polyline([[0, 0]]), mask, 0.5) is None


def test_a_mask_without_pixels_becomes_nothing():
    empty, mask = Mask(0, 0, np.zeros((3, 3), bool)), Mask(0, 0, np.ones((3, 3), bool))
    assert between(empty, mask, 0.5) is None
    assert between(mask, empty, 0.5) is None
    assert between(mask, Polygon(np.float32([[1, 1.1], [1.2, 1.1], [1.2, 1.2]])), 0.5) is None


def test_an_object_is_expected_between_its_keyframes_or_as_last_known():
    keys = {10: Box(0, 0, 10, 10), 20: Box(10, 0, 20, 10)}
    assert expected(keys, 15) == Box(5, 0, 15, 10)
    assert expected(keys, 10) == keys[10]
    assert expected(keys, 30) == keys[20]
    assert expected(keys, 3) == keys[10]
    assert expected({}, 3) is None


def test_a_frame_borders_on_spans():
    assert spans_at((30, 10, 20), 20) == ((10, 20), (20, 30))
    assert spans_at((10, 20), 15) == ((10, 20),)
    assert spans_at((10, 20), 25) == ()


def test_points_and_lines_of_as_many_points_go_straight():
    assert between(Polyline([[0, 0]]), Polyline([[10, 20]]), 0.5) == Polyline([[5, 10]])
    line, later = Polyline([[0, 0], [4, 0]]), Polyline([[0, 8], [8, 8]])
    assert between(line, later, 0.25) == Polyline([[0, 2], [5, 2]])
    assert between(line, Polyline([[0, 0]]), 0.5) is None
    assert between(line, Box(0, 0, 1, 1), 0.5) is None
