import pytest
import torch

from models.contract import DetectionTarget
from models.detection.faster_rcnn import faster_rcnn
from models.layers.box_coding import clip
from models.shapes_only import shapes_only


def make(num_labels=3, **options):
    torch.manual_seed(0)
    small = {"backbone": "resnet18", "width": 0.25, "anchor_sides": (16, 32, 64)}
    return faster_rcnn(num_labels, **small | options).eval()


def answer(model, batch=None):
    with torch.inference_mode():
        return model(torch.randn(2, 3, 64, 96) if batch is None else batch)


def test_it_has_the_papers_layers_at_vgg16():
    with shapes_only():
        model = faster_rcnn(20)
    convolutions = 14_714_688  # VGG16's thirteen, as its paper counts them
    rpn = (512 * 9 + 1) * 512 + 513 * 5 * 9
    dense = (512 * 49 + 1) * 4096 + 4097 * 4096
    head = 4097 * (21 + 4 * 20)
    assert sum(p.numel() for p in model.parameters()) == convolutions + rpn + dense + head


def test_raw_tensors_have_one_shape_whatever_is_found():
    raw = answer(make(proposals_kept=100), torch.zeros(2, 3, 40, 40))
    shapes = [tuple(tensor.shape) for tensor in raw]
    assert shapes == [(2, 100, 4), (2, 100), (2, 100, 4), (2, 100, 3), (2, 100, 3, 4)]
    assert (raw[1] == 0).any()


def test_empty_proposals_are_no_candidates():
    model = make(proposals_kept=1000)
    raw = answer(model, torch.randn(1, 3, 40, 40))
    empty = int((raw[1] == 0).sum())
    assert empty > 0
    assert (raw[3][raw[1] == 0] == 0).all()
    (output,), (steps,) = model.outputs(raw), model.steps(raw)
    assert (output.boxes[:, 2:] > output.boxes[:, :2]).all()
    assert all(len(step.boxes) == 1000 - empty for step in steps)


def test_steps_show_anchors_proposals_and_answers_in_one_order():
    model = make()
    raw = answer(model)
    for picture, (anchors, proposals, moved) in enumerate(model.steps(raw)):
        count = len(anchors.boxes)
        assert count == len(proposals.boxes) == len(moved.boxes) == int((raw[1][picture] > 0).sum())
        assert (proposals.scores.diff() <= 0).all()
        assert proposals.labels is None
        assert torch.equal(moved.scores, moved.chances.amax(1))
        assert torch.equal(moved.labels, moved.chances.argmax(1))


def test_proposals_stand_on_their_anchors_until_they_are_moved():
    model = make()
    torch.nn.init.zeros_(model.rpn.offsets.weight)
    anchors, proposals, _ = model.steps(answer(model))[0]
    assert torch.allclose(clip(anchors.boxes, (64, 96)), proposals.boxes, atol=1e-4)


def test_fewer_proposals_and_pooled_regions_take_the_same_weights():
    full, few = make(), make(proposals_kept=100, pooling="roi_pool")
    few.load_state_dict(full.state_dict())
    batch = torch.randn(1, 3, 64, 96)
    assert torch.equal(answer(full, batch)[0][:, :100], answer(few, batch)[0])


def test_matches_are_those_of_the_anchors():
    boxes = torch.tensor([[10.0, 10, 40, 40], [50, 10, 90, 60]])
    found = make().matches((64, 96), DetectionTarget(boxes, torch.tensor([0, 1])))
    assert set(found.objects.tolist()) == {0, 1}


@pytest.mark.parametrize("stride", [16, 8])
def test_training_tells_the_four_losses(stride):
    target = DetectionTarget(torch.tensor([[10.0, 10, 40, 40]]), torch.tensor([2]))
    losses = make(stride=stride).train().losses(torch.randn(1, 3, 64, 96), [target])
    assert set(losses) == {"rpn_object", "rpn_box", "label", "box"}
