"""Tiles along a border give what the whole picture gives."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions import borders
from engine.regions.borders import inner, near, rounded
from engine.regions.crops import clip_mask, tight
from engine.values import Mask

SIZE = (24, 30)


@pytest.fixture(autouse=True, params=[8, 512])
def tile(request, monkeypatch):
    monkeypatch.setattr(borders, "TILE", request.param)


def blocks(pixels, by=2):
    return np.kron(pixels, np.ones((by, by), np.bool_))


masks = st.builds(
    lambda left, top, pixels: clip_mask(Mask(left, top, blocks(pixels)), SIZE) or Mask(0, 0, ONE),
    st.integers(-6, 26),
    st.integers(-6, 20),
    arrays(np.bool_, (5, 6)),
)
ONE = np.ones((1, 1), np.bool_)


def whole(mask, margin=0):
    """The picture's pixels and so many more on each side, which are none of the mask."""
    found = np.zeros((SIZE[0] + 2 * margin, SIZE[1] + 2 * margin), np.bool_)
    if mask is not None:
        height, width = mask.pixels.shape
        x, y = mask.left + margin, mask.top + margin
        found[y : y + height, x : x + width] = mask.pixels
    return found


def distances(pixels):
    """How far each pixel is from one of these."""
    rows, columns = np.nonzero(pixels)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    if not len(rows):
        return np.full(SIZE, np.inf)
    return np.hypot(y[..., None] - rows, x[..., None] - columns).min(axis=2)


@given(masks, st.integers(1, 12))
def test_near_is_what_is_no_farther(mask, by):
    found = near(mask, by, SIZE)
    assert np.array_equal(whole(found), distances(whole(mask)) <= by)
    assert found == tight(found)


@given(masks, st.integers(1, 12))
def test_inner_is_what_is_farther_from_all_else_in_the_picture(mask, by):
    assert np.array_equal(whole(inner(mask, by, SIZE)), distances(~whole(mask)) > by)


@given(masks)
def test_corners_are_rounded_as_those_of_the_whole(mask):
    blurred = cv2.GaussianBlur(whole(mask, 20).astype(np.float32), (0, 0), 2.0)
    expected = (blurred > 0.5)[20:-20, 20:-20]
    found = rounded(mask, 2.0)
    # A pixel of which exactly one half is left may go either way.
    unsure = np.abs(blurred - 0.5)[20:-20, 20:-20] < 1e-5
    assert (whole(found and clip_mask(found, SIZE)) == expected)[~unsure].all()


def test_a_mask_as_large_as_the_picture_stays():
    full = Mask(0, 0, np.ones(SIZE, np.bool_))
    assert near(full, 5, SIZE) == inner(full, 5, SIZE) == full
