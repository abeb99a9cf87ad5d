import pytest
import torch

from models.layers.conv import conv_leaky, conv_mish
from models.layers.darknet import (
    DARKNET19_TO_16,
    DARKNET19_TO_32,
    CrossStage,
    Residual,
    darknet53_stage,
    five_convs,
    row_of_layers,
)


def test_darknet19_has_18_convolutions_before_its_classifier():
    convolutions = [layer for layer in (*DARKNET19_TO_16, *DARKNET19_TO_32) if layer[1]]
    assert len(convolutions) == 18
    network, channels = row_of_layers(DARKNET19_TO_16, width=0.25)
    assert channels == 128
    assert network.eval()(torch.zeros(1, 3, 33, 64)).shape == (1, 128, 3, 4)


def test_a_residual_that_learned_nothing_changes_nothing():
    block = Residual(8, 4, conv_leaky).eval()
    torch.nn.init.zeros_(block.restore[1].weight)
    x = torch.randn(1, 8, 5, 5)
    assert torch.equal(block(x), x)


@pytest.mark.parametrize(
    "stage",
    [darknet53_stage(8, 16, 2), CrossStage(8, 16, 2), CrossStage(8, 16, 1, first=True)],
)
def test_a_stage_halves_upwards(stage):
    assert stage.eval()(torch.zeros(1, 8, 7, 10)).shape == (1, 16, 4, 5)


def test_five_convolutions_keep_the_size():
    assert five_convs(8, 4).eval()(torch.zeros(1, 8, 5, 6)).shape == (1, 4, 5, 6)


def test_mish_is_smooth_and_lets_a_little_below_zero_through():
    mish = conv_mish(1, 1)[2]
    assert mish(torch.tensor([0.0, 10.0, -1.0])).tolist() == pytest.approx([0, 10, -0.3034], 1e-3)
