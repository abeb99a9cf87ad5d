import pytest
import torch
from torch import nn
from torch.nn import functional

from models.layers.sampling import (
    Unpool,
    bilinear_kernel,
    crop_to,
    pool_with_positions,
    upsampling,
)
from models.semantic import pad_to_multiple
from tests.rounding import SHALLOW, assert_rounding_only

NO_POSITIONS = torch.empty(0)


def test_max_unpooling_puts_each_value_back_where_it_was():
    x = torch.randn(2, 3, 8, 12)
    values, positions = pool_with_positions()(x)
    back = Unpool("max")(values, positions)
    torch.testing.assert_close(back, functional.max_unpool2d(values, positions, 2))
    kept = back != 0
    assert kept.sum() == values.numel()
    torch.testing.assert_close(back[kept], x[kept])


def test_nearest_unpooling_copies_to_all_four_places():
    out = Unpool("nearest")(torch.tensor([[[[1.0, 2.0]]]]), NO_POSITIONS)
    assert out.tolist() == [[[[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]]]]


def test_bed_of_nails_puts_values_at_the_top_left():
    out = Unpool("bed_of_nails")(torch.tensor([[[[1.0], [2.0]]]]), NO_POSITIONS)
    assert out.tolist() == [[[[1.0, 0.0], [0.0, 0.0], [2.0, 0.0], [0.0, 0.0]]]]


@pytest.mark.parametrize("kind", ["max", "nearest", "bed_of_nails"])
def test_gradients_come_back_through_every_unpooling(kind):
    values, positions = pool_with_positions()(torch.randn(1, 2, 4, 4))
    values.requires_grad_()
    Unpool(kind)(values, positions).sum().backward()
    expected = 4.0 if kind == "nearest" else 1.0
    assert (values.grad == expected).all()


def test_unknown_kinds_are_refused_and_the_known_ones_named():
    with pytest.raises(ValueError, match="bed_of_nails"):
        Unpool("median")
    with pytest.raises(ValueError, match="transposed"):
        upsampling(2, 4, kind="nearest")


@pytest.mark.parametrize("kind", ["transposed", "resize"])
@pytest.mark.parametrize("factor", [2, 8, 32])
def test_upsampling_begins_as_bilinear_interpolation(kind, factor):
    x = torch.randn(1, 3, 5, 6)
    out = upsampling(3, factor, kind=kind)(x)
    wanted = functional.interpolate(x, scale_factor=factor, mode="bilinear")
    assert out.shape == wanted.shape
    assert_rounding_only(out, wanted)


@pytest.mark.parametrize("kind", ["transposed", "resize"])
def test_what_was_learned_does_not_fade_at_the_border(kind):
    """Every period of a constant's enlargement is like any other, up to the corners."""
    torch.manual_seed(0)
    layer = upsampling(1, 4, kind=kind)
    for parameter in layer.parameters():
        nn.init.normal_(parameter)
    with torch.inference_mode():
        out = layer(torch.ones(1, 1, 3, 5))[0, 0]  # (12, 20)
    assert_rounding_only(out, out[4:8, 4:8].repeat(3, 5))


def test_the_bilinear_kernel_adds_up_to_one_at_every_place_between_two_inputs():
    kernel = bilinear_kernel(4)
    phases = kernel.reshape(2, 4, 2, 4).sum((0, 2))
    torch.testing.assert_close(phases, torch.ones(4, 4))


def test_only_the_transposed_convolution_can_draw_a_checkerboard():
    """With weights of chance, as in early training, and nothing to see in the input."""
    torch.manual_seed(0)
    flat = torch.ones(1, 1, 9, 9)
    inside = (0, 0, slice(8, -8), slice(8, -8))
    spread = {}
    for kind in ("transposed", "resize"):
        layer = upsampling(1, 4, kind=kind)
        for parameter in layer.parameters():
            nn.init.normal_(parameter)
        with torch.inference_mode():
            out = layer(flat)[inside]
        assert_rounding_only(out[4:], out[:-4])  # Whatever there is repeats every 4 pixels.
        spread[kind] = float((out.max() - out.min()) / out.abs().max())
    assert spread["transposed"] > 0.1
    assert spread["resize"] < SHALLOW * torch.finfo(out.dtype).eps


@pytest.mark.parametrize("size_hw", [(1, 1), (31, 33), (64, 96)])
def test_padding_repeats_the_border_and_cropping_undoes_it(size_hw):
    x = torch.randn(1, 2, *size_hw)
    padded = pad_to_multiple(x, 32)
    assert all(side % 32 == 0 for side in padded.shape[-2:])
    assert (padded[..., :, -1] == padded[..., :, size_hw[1] - 1]).all()
    assert torch.equal(crop_to(padded, size_hw), x)
