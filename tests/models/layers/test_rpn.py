import numpy as np
import pytest
import torch
from torchvision.ops import box_iou

from models.contract import DetectionTarget
from models.layers.box_coding import encode
from models.layers.rpn import RATIOS, SAMPLED, RegionProposalNetwork, fit_anchor_sides
from models.shapes_only import shapes_only

SIZE_HW = (96, 128)


def make_rpn(sides=(12.0, 30.0, 60.0)):
    torch.manual_seed(0)
    return RegionProposalNetwork(8, stride=8, sides=sides, width=1 / 32)


def some_boxes(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    corners = torch.rand(count, 2, generator=generator) * torch.tensor([90.0, 60])
    sides = 3 + 34 * torch.rand(count, 2, generator=generator)
    return torch.cat([corners, corners + sides], dim=1)


def target_of(boxes):
    return DetectionTarget(boxes, torch.zeros(len(boxes), dtype=torch.long))


def perfect_answers(rpn, boxes):
    """What a trained network would say: which anchor overlaps which box by how much, and where."""
    anchors = rpn.anchors(SIZE_HW)
    overlap, objects = box_iou(anchors, boxes).max(dim=1)
    return (20 * (overlap - 0.5))[None], encode(boxes[objects], anchors)[None]


def test_the_papers_network_at_vgg16_has_its_parameters():
    with shapes_only():
        rpn = RegionProposalNetwork(512, stride=16, sides=(128, 256, 512))
    # The paper's 512 x (4 + 2) x 9 outputs have one score per anchor here: 512 x (4 + 1) x 9.
    assert rpn.objectness.weight.numel() + rpn.offsets.weight.numel() == 512 * (4 + 1) * 9
    assert rpn.look[0].weight.numel() == 512 * 512 * 9


def test_answers_come_in_the_order_of_the_anchors():
    rpn = make_rpn()
    for value, parameter in zip((9, 4), (rpn.objectness, rpn.offsets), strict=True):
        torch.nn.init.zeros_(parameter.weight)
        assert parameter.out_channels % value == 0
    with torch.no_grad():
        rpn.objectness.bias.copy_(torch.arange(9))
        rpn.offsets.bias.copy_(torch.arange(36))
    logits, offsets = rpn(torch.zeros(1, 8, 12, 16))
    assert len(rpn.anchors(SIZE_HW)) == logits.shape[1] == 12 * 16 * 9
    assert logits[0, 9:18].tolist() == list(range(9))
    assert offsets[0, 10].tolist() == [4, 5, 6, 7]
    sizes = rpn.anchors(SIZE_HW)[9:18, 2:] - rpn.anchors(SIZE_HW)[9:18, :2]
    assert torch.allclose(sizes, rpn.sizes_wh)
    assert torch.allclose(sizes.prod(1).sqrt(), torch.tensor([12.0, 30, 60]).repeat_interleave(3))


@pytest.mark.parametrize("seed", range(5))
def test_each_object_has_an_anchor(seed):
    boxes = some_boxes(12, seed)
    matches = make_rpn().matches(SIZE_HW, target_of(boxes))
    assert matches.boxes.shape == (len(matches.objects), 4)
    # Two objects may want the same anchor: the one that overlaps it more has it.
    best = box_iou(make_rpn().anchors(SIZE_HW), boxes)
    alone = [i for i in range(len(boxes)) if best[best[:, i].argmax()].argmax() == i]
    assert set(alone) <= set(matches.objects.tolist())
    others = box_iou(matches.boxes, boxes)
    own = others[torch.arange(len(others)), matches.objects]
    assert ((own >= 0.7) | torch.isclose(own, best.amax(0)[matches.objects])).all()


def test_at_most_half_of_what_is_learned_from_has_an_object():
    rpn = make_rpn()
    boxes = some_boxes(40)
    logits = torch.full((1, 12 * 16 * 9), -30.0, requires_grad=True)
    offsets = torch.zeros(1, 12 * 16 * 9, 4)
    rpn.losses((logits, offsets), SIZE_HW, [target_of(boxes)])["rpn_object"].backward()
    learning = logits.grad[0] < -1e-6
    matched = len(rpn.matches(SIZE_HW, target_of(boxes)).objects)
    assert int(learning.sum()) == min(matched, SAMPLED // 2)
    assert torch.allclose(logits.grad[learning[None]], torch.tensor(-1 / SAMPLED))


def test_a_picture_without_objects_teaches_background_alone():
    rpn = make_rpn()
    logits = torch.zeros(1, 12 * 16 * 9, requires_grad=True)
    losses = rpn.losses(
        (logits, torch.zeros(1, 12 * 16 * 9, 4)), SIZE_HW, [target_of(some_boxes(0))]
    )
    losses["rpn_object"].backward()
    assert int((logits.grad > 0).sum()) == SAMPLED
    assert losses["rpn_box"] == 0


def test_proposals_are_the_best_boxes_in_order_then_empty_ones():
    rpn, boxes = make_rpn(), some_boxes(6)
    found = rpn.propose(perfect_answers(rpn, boxes), SIZE_HW, kept=2000)
    real = found.objectness[0] > 0
    count = int(real.sum())
    assert found.boxes.shape == found.anchors.shape == (1, 2000, 4)
    assert real[:count].all()
    assert found.boxes[0, count:].abs().sum() == 0
    assert (found.objectness[0].diff() <= 0).all()
    kept = found.boxes[0, :count]
    overlap = box_iou(kept, kept) - torch.eye(count)
    assert overlap.max() <= 0.7
    assert box_iou(kept, boxes).amax(dim=0).min() > 0.69
    assert kept.min() >= 0
    assert kept[:, 2].max() <= 128
    assert kept[:, 3].max() <= 96


def test_fewer_proposals_are_the_first_of_more():
    rpn = make_rpn()
    answers = perfect_answers(rpn, some_boxes(6))
    few, many = (rpn.propose(answers, SIZE_HW, kept=kept) for kept in (5, 50))
    assert torch.equal(few.boxes, many.boxes[:, :5])


def test_gradients_reach_the_offsets_of_proposals():
    rpn = make_rpn()
    logits, offsets = perfect_answers(rpn, some_boxes(6))
    offsets.requires_grad_()
    rpn.propose((logits, offsets), SIZE_HW, kept=20).boxes.sum().backward()
    assert offsets.grad.abs().sum() > 0


def test_anchor_sides_fit_the_boxes():
    generator = np.random.default_rng(0)
    sides = np.concatenate([generator.normal(m, 1, 50) for m in (10, 40, 90)])
    sizes = np.stack([sides * 2**0.5, sides / 2**0.5], axis=1).astype(np.float32)
    fitted = fit_anchor_sides(sizes, generator)["anchor_sides"]
    assert fitted == pytest.approx([10, 40, 90], rel=0.1)
    assert len(make_rpn(fitted).sizes_wh) == 3 * len(RATIOS)


def test_anchors_have_sides():
    with pytest.raises(ValueError, match="above 0"):
        make_rpn((0.0, 3.0))
