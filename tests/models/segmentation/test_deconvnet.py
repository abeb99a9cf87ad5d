import pytest
import torch
from torch import nn

from models.segmentation.deconvnet import DenseMiddle, deconvnet
from models.shapes_only import shapes_only

WIDTH = 0.125


def test_deconvnet_has_the_papers_252_million_parameters():
    with shapes_only():
        count = sum(p.numel() for p in deconvnet(21).parameters())
    assert abs(count / 252e6 - 1) < 0.002


def test_the_deconvolution_plan_is_the_papers_table():
    with shapes_only():
        model = deconvnet(21)
    plan = [
        [(m.in_channels, m.out_channels) for m in decoder if isinstance(m, nn.ConvTranspose2d)]
        for decoder in model.decoders
    ]
    assert plan == [
        [(512, 512)] * 3,
        [(512, 512), (512, 512), (512, 256)],
        [(256, 256), (256, 256), (256, 128)],
        [(128, 128), (128, 64)],
        [(64, 64), (64, 64)],
    ]
    assert model.middle.fc6[0].weight.shape == (4096, 512, 7, 7)
    assert model.middle.deconv[0].weight.shape == (4096, 512, 7, 7)
    assert model.score.kernel_size == (1, 1)


@pytest.mark.parametrize("size_hw", [(7, 7), (9, 12), (2, 3), (1, 10)])
def test_the_dense_middle_keeps_every_size(size_hw):
    middle = DenseMiddle(8, 64).eval()
    vectors = []
    middle.fc7.register_forward_hook(lambda m, x, out: vectors.append(out.shape))
    with torch.inference_mode():
        assert middle(torch.randn(1, 8, *size_hw)).shape == (1, 8, *size_hw)
    # One vector for all that fc6 covers, as in the paper; more for a larger picture.
    assert vectors[0] == (1, 64, max(size_hw[0] - 6, 1), max(size_hw[1] - 6, 1))


def test_a_single_picture_can_be_trained_on():
    """The last batch of an epoch may hold one; the middle then has one value per channel."""
    model = deconvnet(2, width=WIDTH).train()
    model(torch.randn(1, 3, 32, 64))[0].square().mean().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())
