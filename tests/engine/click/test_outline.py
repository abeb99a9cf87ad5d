"""Logits as outlines: where they were seen, and only the part that matters is enlarged."""

import cv2
import numpy as np
import pytest

from engine.click.outline import _enlarged, _reach, outline_of, without_specks
from engine.regions.crops import bounds


def test_the_outline_lies_where_it_was_seen():
    logits = np.full((24, 48), -4.0, np.float32)
    logits[10:14, 20:30] = 4.0
    mask, score = outline_of(logits, (100, 40, 292, 136))
    left, top, right, bottom = bounds(mask)
    assert abs(left - (100 + 80)) <= 2
    assert abs(right - (100 + 120)) <= 2
    assert abs(top - (40 + 40)) <= 2
    assert abs(bottom - (40 + 56)) <= 2
    assert 0.8 < score < 1
    assert outline_of(np.full((24, 48), -4.0, np.float32), (100, 40, 292, 136)) == (None, 0.0)


@pytest.mark.parametrize("size_hw", [(75, 200), (48, 64), (301, 97), (1000, 700)])
@pytest.mark.parametrize("where", [(slice(20, 24), slice(30, 41)), (slice(0, 9), slice(60, 64))])
def test_only_the_part_above_zero_is_enlarged_and_as_it_was(size_hw, where):
    noise = np.random.default_rng(0)
    found = -noise.random((48, 64), np.float32)
    found[where] = noise.random(found[where].shape) - 0.2
    whole = cv2.resize(found, size_hw[::-1], interpolation=cv2.INTER_LINEAR)
    left, right = _reach(found.max(0), size_hw[1])
    top, bottom = _reach(found.max(1), size_hw[0])
    part, same = (
        _enlarged(found, size_hw, (left, top, right, bottom)),
        whole[top:bottom, left:right],
    )
    is_clear = np.abs(same) > 1e-5
    assert np.array_equal(part[is_clear], same[is_clear] > 0)
    assert np.count_nonzero(whole > 0) == np.count_nonzero(same > 0)
    assert part.size < whole.size / 4


def test_all_of_a_view_can_be_the_object():
    mask, _ = outline_of(np.full((32, 48), 3.0, np.float32), (10, 20, 310, 220))
    assert bounds(mask) == (10, 20, 310, 220)
    assert mask.pixels.all()


def test_specks_go_but_not_those_that_were_clicked():
    found = np.full((30, 60), -1.0, np.float32)
    found[5:25, 5:25] = 2.0  # 400 cells
    found[5:15, 30:36] = 2.0  # a part of some size
    found[20, 40], found[25, 50] = 2.0, 2.0
    kept = without_specks(found, np.array([[10, 10], [20, 40]]))
    expected = found.copy()
    expected[25, 50] = -2.0
    assert np.array_equal(kept, expected)
    alone = np.ones((2, 2), np.float32)
    assert without_specks(alone, np.zeros((0, 2), np.int64)) is alone
