"""Shapes made of shapes: whatever the pixels, holes and parts stay right."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.regions import shaping
from engine.regions.crops import mask_iou, tight
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
