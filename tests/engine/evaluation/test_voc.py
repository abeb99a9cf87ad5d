"""VOC's average precision, against numbers worked out by hand."""

import math

import numpy as np
import pytest

from engine.evaluation.detection import PictureBoxes
from engine.evaluation.scene import scene_of_boxes
from engine.evaluation.voc import area_under, eleven_points, ranked_hits, voc_scores


def boxes(*rows, crowd=None):
    table = np.array(rows, np.float32).reshape(-1, 6)
    flags = None if crowd is None else np.array(crowd, bool)
    return PictureBoxes(table[:, :4], table[:, 4].astype(np.int64), table[:, 5], flags)


def ranking(text):
    return np.array([letter == "+" for letter in text], bool)


@pytest.mark.parametrize(
    ("hits", "total", "eleven", "area"),
    [
        ("++", 2, 1.0, 1.0),
        ("", 3, 0.0, 0.0),
        ("--", 1, 0.0, 0.0),
        # Precision 1/2 at recall 1, and so at every recall before it.
        ("-+", 1, 0.5, 0.5),
        # Recall 1/2 at precision 1, recall 1 at 2/3: six points of 1 (0 to 0.5), five of 2/3.
        ("+-+", 2, (6 + 5 * 2 / 3) / 11, (1 + 2 / 3) / 2),
        # Recall 1/4 at precision 1: the points 0, 0.1, 0.2.
        ("+", 4, 3 / 11, 1 / 4),
        # A dip is filled from behind: precisions 1, 1/2, 2/3, 3/4.
        ("+-++", 3, (4 + 7 * 3 / 4) / 11, (1 + 3 / 4 + 3 / 4) / 3),
    ],
)
def test_a_ranking_by_hand(hits, total, eleven, area):
    assert eleven_points(ranking(hits), total) == pytest.approx(eleven)
    assert area_under(ranking(hits), total) == pytest.approx(area)


def test_a_label_without_truth_has_no_precision():
    assert math.isnan(eleven_points(ranking("+"), 0))
    assert math.isnan(area_under(ranking("+"), 0))


def test_the_second_on_one_object_is_wrong_though_another_is_near():
    """COCO would give the second box to the neighbour, which it overlaps by more than half too."""
    known = boxes((0, 0, 10, 10, 0, 0), (2, 0, 12, 10, 0, 0))
    found = boxes((0, 0, 10, 10, 0, 0.9), (0.5, 0, 10.5, 10, 0, 0.8))
    hits, total = ranked_hits([scene_of_boxes("a", found, known)], 0)
    assert hits.tolist() == [True, False]
    assert total == 2


def test_what_is_difficult_counts_for_neither():
    known = boxes((0, 0, 10, 10, 0, 0), (50, 50, 90, 90, 0, 0), crowd=[False, True])
    found = boxes((55, 55, 60, 60, 0, 0.9), (0, 0, 10, 10, 0, 0.8))
    hits, total = ranked_hits([scene_of_boxes("a", found, known)], 0)
    assert hits.tolist() == [True]
    assert total == 1


def test_pictures_are_ranked_together_and_labels_apart():
    known = [boxes((0, 0, 10, 10, 0, 0)), boxes((0, 0, 10, 10, 1, 0))]
    found = [boxes((0, 0, 10, 10, 0, 0.5)), boxes((0, 0, 10, 10, 0, 0.9))]
    scenes = [
        scene_of_boxes(str(i), *pair) for i, pair in enumerate(zip(found, known, strict=True))
    ]
    scores = voc_scores(scenes, 3)
    assert scores.area[:2] == (0.5, 0.0)
    assert math.isnan(scores.area[2])
    assert scores.mean_area == scores.mean_eleven == 0.25
