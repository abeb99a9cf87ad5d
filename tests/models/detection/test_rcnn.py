import torch

from models.detection.rcnn import pooled_side, rcnn, warp_regions
from models.shapes_only import shapes_only
from tests.rounding import assert_rounding_only

PICTURE = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(0))
BOXES = torch.tensor([[8.0, 8, 40, 40], [20, 10, 90, 60], [0, 0, 16, 60]])


def small():
    torch.manual_seed(0)
    return rcnn(3, width=0.25, warp=67).eval()


def test_it_is_alexnet_with_a_label_more():
    with shapes_only():
        model = rcnn(1000)
    # Krizhevsky's 60,965,224, and the 4097 of the background.
    assert sum(p.numel() for p in model.parameters()) == 60_965_224 + 4097
    assert model.svm_weights.shape == (1000, 4096)


def test_the_map_before_the_dense_layers_has_the_side_that_is_counted():
    model = small()
    for side in (67, 99, 131, 227):
        assert model.features(torch.zeros(1, 3, side, side)).shape[-1] == pooled_side(side)
    assert pooled_side(227) == 6


def test_the_box_fills_the_warped_region_up_to_its_context():
    picture = torch.zeros(1, 3, 400, 400)
    picture[..., 100:295, 50:245] = 1
    warped = warp_regions(picture, torch.tensor([[50.0, 100, 245, 295]]), 227)
    expected = torch.zeros(227, 227)
    expected[16:211, 16:211] = 1
    assert torch.allclose(warped[0, 0], expected, atol=1e-4)


def test_what_lies_outside_the_picture_is_the_mean():
    warped = warp_regions(torch.ones(1, 3, 50, 50), torch.tensor([[0.0, 0, 50, 50]]), 227)
    assert warped[0, 0, 113, 113] == 1
    assert warped[0, 0, :8].abs().max() == 0


@torch.inference_mode()
def test_proposals_are_judged_each_by_itself_and_in_chunks():
    model, told = small(), []
    model.watch = lambda done, total: told.append((done, total))
    many = BOXES.repeat(70, 1)[None]
    raw = model(PICTURE, many)
    assert told == [(128, 210), (210, 210)]
    alone = model(PICTURE, BOXES[None, 1:2])
    for whole, part in zip(raw, alone, strict=True):
        assert_rounding_only(whole[:, 1:2], part)
        assert_rounding_only(whole[:, 208:209], part)
