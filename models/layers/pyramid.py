"""The same features seen at several scales at once: dilated pyramids and hypercolumns."""

from collections.abc import Sequence
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.layers.conv import conv_norm_relu, separable_norm_relu


class ScoreSum(nn.Module):
    """Branches that each score every pixel by itself; their scores are added.

    The atrous spatial pyramid pooling of DeepLab v2 (2016): branches differ in their dilation.
    """

    def __init__(self, branches: Sequence[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, C, h, w) -> label scores (N, K, h, w)."""
        return reduce(torch.add, [branch(x) for branch in self.branches])


class LoneBatchNorm(nn.BatchNorm2d):
    """Batch norm that takes its running statistics where a batch has one value per channel.

    One pooled picture has no variance: plain batch norm refuses it while training.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> the same shape."""
        if self.training and x.shape[0] * x.shape[2] * x.shape[3] == 1:
            return functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        return super().forward(x)


class PicturePooling(nn.Sequential):
    """What the whole picture says, told to every pixel: its mean feature, normalised."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
            LoneBatchNorm(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, in, h, w) -> (N, out, h, w), the same at each place."""
        size_hw = x.shape[-2:]
        for layer in self:
            x = layer(x)
        return x.expand(-1, -1, *size_hw)  # from (N, out, 1, 1)


class DilatedPyramid(nn.Module):
    """One pixel, three dilated neighbourhoods and the whole picture side by side, then joined.

    The atrous spatial pyramid pooling of DeepLab v3 (2017), with the depthwise separable
    convolutions of v3+ (2018). Any size works: what lies outside counts as zero.
    """

    def __init__(self, in_channels: int, channels: int, dilations: Sequence[int]) -> None:
        super().__init__()
        self.point = conv_norm_relu(in_channels, channels, kernel=1)
        self.dilated = nn.ModuleList(
            separable_norm_relu(in_channels, channels, dilation=dilation) for dilation in dilations
        )
        self.picture = PicturePooling(in_channels, channels)
        self.join = nn.Sequential(
            conv_norm_relu((len(dilations) + 2) * channels, channels, kernel=1), nn.Dropout(0.1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, in, h, w) -> (N, channels, h, w)."""
        seen = [self.point(x), *[branch(x) for branch in self.dilated], self.picture(x)]
        result: Tensor = self.join(torch.cat(seen, dim=1))
        return result


def stack_columns(features: Sequence[Tensor], size_hw: Sequence[int]) -> Tensor:
    """Hypercolumns: maps (N, C_i, h_i, w_i) brought to one size, stacked -> (N, sum C_i, H, W)."""
    return torch.cat(
        [
            functional.interpolate(f, size=tuple(size_hw), mode="bilinear", align_corners=False)
            for f in features
        ],
        dim=1,
    )
