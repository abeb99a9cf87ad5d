import pytest
import torch

from models.layers.region_crops import RegionCrop, RegionWarp


def ramp(height=12, width=16, stride=4):
    """Features whose two channels are the input's x and y in the middle of each cell."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return (torch.stack([x, y]).float()[None] + 0.5) * stride


BOXES = torch.tensor([[8.0, 8, 40, 24], [20, 4, 28, 40]])


@pytest.mark.parametrize("cut", [RegionCrop(7, 4), RegionWarp(7, 4)])
def test_a_crop_reads_the_features_under_its_box(cut):
    crops = cut(ramp(), [BOXES])
    assert crops.shape == (2, 2, 7, 7)
    for crop, (x1, y1, x2, y2) in zip(crops, BOXES.tolist(), strict=True):
        middles = (torch.arange(7) + 0.5) / 7
        assert torch.allclose(crop[0, 0], x1 + middles * (x2 - x1), atol=1e-4)
        assert torch.allclose(crop[1, :, 0], y1 + middles * (y2 - y1), atol=1e-4)


def test_pooling_takes_the_largest_feature():
    features = torch.zeros(1, 1, 8, 8)
    features[0, 0, 2, 5] = 3
    crops = RegionCrop(2, 4, pooling="roi_pool")(features, [torch.tensor([[0.0, 0, 31, 31]])])
    assert crops[0, 0].tolist() == [[0, 3], [0, 0]]


@pytest.mark.parametrize(
    "cut", [RegionCrop(7, 4), RegionCrop(7, 4, pooling="roi_pool"), RegionWarp(7, 4)]
)
def test_boxes_belong_to_their_pictures(cut):
    features = torch.cat([torch.zeros(1, 2, 12, 16), torch.ones(1, 2, 12, 16)])
    crops = cut(features, [BOXES[:1], BOXES])
    assert crops.mean(dim=(1, 2, 3)).tolist() == pytest.approx([0, 1, 1])
    assert len(cut(features, [BOXES[:0], BOXES[:0]])) == 0


def test_gradients_of_a_warp_reach_features_and_boxes():
    features, boxes = ramp().requires_grad_(), BOXES.clone().requires_grad_()
    RegionWarp(7, 4)(features, [boxes])[:, 0].mean(dim=(1, 2)).sum().backward()
    assert features.grad.abs().sum() > 0
    # The mean of x over a box is the middle of its left and right edge.
    assert torch.allclose(boxes.grad, torch.tensor([[0.5, 0, 0.5, 0]] * 2), atol=1e-4)
