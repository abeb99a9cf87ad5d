import numpy as np
import pytest
import torch

from models import registry
from models.contract import DetectionTarget
from models.detection.efficientdet import STRIDES, fit_anchor_scale
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

CPU = torch.device("cpu")


def build(size=0, num_labels=2, **options):
    torch.manual_seed(0)
    return registry.get(f"efficientdet_d{size}").build(num_labels, **options)


@pytest.mark.parametrize(("size", "millions"), [(0, 3.9), (1, 6.6), (2, 8.1)])
def test_parameters_are_the_papers(size, millions):
    with shapes_only():
        model = build(size, num_labels=90)
    assert round(sum(p.numel() for p in model.parameters()) / 1e6, 1) == millions


def test_anchors_lie_where_the_maps_cells_are():
    model = build()
    anchors = model.anchors((512, 512), CPU)
    assert len(anchors) == 49_104  # as many as RetinaNet has at this size
    centers = (anchors[:, :2] + anchors[:, 2:]) / 2
    assert torch.allclose(centers[:9], torch.full((9, 2), 4.0), atol=1e-4)
    assert torch.allclose(centers[-9:], torch.full((9, 2), 448.0), atol=1e-3)
    areas = (anchors[:, 2:] - anchors[:, :2]).prod(dim=1)
    assert areas.min() == pytest.approx(32**2, rel=1e-4)


@pytest.mark.parametrize("size_hw", [(64, 96), (61, 83)])
def test_there_is_an_answer_for_every_anchor(size_hw):
    model = build().eval()
    with torch.inference_mode():
        raw = model(torch.rand(2, 3, *size_hw))
        found = model.steps(raw)
    anchors = model.anchors(size_hw, CPU)
    assert raw[0].shape == (2, len(anchors), 4)
    assert raw[1].shape == (2, len(anchors), 2)
    before, after = found[1]
    assert torch.equal(before.boxes, anchors)
    assert_rounding_only(after.scores, raw[1][1].sigmoid().amax(dim=1))


def test_objects_start_rare():
    model = build().eval()
    with torch.inference_mode():
        logits = model(torch.randn(1, 3, 64, 64))[1]
    assert logits.sigmoid().mean() < 0.05


def test_levels_share_their_layers_but_not_their_norms():
    model = build()
    assert len(model.label_head.layers) == 3
    assert len(model.label_head.norms) == len(STRIDES)


def test_every_object_is_learned_by_anchors_of_its_size():
    boxes = torch.tensor([[10.0, 10, 42, 42], [100, 50, 300, 250], [5, 200, 9, 206]])
    matches = build().matches((256, 320), DetectionTarget(boxes, torch.tensor([0, 1, 1])))
    assert set(matches.objects.tolist()) == {0, 1, 2}
    areas = (matches.boxes[:, 2:] - matches.boxes[:, :2]).prod(dim=1)
    assert (areas[matches.objects == 1] > areas[matches.objects == 0].max()).all()


def test_anchors_shrink_with_the_objects_but_not_below_a_quarter():
    generator = np.random.default_rng(0)
    scales = [
        fit_anchor_scale(np.full((20, 2), side, np.float32), generator)["anchor_scale"]
        for side in (2, 16, 400)
    ]
    assert scales == [1.0, 2.0, 4.0]
    with pytest.raises(ValueError, match="at least one"):
        fit_anchor_scale(np.zeros((0, 2), np.float32), generator)


def test_anchors_without_a_size_are_refused():
    with pytest.raises(ValueError, match="above 0"):
        build(anchor_scale=0.0)
