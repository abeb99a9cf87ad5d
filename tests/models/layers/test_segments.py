import pytest
import torch

from models.contract import DetectionTarget
from models.layers.segments import (
    CONTEXT,
    met_objects,
    own_segments,
    segment_iou,
    segments_to_learn,
    warped,
    warped_segments,
)


def disc(side=20):
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    return (rows - side / 2 + 0.5) ** 2 + (columns - side / 2 + 0.5) ** 2 < (side / 2) ** 2


def target():
    mask = torch.zeros(1, 64, 64, dtype=torch.bool)
    mask[0, 10:30, 20:40] = disc()
    return DetectionTarget(torch.tensor([[20.0, 10, 40, 30]]), torch.tensor([1]), mask)


def test_an_object_meets_its_own_segment_and_not_the_whole_box():
    own = own_segments(target(), 50)
    boxes = target().boxes.repeat(2, 1)
    overlap = segment_iou(boxes, torch.cat([own, 1 - own]), target())[:, 0]
    assert overlap[0] > 0.97
    assert overlap[1] == pytest.approx(0, abs=1e-4)
    assert met_objects(boxes, torch.cat([own, 1 - own]), target()).tolist() == [0, -1]


def test_overlap_is_that_of_the_pixels():
    boxes = torch.tensor([[20.0, 10, 40, 30], [30, 10, 50, 30], [0, 40, 10, 50]])
    overlap = segment_iou(boxes, torch.ones(3, 50, 50), target())[:, 0]
    area = disc().sum().item()
    assert overlap[0] == pytest.approx(area / 400, abs=0.02)
    assert overlap[1] == pytest.approx(area / 2 / (400 + area / 2), abs=0.02)
    assert overlap[2] == 0


def test_a_warped_segment_lies_where_its_object_lies_in_the_warped_picture():
    picture = target().masks.float().expand(3, -1, -1)
    crop = warped(picture, target().boxes, 64)[0, 0] > 0.5
    segment = warped_segments(own_segments(target(), 50), 64)[0, 0] > 0.5
    assert (crop & segment).sum() > 0.9 * (crop | segment).sum()
    border = int(64 * CONTEXT)
    assert not segment[:border].any()


def test_what_meets_an_object_comes_first_and_the_objects_take_part():
    torch.manual_seed(0)
    boxes = torch.rand(40, 2) * 30
    boxes = torch.cat([boxes, boxes + 5 + 20 * torch.rand(40, 2)], dim=1)
    kept, segments, objects = segments_to_learn(boxes, torch.ones(40, 50, 50), target(), count=16)
    assert kept.shape == (16, 4)
    assert segments.shape == (16, 50, 50)
    met = (objects >= 0).int()
    assert met[0] == 1
    assert (met[:-1] >= met[1:]).all()
    assert met.sum() <= 4
