import torch
from torchvision.ops import box_iou

from models.contract import DetectionTarget
from models.layers.box_coding import encode
from models.layers.regions import BOX_WEIGHTS, judged, real, region_losses, sample_regions

OBJECTS = torch.tensor([[10.0, 10, 50, 50], [60, 20, 90, 80]])
TARGET = DetectionTarget(OBJECTS, torch.tensor([2, 0]))
NOTHING = DetectionTarget(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long))


def proposals(count=400):
    torch.manual_seed(0)
    near = OBJECTS.repeat(count // 4, 1) + 8 * torch.randn(count // 2, 4)
    corners = 80 * torch.rand(count // 2, 2)
    anywhere = torch.cat([corners, corners + 2 + 40 * torch.rand(count // 2, 2)], dim=1)
    return torch.cat([near, anywhere])


def test_a_quarter_of_the_regions_are_objects_and_overlap_them():
    regions = sample_regions(proposals(), TARGET, count=64)
    assert len(regions.boxes) == len(regions.labels) == len(regions.truths) == 64
    assert (regions.labels > 0).sum() == 16
    for box, label, truth in zip(regions.boxes, regions.labels, regions.truths, strict=True):
        iou = box_iou(box[None], OBJECTS)[0]
        if label:
            assert iou.max() >= 0.5
            assert torch.equal(truth, OBJECTS[iou.argmax()])
            assert label == TARGET.labels[iou.argmax()] + 1
        else:
            assert 0.1 <= iou.max() < 0.5


def test_background_far_from_objects_fills_up():
    far = torch.tensor([[100.0, 100, 120, 120]]).repeat(50, 1)
    regions = sample_regions(far, TARGET, count=32)
    assert sorted(regions.labels.tolist()) == [0] * 30 + [1, 3]


def test_without_objects_all_is_background():
    regions = sample_regions(proposals(), NOTHING, count=32)
    assert regions.labels.tolist() == [0] * 32


def test_empty_proposals_are_never_learned_from():
    filled_up = torch.cat([proposals(40), torch.zeros(500, 4)])
    regions = sample_regions(filled_up, TARGET, count=64)
    assert real(regions.boxes).all()


def test_the_losses_vanish_for_the_right_answer():
    regions = sample_regions(proposals(), TARGET, count=64)
    scores = torch.full((64, 4), -20.0)
    scores[torch.arange(64), regions.labels] = 20
    offsets = encode(regions.truths, regions.boxes, BOX_WEIGHTS)[:, None].repeat(1, 3, 1)
    assert all(loss < 1e-4 for loss in region_losses(scores, offsets, [regions]).values())
    assert region_losses(scores, offsets + 1, [regions])["box"] > 0.1


def test_judging_undoes_the_encoding_and_leaves_empty_proposals_without_score():
    boxes = torch.cat([proposals(8).clamp(0, 100), torch.zeros(2, 4)])
    truths = OBJECTS[[0, 1] * 5]
    offsets = encode(truths, boxes, BOX_WEIGHTS)[:, None]
    scores, moved = judged(boxes, torch.zeros(10, 2), offsets, (100, 100))
    assert torch.allclose(moved[:8, 0], truths[:8], atol=1e-3)
    assert scores[:8, 0].tolist() == [0.5] * 8
    assert scores[8:].tolist() == [[0.0]] * 2
