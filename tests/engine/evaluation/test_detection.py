import math

import numpy as np
import pytest

from engine.evaluation.detection import PictureBoxes, score_boxes


def boxes(rows, *, scored=True):
    table = np.array(rows, np.float32).reshape(-1, 6)
    scores = table[:, 5] if scored else None
    return PictureBoxes(table[:, :4], table[:, 4].astype(np.int64), scores)


TRUTH = [
    boxes([(0, 0, 10, 10, 0, 0), (20, 20, 60, 60, 1, 0)], scored=False),
    boxes([(5, 5, 30, 30, 0, 0)], scored=False),
]


def test_perfect_boxes_score_one():
    found = [
        PictureBoxes(t.xyxy, t.indices, np.full(len(t.indices), 0.9, np.float32)) for t in TRUTH
    ]
    scores = score_boxes(found, TRUTH, 2)
    assert scores.ap == scores.ap50 == scores.ap75 == scores.ar100 == pytest.approx(1)
    assert scores.images == 2


def test_a_label_nobody_has_is_left_out():
    found = [
        PictureBoxes(t.xyxy, t.indices, np.full(len(t.indices), 0.9, np.float32)) for t in TRUTH
    ]
    scores = score_boxes(found, TRUTH, 3)
    assert math.isnan(scores.per_label[2][0])
    assert scores.ap == pytest.approx(1)


def test_a_false_alarm_ranked_first_halves_the_precision():
    found = [boxes([(40, 0, 50, 10, 0, 0.9), (0, 0, 10, 10, 0, 0.8)]), boxes([])]
    truth = [boxes([(0, 0, 10, 10, 0, 0)], scored=False), boxes([], scored=False)]
    assert score_boxes(found, truth, 1).ap50 == pytest.approx(0.5)


def test_nothing_found_scores_zero():
    assert score_boxes([boxes([]), boxes([])], TRUTH, 2).ap50 == 0


def test_a_poor_box_counts_at_half_but_not_at_three_quarters():
    found = [boxes([(0, 0, 10, 6, 0, 0.9)])]
    scores = score_boxes(found, [boxes([(0, 0, 10, 10, 0, 0)], scored=False)], 1)
    assert scores.ap50 == pytest.approx(1)
    assert scores.ap75 == 0
