from pathlib import Path

import numpy as np

from engine.datasets.truth import Truth
from engine.evaluation.map_report import map_report
from engine.values import IGNORE, FrameId, LabelMap, Prediction
from tests.make import LABELS


def pair(name, truth, said):
    ids = np.full((8, 8), said, np.uint8)
    prediction = Prediction(FrameId(name), (8, 8), LABELS, label_map=LabelMap(ids))
    return Path(name), Truth(ids=np.full((8, 8), truth, np.uint8)), prediction


def test_a_picture_of_which_all_is_ignored_is_not_among_the_worst():
    pairs = [pair("ignored.png", IGNORE, 1), pair("right.png", 1, 1), pair("wrong.png", 1, 2)]
    report = map_report(pairs, LABELS)
    assert [row["image"] for row in report.worst] == ["wrong.png", "right.png"]
    assert len(report.examples) == 1
