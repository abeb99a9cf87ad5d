import pytest
import torch

from models.segmentation.unet_valid import MARGIN, UNetValid, unet_valid
from models.shapes_only import shapes_only
from tests.rounding import DEEP, assert_rounding_only, in_double


@pytest.fixture
def model() -> UNetValid:
    torch.manual_seed(0)
    return UNetValid(2, width=1 / 16, norm="none").eval()


def test_572_pixels_give_the_labels_of_388():
    with shapes_only():
        scores = unet_valid(2).inner(torch.zeros(1, 3, 572, 572))
    assert scores.shape == (1, 2, 388, 388)


def test_it_has_the_papers_31_million_parameters():
    # By hand: 9 c_in c_out a convolution, 4 c_in c_out an up-convolution, biases; 3 colors in.
    convs = [(3, 64), (64, 64)]
    for c in (64, 128, 256, 512):
        convs += [(c, 2 * c), (2 * c, 2 * c), (2 * c, c), (c, c)]
    ups = [(2 * c, c) for c in (64, 128, 256, 512)]
    count = sum(9 * i * o + o for i, o in convs) + sum(4 * i * o + o for i, o in ups) + 64 * 2 + 2
    with shapes_only():
        assert sum(p.numel() for p in unet_valid(2).parameters()) == count
    assert round(count / 1e6, 2) == 31.03


def test_every_width_scales_the_channels():
    with shapes_only():
        plans = [
            [down[-2].out_channels for down in unet_valid(2, width=width).downs]
            for width in (1.0, 0.25)
        ]
    assert plans == [[64, 128, 256, 512, 1024], [16, 32, 64, 128, 256]]


@pytest.mark.parametrize("tile", [4, 20, 50, 100])
def test_tiles_say_the_same_as_one_big_pass(model, tile):
    model, batch = in_double(model), torch.randn(1, 3, 75, 41).double()
    with torch.inference_mode():
        whole = model.tiled(batch, tile=388)
        assert_rounding_only(model.tiled(batch, tile=tile), whole, DEEP)
        assert_rounding_only(model(batch)[0], whole, DEEP)


def test_no_tile_is_larger_than_asked(model):
    sizes = []
    model.downs[0].register_forward_hook(lambda *call: sizes.append(call[1][0].shape[-2:]))
    with torch.inference_mode():
        model.tiled(torch.randn(1, 3, 75, 41), tile=36)
    assert len(sizes) == 6
    assert max(max(size) for size in sizes) == 36 + 2 * MARGIN


def test_another_norm_is_refused():
    with pytest.raises(ValueError, match="none or batch"):
        unet_valid(2, norm="group")
