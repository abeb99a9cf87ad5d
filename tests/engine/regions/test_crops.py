from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions import crops


def test_the_smallest_crop_holds_the_same_pixels():
    pixels = np.zeros((6, 8), bool)
    pixels[2:4, 3:7] = True
    small = crops.tight(crops.crop(10, 20, pixels))
    assert small is not None
    assert crops.bounds(small) == (13, 22, 17, 24)
    assert crops.tight(small) is small
    assert crops.tight(crops.crop(0, 0, np.zeros((3, 3), bool))) is None


@given(
    st.lists(
        st.tuples(st.integers(-4, 9), st.integers(-4, 9), arrays(np.bool_, (3, 4))), max_size=4
    )
)
def test_all_joined_at_once_are_joined_one_by_one(parts):
    masks = [crops.crop(*part) for part in parts]
    joined = crops.join_all([None, *masks])
    if not masks:
        assert joined is None
        return
    one_by_one = reduce(crops.join, masks)
    for mask in (joined, one_by_one):
        assert mask is not None
    rect = (-4, -4, 14, 14)
    assert np.array_equal(crops.within(joined, rect), crops.within(one_by_one, rect))
    expected = np.zeros((18, 18), bool)
    for left, top, pixels in parts:
        expected[top + 4 : top + 7, left + 4 : left + 8] |= pixels
    assert np.array_equal(crops.within(joined, rect), expected)


@given(st.integers(-6, 9), st.integers(-6, 9), arrays(np.bool_, (4, 5)))
def test_pixels_are_cut_also_where_the_crop_does_not_reach(left, top, pixels):
    found = crops.within(crops.crop(left, top, pixels), (0, 0, 6, 7))
    for y in range(7):
        for x in range(6):
            is_in = 0 <= y - top < 4 and 0 <= x - left < 5
            assert found[y, x] == (is_in and pixels[y - top, x - left])


def test_clipping_twice_is_clipping_once_and_outside_is_nothing():
    mask = crops.crop(-2, -1, np.ones((4, 5), bool))
    once = crops.clip_mask(mask, (2, 2))
    assert once is not None
    assert crops.bounds(once) == (0, 0, 2, 2)
    assert crops.clip_mask(once, (2, 2)) == once
    assert crops.clip_mask(crops.crop(9, 9, np.ones((2, 2), bool)), (5, 5)) is None
