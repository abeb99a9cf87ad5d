import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.evaluation.semantic import SemanticCounter

maps = hnp.arrays(np.uint8, (6, 7), elements=st.integers(0, 3))


@settings(max_examples=30, deadline=None)
@given(maps, maps)
def test_iou_is_what_sets_say(predicted, truth):
    counter = SemanticCounter(4)
    counter.add(predicted, truth)
    scores = counter.scores()
    for k in range(4):
        union = ((predicted == k) | (truth == k)).sum()
        if union:
            expected = ((predicted == k) & (truth == k)).sum() / union
            assert scores.iou[k] == pytest.approx(expected)
            assert scores.mean_image_iou[k] == pytest.approx(expected)
        else:
            assert math.isnan(scores.iou[k])


def test_perfect_is_one_whatever_is_ignored():
    truth = np.array([[0, 1, 255], [2, 2, 255]], np.uint8)
    counter = SemanticCounter(3)
    counter.add(np.where(truth == 255, 1, truth).astype(np.uint8), truth)
    scores = counter.scores()
    assert scores.pixel_accuracy == scores.mean_accuracy == scores.miou == 1
    assert scores.iou == (1, 1, 1)


def test_image_iou_is_meaned_over_pictures_not_pixels():
    small, large = np.zeros((2, 2), np.uint8), np.ones((20, 20), np.uint8)
    small[0, 0] = 1
    counter = SemanticCounter(2)
    counter.add(np.zeros_like(small), small)
    counter.add(large, large)
    scores = counter.scores()
    assert scores.mean_image_iou[1] == 0.5
    assert scores.iou[1] == pytest.approx(400 / 401)


def test_no_picture_is_an_error():
    with pytest.raises(ValueError, match="No picture"):
        SemanticCounter(2).scores()
