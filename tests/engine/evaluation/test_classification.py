"""Scores of labels for whole pictures, against numbers counted by hand."""

import math

import numpy as np
import pytest

from engine.evaluation.classification import ClassificationCounter

SCORES = np.array([6, 5, 4, 3, 2, 1], np.float32)


def test_shares_are_counted_by_hand():
    counter = ClassificationCounter(6)
    assert [counter.add(SCORES, truth) for truth in (0, 1, 5, 0)] == [0, 1, 5, 0]
    scores = counter.scores()
    assert scores.top1 == pytest.approx(2 / 4)
    assert scores.top5 == pytest.approx(3 / 4)
    assert scores.recall[:2] == (1.0, 0.0)
    assert math.isnan(scores.recall[2])
    assert [row[0] for row in scores.confusion] == [2, 1, 0, 0, 0, 1]
    assert scores.images == 4


def test_an_ignored_picture_is_in_no_score():
    counter = ClassificationCounter(6)
    counter.add(SCORES, 0)
    assert counter.add(SCORES, 255) is None
    assert counter.scores().top1 == 1.0


def test_with_five_labels_or_fewer_one_of_the_best_five_is_always_right():
    counter = ClassificationCounter(3)
    counter.add(SCORES[:3], 2)
    assert counter.scores().top5 == 1.0
