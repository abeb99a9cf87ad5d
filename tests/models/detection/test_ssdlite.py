import pytest
import torch
from torchvision.models import detection
from torchvision.models.detection.image_list import ImageList

from models.detection.ssdlite import ssdlite
from models.layers.box_coding import clip

CPU = torch.device("cpu")


def test_parameters_are_torchvisions():
    with torch.device("meta"):
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
    ).eval()
    ours = ssdlite(3).eval()
    ours.load_state_dict(theirs.state_dict())
    batch = torch.rand(1, 3, 320, 320)
    normalised, _ = theirs.transform([batch[0]])
    maps = list(theirs.backbone(normalised.tensors).values())
    answer = theirs.head(maps)
    references = theirs.anchor_generator(ImageList(batch, [(320, 320)]), maps)[0]
    boxes = theirs.box_coder.decode_single(answer["bbox_regression"][0], references)
    scores = answer["cls_logits"][0].softmax(dim=1)[:, 1:]

    (output,) = ours.predict(normalised.tensors)
    assert torch.allclose(ours.default_boxes((320, 320), CPU), references, atol=1e-3)
    index, labels = (scores > 0.001).nonzero(as_tuple=True)
    assert torch.equal(output.labels, labels)
    assert torch.allclose(output.scores, scores[index, labels], atol=1e-5)
    assert torch.allclose(output.boxes, clip(boxes, (320, 320))[index], atol=1e-2)
