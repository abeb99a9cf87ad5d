"""What a cut leaves is told apart as by numbering every pixel."""

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.regions.brush import stroke_mask
from engine.regions.crops import crop, subtract, tight, within
from engine.regions.cutting import pieces
from engine.regions.shaping import CUT, intersect

SIZE = (14, 18)
FRAME = (0, 0, SIZE[1], SIZE[0])
places = st.tuples(st.floats(0, SIZE[1]), st.floats(0, SIZE[0]))


def numbered(pixels):
    return cv2.connectedComponents(pixels.astype(np.uint8))[1]


@given(arrays(np.bool_, (5, 6)), places, places)
def test_each_piece_is_a_part_of_the_rest_and_what_the_cut_took_is_in_one(coarse, start, end):
    whole = np.zeros(SIZE, np.bool_)
    whole[2:12, 3:15] = np.kron(coarse, np.ones((2, 2), np.bool_))
    mask, band = tight(crop(0, 0, whole)), stroke_mask([start, end], CUT, SIZE)
    rest, gone = subtract(mask, band), intersect(mask, band)
    if mask is None or rest is None or gone is None:
        return
    found = [within(piece, FRAME) for piece in pieces(mask, rest, gone)]
    left, parts = numbered(within(rest, FRAME)), numbered(whole)
    cut = {
        part: set(np.unique(left[parts == part]).tolist()) - {0}
        for part in range(1, parts.max() + 1)
    }
    expected = [number for numbers in cut.values() if len(numbers) > 1 for number in numbers]
    assert len(found) == len(expected)
    if not found:
        return
    assert np.array_equal(np.sum(found, axis=0), whole)
    sizes = [int(piece.sum()) for piece in found[1:]]
    assert sizes == sorted(sizes, reverse=True)
    for piece in found[1:]:
        (number,) = set(left[piece].tolist()) - {0}
        assert piece[left == number].all()
        assert numbered(piece).max() == 1


def test_of_a_long_thin_arm_along_the_cut_the_end_stays_with_the_largest():
    pixels = np.zeros((40, 12), np.bool_)
    pixels[:10] = True
    pixels[:, 5] = True
    mask = crop(3, 4, pixels)
    band = stroke_mask([(8.5, 0), (8.5, 60)], CUT, (60, 60))
    found = pieces(mask, subtract(mask, band), intersect(mask, band))
    assert len(found) == 2
    assert [int(piece.pixels.sum()) for piece in found] == [90, 60]
