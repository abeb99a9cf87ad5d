"""BiFPN: a pyramid of maps that tell each other what they see, down and up again, several times.

Tan, Pang, Le: "EfficientDet: Scalable and Efficient Object Detection", CVPR 2020, section 3.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-4


def norm(channels: int) -> nn.BatchNorm2d:
    """Batch norm as EfficientDet has it."""
    return nn.BatchNorm2d(channels, eps=1e-3)


def separable(before: int, after: int, *, bias: bool = False) -> nn.Sequential:
    """3x3 for each channel by itself, then all of them at each cell."""
    return nn.Sequential(
        nn.Conv2d(before, before, 3, padding=1, groups=before, bias=False),
        nn.Conv2d(before, after, 1, bias=bias),
    )


def project(before: int, after: int) -> nn.Sequential:
    """To other channels, cell by cell."""
    return nn.Sequential(nn.Conv2d(before, after, 1, bias=False), norm(after))


class Fusion(nn.Module):
    """Maps (N, C, h, w) of one size, added by learned shares, then one separable convolution.

    Fast normalised fusion: shares are kept above 0 by ReLU and divided by their sum, which does
    what softmax would without its cost.
    """

    def __init__(self, maps: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(maps))
        self.convolve = nn.Sequential(nn.SiLU(), separable(channels, channels), norm(channels))

    def shares(self) -> Tensor:
        """How much each of M maps counts: (M,), each at least 0, together just below 1."""
        weight = self.weight.relu()
        return weight / (weight.sum() + EPSILON)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Maps (N, C, h, w) of one size -> their weighted sum, convolved: (N, C, h, w)."""
        shares = self.shares()
        total = shares[0] * maps[0]
        for index in range(1, len(maps)):
            total = total + shares[index] * maps[index]
        fused: Tensor = self.convolve(total)
        return fused


class BiFPNLayer(nn.Module):
    """Once down the pyramid and once up, with the maps it began with added on the way up."""

    def __init__(self, levels: int, channels: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(Fusion(2, channels) for _ in range(levels - 1))
        self.up = nn.ModuleList(
            Fusion(3 if level < levels - 1 else 2, channels) for level in range(1, levels)
        )

    def forward(self, maps: Sequence[Tensor], again: Sequence[Tensor]) -> list[Tensor]:
        """Maps (N, C, h, w), finest first, each half as large as the one before, rounded up.

        `again` are the maps as the way up takes them: the same, or another view of them.
        """
        lowered = [maps[-1]]  # finest first
        for fuse, features in zip(self.down, reversed(maps[:-1]), strict=True):
            size = features.shape[-2:]
            enlarged = functional.interpolate(lowered[0], size=size, mode="nearest")
            lowered.insert(0, fuse([features, enlarged]))
        raised = [lowered[0]]
        for level, fuse in enumerate(self.up, 1):
            shrunk = functional.max_pool2d(raised[-1], 3, stride=2, padding=1)
            is_last = level == len(self.up)
            here = [again[level]] if is_last else [again[level], lowered[level]]
            raised.append(fuse([*here, shrunk]))
        return raised


class BiFPN(nn.Module):
    """An encoder's three last maps -> five maps of `channels` each, at strides 8 to 128.

    The two coarsest are made by pooling. Maps that the first layer takes twice are brought to
    `channels` twice, each way by its own weights.
    """

    def __init__(self, encoder_channels: Sequence[int], channels: int, layers: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(project(before, channels) for before in encoder_channels)
        self.up = nn.ModuleList(project(before, channels) for before in encoder_channels[1:])
        self.coarser = project(encoder_channels[-1], channels)
        levels = len(encoder_channels) + 2
        self.layers = nn.ModuleList(BiFPNLayer(levels, channels) for _ in range(layers))

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Three maps (N, c, h, w), finest first -> five (N, C, h, w), finest first, each half as
        large as the one before, rounded up."""
        coarse = [functional.max_pool2d(self.coarser(features[-1]), 3, stride=2, padding=1)]
        coarse.append(functional.max_pool2d(coarse[0], 3, stride=2, padding=1))
        maps = [*(to(x) for to, x in zip(self.down, features, strict=True)), *coarse]
        # The finest map is not taken again on the way up.
        raised = (to(x) for to, x in zip(self.up, features[1:], strict=True))
        again = [maps[0], *raised, *coarse]
        for layer in self.layers:
            maps = again = layer(maps, again)
        return maps
