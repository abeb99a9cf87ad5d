import pytest
import torch
from torch import nn

from models.segmentation.segnet import SegNet, segnet, segnet_basic
from models.shapes_only import shapes_only

LABELS = 11


def convs(modules):
    return [m for m in modules.modules() if isinstance(m, nn.Conv2d)]


def size_of(model):
    return sum(p.numel() for p in model.parameters())


@pytest.fixture(scope="module")
def full():
    with shapes_only():
        return segnet(LABELS)


def test_the_encoder_is_vgg16_and_the_decoder_its_mirror(full):
    forward = [(c.in_channels, c.out_channels) for c in convs(full.encoders)]
    assert [o for _, o in forward] == [64] * 2 + [128] * 2 + [256] * 3 + [512] * 6
    back = [(c.out_channels, c.in_channels) for c in convs(full.decoders)][::-1]
    assert back == forward[1:]  # The score layer mirrors the first.
    assert {c.kernel_size for c in convs(full)} == {(3, 3)}


def test_segnet_has_the_papers_29_million_parameters(full):
    # 29.46 million in the literature, which gives each convolution a bias before its norm.
    assert abs(size_of(full) / 29.46e6 - 1) < 0.001


def test_segnet_basic_has_the_papers_million_and_a_half():
    # PAMI 2017, table 1: 1.425 million.
    model = segnet_basic(LABELS)
    assert abs(size_of(model) / 1.425e6 - 1) < 0.01
    assert [c.kernel_size for c in convs(model)] == [(7, 7)] * 8 + [(1, 1)]


def test_positions_survive_only_max_unpooling():
    """The same tensors, another answer: the option is live, and it matters."""
    torch.manual_seed(0)
    picture = torch.randn(1, 3, 32, 48)
    model = segnet_basic(3, width=0.25)
    found = {}
    for kind in ("max", "nearest", "bed_of_nails"):
        other = segnet_basic(3, unpooling=kind, width=0.25)
        other.load_state_dict(model.state_dict())
        with torch.inference_mode():
            found[kind] = other.eval()(picture)[0]
    assert not torch.allclose(found["max"], found["nearest"])
    assert not torch.allclose(found["max"], found["bed_of_nails"])


def test_pools_show_values_and_positions_within_the_map_before_them():
    model = segnet_basic(2, width=0.25).eval()
    seen = {}
    for i, pool in enumerate(model.pools):
        pool.register_forward_hook(lambda m, x, out, i=i: seen.setdefault(i, out))
    with torch.inference_mode():
        model(torch.randn(1, 3, 50, 70))
    for i, (values, positions) in seen.items():
        assert values.shape == positions.shape == (1, 16, 64 >> i + 1, 80 >> i + 1)
        assert int(positions.max()) < (64 >> i) * (80 >> i)


def test_each_encoder_needs_its_decoder():
    with pytest.raises(ValueError, match="decoder"):
        SegNet([nn.Identity()], [], nn.Identity(), unpooling="max")
