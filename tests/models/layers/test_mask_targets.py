import pytest
import torch

from models.contract import DetectionTarget
from models.layers.mask_targets import mask_loss, masks_in_boxes


def target(masks=True):
    planes = torch.zeros(2, 40, 60, dtype=torch.bool)
    planes[0, 10:30, 10:30] = True
    planes[1, 0:20, 40:50] = True
    boxes = torch.tensor([[10.0, 10, 30, 30], [40, 0, 50, 20]])
    return DetectionTarget(boxes, torch.tensor([0, 0]), planes if masks else None)


def test_the_objects_own_box_is_full_and_half_of_it_is_half():
    boxes = torch.tensor([[10.0, 10, 30, 30], [0, 10, 20, 30], [40, 0, 50, 20]])
    found = masks_in_boxes(target(), torch.tensor([0, 0, 1]), boxes, 10)
    assert found.shape == (3, 10, 10)
    assert found[0].all()
    assert found[2].all()
    assert found[1, :, 5:].all()
    assert not found[1, :, :5].any()


def test_no_boxes_need_no_masks():
    none = torch.zeros(0, dtype=torch.long)
    assert masks_in_boxes(target(masks=False), none, torch.zeros(0, 4), 10).shape == (0, 10, 10)


def test_objects_without_masks_are_refused():
    with pytest.raises(ValueError, match="without masks"):
        masks_in_boxes(target(masks=False), torch.tensor([0]), torch.ones(1, 4), 10)


def test_the_mask_loss_is_a_mean_over_all_places_of_all_pictures():
    box, none = torch.tensor([[10.0, 10, 30, 30]]), torch.zeros(0, dtype=torch.long)
    first = torch.tensor([0])
    logits = torch.stack([torch.full((4, 4), 20.0), torch.zeros(4, 4)])
    loss = mask_loss(logits, [target(), target()], [first, first], [box, box])
    assert loss == pytest.approx(torch.tensor(2.0).log().item() / 2, abs=1e-4)
    assert mask_loss(logits[:0], [target()], [none], [box[:0]]) == 0
