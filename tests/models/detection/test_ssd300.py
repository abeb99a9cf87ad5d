import pytest
import torch
from torchvision.models import detection
from torchvision.models.detection.image_list import ImageList

from models.contract import DetectionTarget
from models.detection.ssd300 import ssd300
from models.layers.box_coding import clip
from models.layers.suppression import suppress
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only, in_double

CPU = torch.device("cpu")


def test_parameters_are_torchvisions():
    with shapes_only():
        assert sum(p.numel() for p in ssd300(90).parameters()) == 35_641_826


def test_300_by_300_has_8732_default_boxes():
    boxes = ssd300(2, width=0.25).default_boxes((300, 300), CPU)
    assert boxes.shape == (8732, 4)


@pytest.mark.parametrize("size_hw", [(300, 300), (64, 96), (61, 83), (33, 130), (1, 1), (500, 333)])
def test_maps_are_as_large_as_foretold(size_hw):
    model = ssd300(2, width=0.05).eval()
    with torch.inference_mode():
        maps = model.backbone(torch.zeros(1, 3, *size_hw))
    assert [tuple(m.shape[-2:]) for m in maps] == model.grids(size_hw)


@pytest.mark.slow
@torch.inference_mode()
def test_torchvisions_weights_say_the_same_here():
    torch.manual_seed(0)
    theirs = detection.ssd300_vgg16(weights=None, weights_backbone=None, num_classes=4)
    ours = ssd300(3)
    ours.load_state_dict(theirs.state_dict())
    ours, theirs = in_double(ours).eval(), in_double(theirs).eval()
    batch = torch.rand(1, 3, 300, 300).double()
    normalised, _ = theirs.transform([batch[0]])
    maps = list(theirs.backbone(normalised.tensors).values())
    answer = theirs.head(maps)
    references = theirs.anchor_generator(ImageList(batch, [(300, 300)]), maps)[0]

    raw = ours(normalised.tensors)
    # The first map is normalised in float32 whatever comes in.
    assert_rounding_only(raw[0], answer["bbox_regression"], computed_in=torch.float32)
    assert_rounding_only(raw[1], answer["cls_logits"], computed_in=torch.float32)
    assert_rounding_only(ours.default_boxes((300, 300), CPU), references)
    boxes = clip(theirs.box_coder.decode_single(raw[0][0], references), (300, 300))
    scores = raw[1][0].float().softmax(dim=1)[:, 1:]
    index, labels = (scores > 0.001).nonzero(as_tuple=True)
    (output,) = ours.outputs(raw)
    assert torch.equal(output.labels, labels)
    assert_rounding_only(output.scores, scores[index, labels])
    assert_rounding_only(output.boxes, boxes[index])


def test_steps_hold_every_default_box_and_where_it_goes():
    torch.manual_seed(0)
    model = ssd300(2, width=0.25).eval()
    with torch.inference_mode():
        raw = model(torch.rand(2, 3, 64, 96))
        found = model.steps(raw)
    assert len(found) == 2
    before, after = found[0]
    assert torch.equal(before.boxes, model.default_boxes((64, 96), CPU))
    assert torch.equal(before.scores, after.scores)
    best = suppress(model.outputs(raw)[0], conf=0.001, iou=1.0, limit=1)
    assert torch.equal(after.boxes[after.scores.argmax()], best.boxes[0])


def test_every_object_is_learned_and_only_by_boxes_that_overlap_it():
    model = ssd300(2, width=0.25)
    target = DetectionTarget(
        torch.tensor([[10.0, 10, 30, 40], [100, 50, 290, 250], [5, 200, 9, 206]]),
        torch.tensor([0, 1, 1]),
    )
    matches = model.matches((300, 300), target)
    assert set(matches.objects.tolist()) == {0, 1, 2}
    learned = target.boxes[matches.objects]
    corner = torch.maximum(learned[:, :2], matches.boxes[:, :2])
    assert (torch.minimum(learned[:, 2:], matches.boxes[:, 2:]) > corner).all()


def test_an_unknown_norm_is_refused():
    with pytest.raises(ValueError, match="none, batch"):
        ssd300(2, norm="group")
