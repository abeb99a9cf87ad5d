import pytest
import torch
from torchvision.models import detection

from models.contract import DetectionTarget
from models.instance.mask_rcnn import mask_rcnn
from models.shapes_only import shapes_only


def test_its_tensors_are_torchvisions_own():
    with shapes_only():
        ours = mask_rcnn(3).network.state_dict()
        theirs = detection.maskrcnn_resnet50_fpn(
            weights=None, weights_backbone=None, num_classes=4
        ).state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in theirs.items()}


def test_masks_are_stretched_over_their_boxes():
    torch.manual_seed(0)
    model = mask_rcnn(3, backbone="resnet18").eval()
    with torch.inference_mode():
        outputs = model.predict(torch.rand(2, 3, 64, 96))
    for output in outputs:
        assert output.masks.shape == (len(output.boxes), 28, 28)
        assert (output.boxes <= torch.tensor([96, 64, 96, 64])).all()
        assert ((output.labels >= 0) & (output.labels < 3)).all()


def test_it_learns_from_masks_alone():
    model = mask_rcnn(2, backbone="resnet18").train()
    box, labels = torch.tensor([[8.0, 8, 40, 40]]), torch.tensor([1])
    masks = torch.zeros(1, 64, 64, dtype=torch.bool)
    masks[:, 8:40, 8:40] = True
    losses = model.losses(torch.rand(1, 3, 64, 64), [DetectionTarget(box, labels, masks)])
    assert set(losses) == {"classifier", "box_reg", "mask", "objectness", "rpn_box_reg"}
    with pytest.raises(ValueError, match="masks"):
        model.losses(torch.rand(1, 3, 64, 64), [DetectionTarget(box, labels)])
