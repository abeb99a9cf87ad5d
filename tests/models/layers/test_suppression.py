import torch

from models.contract import DetectionOutput
from models.layers.suppression import suppress

BOXES = torch.tensor([[0.0, 0, 10, 10], [1, 0, 11, 10], [30, 30, 40, 40], [0, 0, 10, 10]])
SCORES = torch.tensor([0.8, 0.9, 0.3, 0.7])
LABELS = torch.tensor([0, 0, 1, 1])


def test_the_best_of_each_label_survives():
    kept = suppress(DetectionOutput(BOXES, SCORES, LABELS), conf=0.2, iou=0.5)
    assert torch.equal(kept.scores, torch.tensor([0.9, 0.7, 0.3]))


def test_conf_and_limit_hold():
    output = DetectionOutput(BOXES, SCORES, LABELS, masks=torch.rand(4, 2, 2))
    kept = suppress(output, conf=0.5, iou=0.5, limit=1)
    assert kept.scores.tolist() == [SCORES[1].item()]
    assert torch.equal(kept.masks, output.masks[1:2])


def test_nothing_in_gives_nothing_out():
    empty = DetectionOutput(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.long))
    assert len(suppress(empty, conf=0.1, iou=0.5).scores) == 0


def test_a_score_that_is_just_enough_is_enough():
    kept = suppress(DetectionOutput(BOXES, SCORES, LABELS), conf=SCORES[2].item(), iou=0.5)
    assert kept.scores.min() == SCORES[2]


def test_of_crowds_only_the_best_hundred_for_each_wanted_are_compared():
    crowd = torch.tensor([[0.0, 0, 10, 10]]).repeat(200, 1)
    alone = torch.tensor([[50.0, 50, 60, 60]])
    scores = torch.linspace(0.9, 0.5, 200)
    labels = torch.zeros(201, dtype=torch.long)
    for last, count in ((0.4, 1), (0.95, 2)):
        given = DetectionOutput(
            torch.cat([crowd, alone]), torch.cat([scores, torch.tensor([last])]), labels
        )
        assert len(suppress(given, conf=0.1, iou=0.5, limit=2).scores) == count
        assert len(suppress(given, conf=0.1, iou=0.5, limit=3).scores) == 2
