import pytest
import torch

from models.contract import DetectionTarget
from models.instance.hypercolumn_instance import SIDE, hypercolumn_instance
from models.shapes_only import shapes_only


def small(**options):
    torch.manual_seed(0)
    chosen = {"backbone": "resnet18", "width": 0.25, "stride": 8, "anchor_sides": [16, 24, 32]}
    return hypercolumn_instance(2, **chosen | options)


def test_every_kept_box_has_a_mask_and_at_most_so_many_are_kept():
    model = small(refined=7).eval()
    with torch.inference_mode():
        raw = model(torch.rand(2, 3, 64, 96))
        outputs = model.outputs(raw)
    assert raw[-1].shape == (2, 7, SIDE, SIDE)
    for output in outputs:
        assert len(output.boxes) <= 7
        assert output.masks.shape == (len(output.boxes), SIDE, SIDE)
        assert ((output.masks >= 0) & (output.masks <= 1)).all()


def test_the_steps_lead_from_anchors_to_boxes_with_a_mask():
    model = small(proposals_kept=20, refined=10).eval()
    with torch.inference_mode():
        raw = model(torch.rand(1, 3, 64, 96))
    anchors, proposals, named, refined = model.steps(raw)[0]
    assert len(anchors.boxes) == len(proposals.boxes) == len(named.boxes)
    assert 0 < len(refined.boxes) <= 10
    assert (refined.scores[:-1] >= refined.scores[1:]).all()


def test_masks_are_not_learned_without_any():
    target = DetectionTarget(torch.tensor([[8.0, 8, 40, 40]]), torch.tensor([1]))
    with pytest.raises(ValueError, match="without masks"):
        small().losses(torch.rand(1, 3, 64, 64), [target])


def test_the_grid_of_the_paper_has_a_hundred_classifiers_per_depth_and_label():
    with shapes_only():
        model = hypercolumn_instance(20)
    assert [tuple(w.shape) for w in model.masks.maps] == [
        (20, 128, 10, 10),
        (20, 256, 10, 10),
        (20, 512, 10, 10),
    ]
    assert model.masks.vector.shape == (20, 4096, 10, 10)
