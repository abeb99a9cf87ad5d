import pytest
import torch
from torch import nn

from models import registry
from models.contract import DetectionTarget
from models.detection.fast_rcnn import fast_rcnn
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

PICTURE = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
BOXES = torch.tensor([[[8.0, 8, 40, 40], [20, 10, 90, 60], [0, 0, 16, 60]]])


def small(**options):
    torch.manual_seed(0)
    return fast_rcnn(3, backbone="resnet18", width=0.25, **options).eval()


def test_it_has_the_parameters_of_the_paper():
    with shapes_only():
        model = fast_rcnn(20)
    convolutions, dense = 14_714_688, 7 * 7 * 512 * 4096 + 4096 + 4096 * 4096 + 4096
    layers = convolutions + dense + 4097 * (21 + 4 * 20)
    assert sum(p.numel() for p in model.parameters()) == layers


def test_the_last_pooling_gives_way_to_that_of_the_regions():
    model = fast_rcnn(3, width=0.25)
    assert not isinstance(model.encoder[-1], nn.MaxPool2d)
    assert model.encoder(PICTURE).shape == (1, 128, 4, 6)


@torch.inference_mode()
def test_proposals_are_judged_each_by_itself():
    model = small()
    together = model(PICTURE, BOXES)
    assert [tuple(t.shape) for t in together] == [(1, 3, 4), (1, 3, 3), (1, 3, 3, 4)]
    alone = model(PICTURE, BOXES[:, 1:2])
    for whole, part in zip(together, alone, strict=True):
        assert_rounding_only(whole[:, 1:2], part)


@torch.inference_mode()
def test_what_fills_up_is_never_a_candidate():
    filled_up = torch.cat([BOXES, torch.zeros(1, 4, 4)], dim=1)
    raw = small()(PICTURE, filled_up)
    (output,) = small().outputs(raw)
    proposals, moved = small().steps(raw)[0]
    assert raw[1][0, 3:].max() == 0
    assert torch.equal(proposals.boxes, BOXES[0])
    assert torch.equal(moved.boxes, output.boxes)


@torch.inference_mode()
def test_the_first_regions_are_judged():
    many = BOXES.repeat(1, 100, 1)
    assert small(regions=100)(PICTURE, many)[1].shape[1] == 100
    spread = small(regions=100, proposals="sliding")(PICTURE, many)[0]
    assert torch.equal(spread[0, -1], many[0, -1])


@torch.inference_mode()
def test_roi_align_is_another_answer_of_the_same_weights():
    raws = [small(pooling=each)(PICTURE, BOXES) for each in ("roi_pool", "roi_align")]
    assert not torch.allclose(raws[0][1], raws[1][1])


def test_proposals_over_an_object_learn_it():
    target = DetectionTarget(
        torch.tensor([[10.0, 10, 40, 42], [0, 0, 16, 62]]), torch.tensor([0, 1]), None, BOXES[0]
    )
    matches = small().matches((64, 96), target)
    assert torch.equal(matches.boxes, BOXES[0, [0, 2]])
    assert matches.objects.tolist() == [0, 1]


@torch.inference_mode()
def test_the_watcher_is_told_and_may_leave():
    model, told = small(), []
    model.watch = lambda done, total: told.append((done, total))
    model(PICTURE.repeat(2, 1, 1, 1), BOXES.repeat(2, 1, 1))
    assert told == [(3, 6), (6, 6)]

    def leave(done, total):
        raise KeyboardInterrupt

    model.watch = leave
    with pytest.raises(KeyboardInterrupt):
        model(PICTURE, BOXES)


def test_mixed_precision_pools_in_float32():
    with torch.autocast("cpu", torch.bfloat16):
        raw = small()(PICTURE, BOXES)
    assert all(t.dtype == torch.float32 for t in raw)


def test_the_registry_says_that_it_needs_proposals():
    spec = registry.get("fast_rcnn")
    assert spec.proposals
    assert spec.backends == ("torch",)
