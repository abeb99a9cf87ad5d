import pytest
import torch
from torchvision.models import detection
from torchvision.models.detection.image_list import ImageList

from models.detection.ssdlite import ssdlite
from models.layers.box_coding import clip
from models.shapes_only import shapes_only
from tests.rounding import DEEP, assert_rounding_only, in_double

CPU = torch.device("cpu")


def test_parameters_are_torchvisions():
    with shapes_only():
        assert sum(p.numel() for p in ssdlite(90).parameters()) == 3_440_060


@pytest.mark.parametrize("size_hw", [(320, 320), (64, 96), (61, 83), (33, 130), (500, 333)])
def test_maps_are_as_large_as_foretold(size_hw):
    model = ssdlite(2, width=0.25).eval()
    with torch.inference_mode():
        maps = model.backbone(torch.zeros(1, 3, *size_hw))
    assert [tuple(m.shape[-2:]) for m in maps] == model.grids(size_hw)


@torch.inference_mode()
def test_torchvisions_weights_say_the_same_here():
    torch.manual_seed(0)
    theirs = detection.ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=4
    )
    ours = ssdlite(3)
    ours.load_state_dict(theirs.state_dict())
    ours, theirs = in_double(ours).eval(), in_double(theirs).eval()
    batch = torch.rand(1, 3, 320, 320).double()
    normalised, _ = theirs.transform([batch[0]])
    maps = list(theirs.backbone(normalised.tensors).values())
    answer = theirs.head(maps)
    references = theirs.anchor_generator(ImageList(batch, [(320, 320)]), maps)[0]

    raw = ours(normalised.tensors)
    assert_rounding_only(raw[0], answer["bbox_regression"], DEEP)
    assert_rounding_only(raw[1], answer["cls_logits"], DEEP)
    assert_rounding_only(ours.default_boxes((320, 320), CPU), references)
    boxes = clip(theirs.box_coder.decode_single(raw[0][0], references), (320, 320))
    scores = raw[1][0].float().softmax(dim=1)[:, 1:]
    index, labels = (scores > 0.001).nonzero(as_tuple=True)
    (output,) = ours.outputs(raw)
    assert torch.equal(output.labels, labels)
    assert_rounding_only(output.scores, scores[index, labels])
    assert_rounding_only(output.boxes, boxes[index])
