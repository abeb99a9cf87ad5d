from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import DatasetError
from engine.regions.run_lengths import compress, expand, rle_counts, rle_decode, rle_encode
from engine.sources.picture_header import MAX_PIXELS
from engine.values import Mask

few = settings(max_examples=60, deadline=None)
full_frames = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def plain_counts(full):
    """Run lengths counted one pixel at a time."""
    counts, value, length = [], False, 0
    for pixel in full.T.ravel():
        if pixel != value:
            counts.append(length)
            value, length = pixel, 0
        length += 1
    return [*counts, length]


@few
@given(full_frames)
def test_counts_are_those_of_counting_by_hand(full):
    assert rle_counts(Mask(0, 0, full), full.shape) == plain_counts(full)


@few
@given(full_frames)
def test_decoding_gives_the_same_pixels_cropped_tightly(full):
    mask = rle_decode(rle_encode(Mask(0, 0, full), full.shape), full.shape)
    again = np.zeros_like(full)
    if mask is not None:
        height, width = mask.pixels.shape
        again[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
        assert mask.pixels.any(axis=1)[[0, -1]].all()
        assert mask.pixels.any(axis=0)[[0, -1]].all()
    assert np.array_equal(again, full)


@few
@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=12))
def test_any_counts_survive_the_compressed_text(counts):
    assert expand(compress(counts)) == counts


def test_the_text_is_what_pycocotools_writes():
    coco = pytest.importorskip("faster_coco_eval").core.mask
    full = np.random.default_rng(5).random((40, 30)) > 0.7
    theirs = coco.encode(np.asfortranarray(full.astype(np.uint8)))["counts"]
    assert rle_encode(Mask(0, 0, full), full.shape) == theirs.decode()


def test_pixels_outside_the_frame_are_cut():
    mask = Mask(-2, -1, np.ones((4, 4), bool))
    assert rle_counts(mask, (5, 5)) == [0, 3, 2, 3, 17]
    assert rle_counts(Mask(9, 9, np.ones((2, 2), bool)), (5, 5)) == [25]


@pytest.mark.parametrize("text", ["é", "a", "\x01", "zzzzzzzzzzzzzzzz0"])
def test_damaged_text_is_a_clear_error(text):
    with pytest.raises(DatasetError):
        rle_decode(text, (4, 4))


@pytest.mark.parametrize(
    "counts",
    [[-1, 5], [1.5], ["3"], [True], [[1]], {"a": 1}, None, 7, [2**62, 2**62, 2**62], [10**30]],
)
def test_lengths_that_are_none_are_a_clear_error(counts):
    with pytest.raises(DatasetError):
        rle_decode(counts, (4, 4))


@pytest.mark.parametrize("size_hw", [(0, 4), (-4, 4), (1 << 20, 1 << 20)])
def test_frames_of_no_size_are_a_clear_error(size_hw):
    with pytest.raises(DatasetError, match="pixels large"):
        rle_decode([0, 1], size_hw)


def test_a_mask_in_the_largest_picture_comes_back():
    size_hw = (20_000, MAX_PIXELS // 20_000)
    mask = Mask(19_990, 19_990, np.array([[True, False, True], [True, True, True]]))
    assert rle_decode(rle_encode(mask, size_hw), size_hw) == mask


@few
@given(st.text("0123456789:;<=>?@ABCdefgkoPQ`n", max_size=20))
def test_any_text_is_a_mask_or_a_clear_error(text):
    with suppress(DatasetError):
        mask = rle_decode(text, (6, 5))
        assert mask is None or mask.pixels.any()


def test_runs_longer_than_the_frame_are_a_clear_error():
    with pytest.raises(DatasetError):
        rle_decode([0, 17], (4, 4))


@pytest.mark.parametrize(
    ("counts", "text"),
    [([], ""), ([0], "0"), ([15, 16], "?`0"), ([31, 32, 1000], "o0P1Xo0"), ([9, 5, 9, 4], "959O")],
)
def test_the_text_is_in_groups_of_five_bits(counts, text):
    assert compress(counts) == text
