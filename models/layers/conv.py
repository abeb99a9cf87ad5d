"""Convolution, batch normalisation and activation in one block."""

from torch import nn


def conv_norm_relu(in_channels: int, out_channels: int, *, kernel: int = 3) -> nn.Sequential:
    """Convolution that keeps height and width, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


def conv_norm_leaky(in_channels: int, out_channels: int, *, kernel: int = 3) -> nn.Sequential:
    """Darknet's block: convolution that keeps height and width, batch norm, leaky ReLU of 0.1."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.LeakyReLU(0.1, inplace=True),
    )
