"""Anchors and losses of the papers, by numbers worked out by hand."""

import math

import pytest
import torch

from models import registry
from models.contract import DetectionTarget
from models.detection import yolo_v2, yolo_v3, yolo_v4  # noqa: F401 - registers
from models.detection.yolo_paper import (
    V2,
    V3,
    V4,
    Learned,
    box_loss,
    fits_shape,
    objectness_loss,
)

ANCHORS = torch.tensor([[10.0, 10.0], [20.0, 20.0], [40.0, 10.0]])


def test_the_anchor_of_the_most_like_shape_learns_a_box():
    sizes = torch.tensor([[12.0, 12.0], [38.0, 12.0]])
    assert fits_shape(sizes, ANCHORS, V3).tolist() == [[True, False, False], [False, False, True]]


def test_in_v4_every_anchor_learns_that_overlaps_by_0213():
    sizes = torch.tensor([[12.0, 12.0]])
    # 100 of 144; 144 of 400; 120 of 424.
    assert fits_shape(sizes, ANCHORS, V4).tolist() == [[True, True, True]]
    sizes = torch.tensor([[4.0, 4.0]])  # 16 of 100, of 400, of 400: only the best
    assert fits_shape(sizes, ANCHORS, V4).tolist() == [[True, False, False]]


def learned():
    """Anchor 0 of the cell in row 1, column 2 learns a box whose centre is in its middle."""
    where = tuple(torch.tensor([i]) for i in (0, 0, 1, 2))
    truth = torch.tensor([[30.0, 14.0, 50.0, 34.0]])  # 20x20 around (40, 24)
    return Learned(where, truth, torch.tensor([[10.0, 40.0]]), stride=16)


def test_boxes_learn_their_place_in_the_cell_and_the_logarithms_of_their_sides():
    numbers = torch.tensor([[0.0, 0.0, 0.0, 0.0]])  # the cell's middle, the anchor's sides
    found = box_loss(numbers, torch.zeros(1, 4), learned(), (100, 100), V3)
    wanted = 2 * math.log(2) ** 2 * (2 - 400 / 10_000) / 2
    assert found.item() == pytest.approx(wanted, rel=1e-5)


def test_v4_boxes_learn_by_the_complete_iou():
    right = learned().truth
    assert box_loss(torch.zeros(1, 4), right, learned(), (100, 100), V4).item() < 1e-6
    assert box_loss(torch.zeros(1, 4), right + 5, learned(), (100, 100), V4).item() > 0


def test_v2_learns_the_overlap_itself_and_leaves_out_what_lies_on_a_box():
    logits = torch.zeros(1, 1, 2, 3)
    boxes = torch.zeros(1, 1, 2, 3, 4)
    boxes[0, 0, 1, 2] = torch.tensor([30.0, 14.0, 50.0, 24.0])  # half of the box
    boxes[0, 0, 0, 0] = learned().truth[0]  # as good as can be, yet another cell
    found = objectness_loss(logits, boxes, learned(), [learned().truth], V2)
    # Four anchors hold nothing and say 0.5; the learning one says 0.5 and overlaps by 0.5.
    assert found.item() == pytest.approx(4 * 0.25 / 2)


def test_v3_objectness_is_cross_entropy():
    logits = torch.zeros(1, 1, 2, 3)
    boxes = torch.zeros(1, 1, 2, 3, 4)
    found = objectness_loss(logits, boxes, learned(), [learned().truth], V3)
    assert found.item() == pytest.approx(6 * math.log(2))


@pytest.mark.parametrize("name", ["yolo_v2", "yolo_v3", "yolo_v4"])
def test_a_perfect_answer_of_a_paper_costs_less_than_another(name):
    torch.manual_seed(0)
    model = registry.get(name).build(2, width=0.0625, assignment="paper")
    target = DetectionTarget(torch.tensor([[20.0, 20.0, 60.0, 90.0]]), torch.tensor([1]))
    batch = torch.rand(1, 3, 96, 96)
    first = sum(model.losses(batch, [target]).values())
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(8):
        optimizer.zero_grad()
        loss = sum(model.losses(batch, [target]).values())
        loss.backward()
        optimizer.step()
    assert torch.isfinite(loss)
    assert loss < 0.7 * first


def test_a_batch_without_objects_has_a_loss():
    model = registry.get("yolo_v3").build(2, width=0.0625, assignment="paper")
    empty = DetectionTarget(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64))
    losses = model.losses(torch.rand(2, 3, 64, 64), [empty, empty])
    assert losses["box"] == losses["label"] == 0
    assert losses["object"] > 0


def test_an_unknown_assignment_is_refused():
    with pytest.raises(ValueError, match="ratio or paper"):
        registry.get("yolo_v3").build(2, width=0.0625, assignment="best")


def test_what_learns_is_shown_by_the_same_rule():
    target = DetectionTarget(torch.tensor([[20.0, 20.0, 60.0, 90.0]]), torch.tensor([1]))
    counts = []
    for assignment in ("ratio", "paper"):
        model = registry.get("yolo_v3").build(2, width=0.0625, assignment=assignment)
        counts.append(len(model.matches((96, 96), target).boxes))
    assert counts[1] == 1 < counts[0]
