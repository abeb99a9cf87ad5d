import pytest
import torch

from models.layers.bifpn import BiFPN, BiFPNLayer, Fusion


@pytest.mark.parametrize("size_hw", [(64, 96), (61, 83), (33, 130), (8, 8)])
def test_each_map_is_half_of_the_one_before_rounded_up(size_hw):
    pyramid = BiFPN((6, 8, 12), 10, layers=2)
    sides = [tuple(-(-side // stride) for side in size_hw) for stride in (8, 16, 32, 64, 128)]
    features = [torch.rand(2, c, *s) for c, s in zip((6, 8, 12), sides, strict=False)]
    maps = pyramid(features)
    assert [tuple(m.shape) for m in maps] == [(2, 10, *s) for s in sides]


def test_what_the_coarsest_map_sees_reaches_the_finest_and_back():
    layer = BiFPNLayer(4, 8).eval()
    maps = [torch.rand(1, 8, s, s, requires_grad=True) for s in (16, 8, 4, 2)]
    found = layer(maps, maps)
    (down,) = torch.autograd.grad(found[0].sum(), maps[-1], retain_graph=True)
    (up,) = torch.autograd.grad(found[-1].sum(), maps[0])
    assert down.abs().sum() > 0
    assert up.abs().sum() > 0


def test_shares_are_above_0_and_add_up_to_1():
    fusion = Fusion(3, 4)
    with torch.no_grad():
        fusion.weight.copy_(torch.tensor([-2.0, 1.0, 3.0]))
    assert fusion.shares().tolist() == pytest.approx([0, 0.25, 0.75], abs=1e-3)
