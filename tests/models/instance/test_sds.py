import pytest
import torch

from models.contract import DetectionTarget
from models.instance.sds import sds
from models.instance.sds_layers import MaskRefiner
from models.shapes_only import shapes_only


def small(**options):
    torch.manual_seed(0)
    return sds(2, **{"width": 0.25, "warp": 64, "regions": 20} | options).eval()


def given(count=12, side=64):
    torch.manual_seed(1)
    corners = torch.rand(1, count, 2) * 0.5 * side
    boxes = torch.cat([corners, corners + 0.2 * side], dim=2)
    return boxes, (torch.rand(1, count, 50, 50) > 0.5).to(torch.uint8)


def test_the_region_network_sees_no_background():
    model, (boxes, segments) = small(), given()
    seen = {}
    for name in ("box_view", "region_view"):
        module = model.get_submodule(name)
        module.register_forward_hook(lambda m, i, out, name=name: seen.update({name: out}))
    with torch.inference_mode():
        model(torch.rand(1, 3, 64, 64) + 1, boxes, torch.zeros_like(segments))
    assert seen["box_view"].abs().sum() > 0
    assert seen["region_view"].abs().sum() == 0, "all is the mean colour, which is 0"


def test_masks_are_the_segments_unless_they_are_refined():
    boxes, segments = given()
    batch = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        (plain,) = small(masks="segment").outputs(small()(batch, boxes, segments))
        (refined,) = small().outputs(small()(batch, boxes, segments))
    assert set(plain.masks.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(plain.boxes, refined.boxes)
    assert not torch.equal(plain.masks, refined.masks)
    # Before anything is learned the refinement believes the segment.
    assert ((refined.masks > 0.5) == (plain.masks > 0.5)).float().mean() > 0.99


def test_only_so_many_proposals_are_judged_and_progress_is_told():
    boxes, segments = given(count=30)
    model, told = small(), []
    model.watch = lambda done, total: told.append((done, total))
    with torch.inference_mode():
        raw = model(torch.rand(1, 3, 64, 64), boxes, segments)
    assert raw[0].shape == (1, 20, 4)
    assert torch.equal(raw[0], boxes[:, :20])
    assert told[-1] == (20, 20)


def test_empty_proposals_score_nothing():
    boxes, segments = given()
    boxes[:, 6:] = 0
    with torch.inference_mode():
        raw = small()(torch.rand(1, 3, 64, 64), boxes, segments)
    assert (raw[1][:, :6] > 0).all()
    assert (raw[1][:, 6:] == 0).all()


def test_segments_decide_who_learns_an_object():
    mask = torch.zeros(1, 64, 64, dtype=torch.bool)
    mask[0, 8:24, 8:40] = True
    boxes = torch.tensor([[8.0, 8, 40, 24], [8, 8, 40, 24]])
    segments = torch.ones(2, 50, 50, dtype=torch.uint8)
    segments[1, :, 10:] = 0
    target = DetectionTarget(boxes[:1], torch.tensor([0]), mask, boxes, segments)
    found = small().matches((64, 64), target)
    assert found.objects.tolist() == [0]


def test_two_networks_of_the_papers_size():
    with shapes_only():
        model = sds(20)
    dense = sum(p.numel() for p in model.box_path.dense.parameters())
    assert dense == 256 * 36 * 4096 + 4096 + 4096 * 4096 + 4096
    assert model.scores.weight.shape == (21, 2 * 4096)


def test_other_sizes_of_regions_are_refused():
    with pytest.raises(ValueError, match="227, 128, 64"):
        sds(2, warp=100)


def test_a_refinement_follows_a_sure_figure():
    torch.manual_seed(0)
    figures = torch.full((1, 10, 10), 20.0)
    assert (MaskRefiner()(figures, torch.zeros(1, 50, 50)) > 0).all()
