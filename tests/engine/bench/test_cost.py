"""Counts that can be worked out by hand."""

import pytest
import torch
from torch import nn

from engine.bench.cost import cost_of
from models.segmentation.unet import unet32


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.Conv2d(3, 8, 3, padding=1), 16 * 16 * 8 * 3 * 9),
        (nn.Conv2d(3, 6, 3, padding=1, groups=3), 16 * 16 * 6 * 9),
        (nn.Conv2d(3, 8, 3, stride=2, padding=1), 8 * 8 * 8 * 3 * 9),
        (nn.ConvTranspose2d(3, 8, 2, stride=2), 16 * 16 * 3 * 8 * 4),
        (nn.Sequential(nn.Flatten(), nn.Linear(3 * 256, 10)), 3 * 256 * 10),
    ],
    ids=("plain", "grouped", "strided", "transposed", "linear"),
)
def test_multiply_adds_of_one_layer(layer, expected):
    assert cost_of(layer.eval(), (16, 16)).multiply_adds == expected


def test_the_most_memory_is_where_two_large_maps_meet():
    network = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 1), nn.MaxPool2d(16))
    cost = cost_of(network, (16, 16))
    picture, features = 3 * 256 * 4, 8 * 256 * 4
    assert cost.activation_bytes == picture + 2 * features
    assert cost.weight_bytes == 4 * cost.parameters == 4 * (32 + 72)
    assert cost.memory_bytes == cost.weight_bytes + cost.activation_bytes


def test_a_view_takes_no_memory():
    class Views(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.view(1, -1).unsqueeze(0)[:, :, :9]

    assert cost_of(Views(), (16, 16)).activation_bytes == 3 * 256 * 4


def test_a_network_of_the_registry_costs_four_times_as_much_at_twice_the_size():
    network = unet32(2).eval()
    small, large = cost_of(network, (32, 32)), cost_of(network, (64, 64))
    assert large.multiply_adds == 4 * small.multiply_adds
    assert large.parameters == small.parameters
