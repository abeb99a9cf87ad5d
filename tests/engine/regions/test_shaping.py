"""Shapes made of shapes: whatever the pixels, holes and parts stay right."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.regions import shaping
from engine.regions.crops import mask_iou, subtract, tight
from engine.regions.grab_cut import disc
from engine.regions.masks import clip_mask, mask_to_polygons, region_to_mask
from engine.values import Box, Mask, Polygon

SIZE = (24, 30)
RING = Mask(2, 3, disc((20, 20), (10, 10), 9) & ~disc((20, 20), (10, 10), 4))
TWO = Mask(0, 0, disc(SIZE, (7, 7), 5) | disc(SIZE, (22, 16), 4))
SQUARE = Polygon(np.array([[5, 5], [15, 5], [15, 15], [5, 15]], np.float32))


@st.composite
def regions(draw):
    """A Mask of any pixels, or what polygons those make."""
    pixels = draw(arrays.arrays(np.bool_, (9, 11)))
    pixels[4, 5] = True
    mask = Mask(draw(st.integers(0, 19)), draw(st.integers(0, 15)), pixels)
    inside = tight(mask)
    return draw(st.sampled_from([inside, mask_to_polygons(inside)[0]]))


def pixels_of(region):
    whole = np.zeros(SIZE, np.bool_)
    mask = region_to_mask(region, SIZE)
    height, width = mask.pixels.shape
    whole[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    return whole


@given(regions())
def test_there_and_back_the_pixels_are_equal(region):
    there = shaping.to_mask(region, SIZE)
    assert isinstance(there, Mask)
    back = shaping.to_polygon(there)
    assert (pixels_of(back) == pixels_of(region)).all()
    assert shaping.to_mask(back, SIZE) == there


def test_a_mask_of_several_parts_is_no_polygon():
    assert shaping.to_polygon(TWO) is TWO
    outline = shaping.to_polygon(RING)
    assert isinstance(outline, Polygon)
    assert len(outline.holes) == 1


@given(regions())
def test_the_parts_are_all_of_it_and_hang_together(region):
    found = shaping.parts(region, SIZE)
    joined = np.sum([pixels_of(part) for part in found], 0)
    assert (joined == pixels_of(region)).all()
    sizes = [pixels_of(part).sum() for part in found]
    assert sizes == sorted(sizes, reverse=True)
    for part in found:
        assert cv2.connectedComponents(pixels_of(part).astype(np.uint8))[0] == 2
    assert pixels_of(shaping.largest(region, SIZE)).sum() == sizes[0]


@given(regions())
def test_what_is_filled_has_no_holes_and_loses_nothing(region):
    found = shaping.filled(region)
    assert (pixels_of(found) | ~pixels_of(region)).all()
    if isinstance(region, Mask):
        assert not any(p.holes for p in mask_to_polygons(found))
        assert shaping.filled(found) == found


@given(arrays.arrays(np.bool_, (9, 11)))
def test_a_hole_is_what_cannot_get_out(pixels):
    wide = np.pad(pixels, 1).astype(np.uint8)
    cv2.floodFill(wide, None, (0, 0), 2, flags=4)
    found = shaping.filled(Mask(4, 5, pixels))
    assert found == Mask(4, 5, (wide != 2)[1:-1, 1:-1])


def test_a_mask_without_holes_is_not_copied():
    whole = Mask(0, 0, disc(SIZE, (7, 7), 5))
    assert shaping.filled(whole) is whole


def test_a_ring_is_filled_and_a_bay_is_not():
    assert shaping.filled(RING) == Mask(2, 3, disc((20, 20), (10, 10), 9))
    bay = Mask(0, 0, np.array([[1, 1, 1], [1, 0, 0], [1, 1, 1]], np.bool_))
    assert shaping.filled(bay) == bay


@given(regions(), st.integers(1, 5))
def test_grown_it_has_all_pixels_within_that_distance(region, by):
    found = pixels_of(shaping.grown(region, by, SIZE))
    beside = (~pixels_of(region)).astype(np.uint8)
    far = cv2.distanceTransform(beside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    assert (found == (far <= by)).all()


@given(regions(), st.integers(1, 4))
def test_shrunk_it_is_less_and_never_nothing(region, by):
    found = shaping.grown(region, -by, SIZE)
    assert pixels_of(found).any()
    assert (pixels_of(region) | ~pixels_of(found)).all()


def test_what_was_grown_is_shrunk_back_away_from_the_border():
    square = Mask(8, 8, np.ones((6, 6), np.bool_))
    assert mask_iou(shaping.grown(shaping.grown(square, 3, SIZE), -3, SIZE), square) > 0.9


def test_the_border_of_the_picture_does_not_shrink():
    whole = Mask(0, 0, np.ones((24, 10), np.bool_))
    assert shaping.grown(whole, -2, SIZE) == Mask(0, 0, np.ones((24, 8), np.bool_))


def test_a_box_stays_a_box_in_the_picture():
    assert shaping.grown(Box(1, 5, 10, 20), 3, SIZE) == Box(0, 2, 13, 23)
    assert shaping.grown(Box(1, 5, 10, 20), -3, SIZE) == Box(4, 8, 7, 17)
    assert shaping.grown(Box(1, 5, 5, 20), -3, SIZE) == Box(1, 5, 5, 20)


@pytest.mark.parametrize("shape", [shaping.smoothed, shaping.simplified])
@settings(max_examples=50)
@given(region=regions())
def test_smoothed_and_simplified_it_lies_in_the_picture(shape, region):
    found = region_to_mask(shape(region, SIZE), SIZE)
    assert found is not None
    assert clip_mask(found, SIZE) == found


def test_a_smooth_object_has_no_hairs():
    pixels = disc((40, 40), (20, 20), 12)
    hairy = pixels.copy()
    hairy[20, :] = True
    found = shaping.smoothed(Mask(0, 0, hairy), (40, 40))
    assert mask_iou(found, Mask(0, 0, pixels)) > 0.95
    assert found.pixels.shape[1] < 30


def test_a_simple_outline_has_few_corners_and_keeps_its_hole():
    stairs = shaping.to_polygon(RING)
    simple = shaping.simplified(stairs, SIZE)
    assert len(simple.points_xy) < len(stairs.points_xy) / 2
    assert len(simple.holes) == 1
    assert mask_iou(region_to_mask(simple, SIZE), RING) > 0.8
    assert shaping.simplified(SQUARE, SIZE) == SQUARE


def test_both_have_what_they_share():
    a, b = Mask(0, 0, np.ones((10, 10), np.bool_)), Mask(5, 5, np.ones((10, 10), np.bool_))
    assert shaping.intersect(a, b) == Mask(5, 5, np.ones((5, 5), np.bool_))
    assert shaping.intersect(a, Mask(20, 20, np.ones((2, 2), np.bool_))) is None
    assert shaping.intersect(None, a) is None


@given(regions(), *(st.floats(-5, 35, width=16) for _ in range(4)))
def test_split_by_any_line_no_pixel_is_lost_and_none_is_in_two(region, x1, y1, x2, y2):
    pieces = shaping.split(region, ((x1, y1), (x2, y2)), SIZE)
    joined = np.sum([pixels_of(piece) for piece in pieces], 0)
    wrong = np.count_nonzero(joined != pixels_of(region))
    # The corners of two polygons at a cut are rounded: a pixel's centre may be just there.
    assert wrong <= (2 if isinstance(region, Polygon) else 0)
    if len(pieces) == 1:
        assert pieces[0] is region


def test_a_line_across_makes_two_and_one_that_ends_inside_none():
    square = Mask(5, 5, np.ones((10, 10), np.bool_))
    for line in (((2, 9), (20, 9)), ((2, 2), (20, 17)), ((9, 2), (9, 20))):
        pieces = shaping.split(square, line, SIZE)
        assert len(pieces) == 2
        assert pieces[0].pixels.sum() >= pieces[1].pixels.sum() > 20
    assert shaping.split(square, ((2, 9), (10, 9)), SIZE) == (square,)
    assert shaping.split(square, ((20, 2), (22, 20)), SIZE) == (square,)


def test_a_polygon_is_cut_to_its_corners_and_keeps_its_hole_on_its_side():
    hole = np.array([[6, 6], [8, 6], [8, 8], [6, 8]], np.float32)
    left, right = sorted(
        shaping.split(Polygon(SQUARE.points_xy, (hole,)), ((9.5, 0), (9.5, 20)), SIZE),
        key=lambda piece: piece.points_xy[:, 0].min(),
    )
    assert len(left.points_xy) == len(right.points_xy) == 4
    assert (left.points_xy.max(0)[0], right.points_xy.min(0)[0]) == (9.5, 9.5)
    assert (len(left.holes), len(right.holes)) == (1, 0)


def test_cut_through_its_hole_a_ring_falls_into_halves():
    ring = shaping.to_polygon(RING)
    pieces = shaping.split(ring, ((0, 13), (29, 13)), SIZE)
    assert [type(piece) for piece in pieces] == [Polygon, Polygon]
    assert not any(piece.holes for piece in pieces)


def test_what_the_line_leaves_whole_stays_with_the_largest():
    pieces = shaping.split(TWO, ((7, 0), (7, 14)), SIZE)
    assert len(pieces) == 2
    assert pieces[0].pixels.sum() > pieces[1].pixels.sum()
    assert len(shaping.parts(pieces[0], SIZE)) == 2
    assert len(shaping.parts(pieces[1], SIZE)) == 1


def test_a_box_is_not_split():
    box = Box(1, 1, 9, 9)
    assert shaping.split(box, ((0, 5), (20, 5)), SIZE) == (box,)


OUTER = np.array([[5, 5], [35, 5], [35, 35], [5, 35]], np.float32)


@pytest.mark.parametrize("seed", range(30))
def test_a_hole_takes_exactly_its_pixels_however_it_lies(seed):
    rng = np.random.default_rng(seed)
    first = Polygon(np.array([[9, 9], [16, 9], [16, 16], [9, 16]], np.float32))
    region = shaping.with_hole(Polygon(OUTER), first, (40, 40))
    hole = Polygon(rng.uniform(-5, 45, (int(rng.integers(3, 7)), 2)).astype(np.float32))
    found = shaping.with_hole(region, hole, (40, 40))
    expected = subtract(region_to_mask(region, (40, 40)), region_to_mask(hole, (40, 40)))
    assert (None if found is None else region_to_mask(found, (40, 40))) == expected


def test_a_hole_around_another_one_swallows_it():
    small = Polygon(np.array([[15, 15], [20, 15], [20, 20]], np.float32))
    large = Polygon(np.array([[10, 10], [30, 10], [30, 30], [10, 30]], np.float32))
    once = shaping.with_hole(Polygon(OUTER), small, (40, 40))
    both = shaping.with_hole(once, large, (40, 40))
    assert isinstance(both, Polygon)
    assert len(both.holes) == 1
