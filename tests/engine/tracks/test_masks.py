"""Masks between masks: the same where they are, whole pixels along, never nothing."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.regions.masks import mask_iou, tight
from engine.tracks.masks import masks_between
from engine.values import Mask

PARTS = st.floats(0.01, 0.99)
PLACES = st.integers(0, 300)


@st.composite
def blobs(draw):
    """A few discs, at some place of the frame; most often in one piece."""
    pixels = np.zeros((40, 40), np.uint8)
    for _ in range(draw(st.integers(1, 3))):
        center = draw(st.integers(8, 31)), draw(st.integers(8, 31))
        cv2.circle(pixels, center, draw(st.integers(0, 8)), 1, -1)
    return tight(Mask(draw(PLACES), draw(PLACES), pixels.astype(bool)))


def between(mask, later, part):
    (found,) = masks_between(mask, later, (part,))
    return found


def disc(center_xy, radius):
    pixels = cv2.circle(np.zeros((200, 200), np.uint8), center_xy, radius, 1, -1)
    return tight(Mask(0, 0, pixels.astype(bool)))


@given(blobs(), PARTS)
def test_between_a_mask_and_itself_is_itself(mask, part):
    assert between(mask, mask, part) == mask


@given(blobs(), st.integers(-200, 200), st.integers(-200, 200), PARTS)
def test_a_mask_that_moves_keeps_its_pixels_and_is_where_it_should_be(mask, dx, dy, part):
    found = between(mask, Mask(mask.left + dx, mask.top + dy, mask.pixels), part)
    assert np.array_equal(found.pixels, mask.pixels)
    assert abs(found.left - (mask.left + part * dx)) <= 0.5
    assert abs(found.top - (mask.top + part * dy)) <= 0.5


@given(blobs(), blobs(), st.lists(PARTS, min_size=1, max_size=4))
def test_something_is_always_between_and_no_larger_than_both_laid_together(first, last, parts):
    for found in masks_between(first, last, parts):
        assert found.pixels.any()
        assert tight(found) == found
        sides = np.add(first.pixels.shape, last.pixels.shape)
        assert (found.pixels.shape <= sides).all()


def test_a_disc_that_grows_has_the_radius_in_between():
    found = between(disc((60, 60), 10), disc((100, 80), 30), 0.5)
    assert mask_iou(found, disc((80, 70), 20)) > 0.95


def test_near_an_end_it_looks_like_that_end():
    first, last = disc((60, 60), 20), tight(Mask(100, 50, np.ones((20, 50), bool)))
    assert mask_iou(between(first, last, 0.01), first) > 0.9
    assert mask_iou(between(first, last, 0.99), last) > 0.9


@pytest.mark.parametrize(("part", "index"), [(0.4, 0), (0.6, 1)])
def test_where_nothing_is_inside_of_both_the_nearer_one_is_moved(part, index):
    ring = disc((60, 60), 30).pixels & ~np.pad(disc((60, 60), 27).pixels, 3)
    both = Mask(30, 30, ring), disc((60, 60), 3)
    found = between(*both, part)
    assert np.array_equal(found.pixels, both[index].pixels)
