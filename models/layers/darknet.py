"""The bodies of Darknet's detectors: rows of layers, Darknet-19, Darknet-53, CSPDarknet-53.

Modules are made in the order in which Darknet's files list their layers: its weights are read so.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.layers.conv import conv_leaky, conv_mish
from models.layers.width import scaled

Plan = Sequence[tuple[int, int, int]]
"""Kernel, channels and stride of each layer; a pooling has no channels."""

POOL = (0, 0, 2)
POOL_IN_PLACE = (0, 0, 1)
"""Maxima of 2x2 pixels that keep the size: Darknet pads on the right and at the bottom."""
YOLO_V1: Plan = (
    (7, 64, 2), POOL, (3, 192, 1), POOL,
    (1, 128, 1), (3, 256, 1), (1, 256, 1), (3, 512, 1), POOL,
    *((1, 256, 1), (3, 512, 1)) * 4, (1, 512, 1), (3, 1024, 1), POOL,
    *((1, 512, 1), (3, 1024, 1)) * 2, (3, 1024, 1), (3, 1024, 2), (3, 1024, 1), (3, 1024, 1),
)  # fmt: skip
_HALVING = [layer for c in (16, 32, 64, 128, 256, 512) for layer in ((3, c, 1), POOL)]
YOLO_V1_TINY: dict[int, Plan] = {
    9: (*_HALVING, (3, 1024, 1), (3, 1024, 1), (3, 1024, 1)),
    8: (*_HALVING, (3, 1024, 1), (3, 256, 1)),
}
"""By the number of convolutions."""


DARKNET19_TO_16: Plan = (
    (3, 32, 1), POOL, (3, 64, 1), POOL, (3, 128, 1), (1, 64, 1), (3, 128, 1), POOL,
    (3, 256, 1), (1, 128, 1), (3, 256, 1), POOL, *((3, 512, 1), (1, 256, 1)) * 2, (3, 512, 1),
)  # fmt: skip
"""Darknet-19 down to stride 16 (Redmon, Farhadi: YOLO9000, CVPR 2017)."""
DARKNET19_TO_32: Plan = (POOL, *((3, 1024, 1), (1, 512, 1)) * 2, (3, 1024, 1))
TINY_TO_16: Plan = (*_HALVING[:8], (3, 256, 1))
"""The body of YOLOv2-tiny and YOLOv3-tiny down to stride 16."""
TINY_TO_32: Plan = (POOL, (3, 512, 1), POOL_IN_PLACE, (3, 1024, 1))


def row_of_layers(
    plan: Plan, *, in_channels: int = 3, width: float = 1.0, norm: bool = True
) -> tuple[nn.Sequential, int]:
    """The layers of a plan with `width` times its channels, and how many channels leave them.

    Sides are halved upwards, so that any size works; what Darknet allows comes out as there.
    """
    network, channels = nn.Sequential(), in_channels
    for kernel, wanted, stride in plan:
        if not wanted:
            if stride == 1:
                network.append(nn.ReplicationPad2d((0, 1, 0, 1)))
            network.append(nn.MaxPool2d(2, stride, ceil_mode=True))
            continue
        out = scaled(wanted, width)
        network.append(conv_leaky(channels, out, kernel=kernel, stride=stride, norm=norm))
        channels = out
    return network, channels


Block = Callable[..., nn.Sequential]
"""Makes a convolution with norm and activation: `conv_leaky`, `conv_mish`."""


class Residual(nn.Module):
    """Fewer channels, a 3x3 convolution back to as many, and what came in added."""

    def __init__(self, channels: int, inner: int, block: Block) -> None:
        super().__init__()
        self.reduce = block(channels, inner, kernel=1)
        self.restore = block(inner, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> the same."""
        result: Tensor = x + self.restore(self.reduce(x))
        return result


def darknet53_stage(in_channels: int, channels: int, count: int) -> nn.Sequential:
    """Half the size, then `count` residual blocks (Redmon, Farhadi: YOLOv3, 2018)."""
    blocks = [Residual(channels, channels // 2, conv_leaky) for _ in range(count)]
    return nn.Sequential(conv_leaky(in_channels, channels, stride=2), *blocks)


class CrossStage(nn.Module):
    """Half the size, then residual blocks on one part of the channels while the other goes by.

    Wang et al.: CSPNet, CVPR workshops 2020; as in CSPDarknet-53, with mish. The first stage keeps
    all channels in both parts.
    """

    def __init__(self, in_channels: int, channels: int, count: int, *, first: bool = False) -> None:
        super().__init__()
        part = channels if first else channels // 2
        inner = channels // 2
        self.down = conv_mish(in_channels, channels, stride=2)
        self.past = conv_mish(channels, part, kernel=1)
        self.enter = conv_mish(channels, part, kernel=1)
        self.blocks = nn.Sequential(*(Residual(part, inner, conv_mish) for _ in range(count)))
        self.leave = conv_mish(part, part, kernel=1)
        self.merge = conv_mish(2 * part, channels, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, channels, ceil(H / 2), ceil(W / 2))."""
        x = self.down(x)
        through = self.leave(self.blocks(self.enter(x)))
        result: Tensor = self.merge(torch.cat([through, self.past(x)], dim=1))
        return result


class HalfStage(nn.Module):
    """The cross stage of YOLOv4-tiny: three convolutions, two of them on half of the channels.

    What they make of that half is laid behind what came in.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.enter = conv_leaky(channels, channels)
        self.first = conv_leaky(channels // 2, channels // 2)
        self.second = conv_leaky(channels // 2, channels // 2)
        self.merge = conv_leaky(2 * (channels // 2), channels, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, 2 C, H, W)."""
        x = self.enter(x)
        first = self.first(x.chunk(2, dim=1)[1])
        merged = self.merge(torch.cat([self.second(first), first], dim=1))
        return torch.cat([x, merged], dim=1)


class PoolPyramid(nn.Module):
    """Maxima of three neighbourhoods beside the features themselves, largest first.

    He et al.: Spatial Pyramid Pooling, 2014; in the form that keeps the size, as YOLOv4 has it.
    """

    def __init__(self, sizes: Sequence[int] = (13, 9, 5)) -> None:
        super().__init__()
        self.pools = nn.ModuleList(nn.MaxPool2d(size, 1, size // 2) for size in sizes)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, 4 C, H, W)."""
        return torch.cat([*(pool(x) for pool in self.pools), x], dim=1)


def doubled(x: Tensor) -> Tensor:
    """Every pixel four times: (N, C, H, W) -> (N, C, 2 H, 2 W)."""
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")


def reorg(x: Tensor) -> Tensor:
    """Each 2x2 pixels side by side: (N, C, H, W) -> (N, 4 C, H/2, W/2), upper left pixels first."""
    n, c, h, w = x.shape
    pixels = x.reshape(n, c, h // 2, 2, w // 2, 2)
    return pixels.permute(0, 3, 5, 1, 2, 4).reshape(n, 4 * c, h // 2, w // 2)


def reorg_as_darknet(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, 4 C, H/2, W/2) as Darknet's layer [reorg] does it, and weights trained
    there expect: it takes the numbers for a quarter of the channels at twice the size."""
    n, c, h, w = x.shape
    return reorg(x.reshape(n, c // 4, 2 * h, 2 * w)).reshape(n, 4 * c, h // 2, w // 2)


def five_convs(in_channels: int, channels: int) -> nn.Sequential:
    """Five convolutions, 1x1 and 3x3 in turn, that YOLOv3 and v4 put before and after a merge."""
    return _convs_in_turn(in_channels, channels, 2)


def three_convs(in_channels: int, channels: int) -> nn.Sequential:
    """Three of them, that stand before and after a pyramid of poolings."""
    return _convs_in_turn(in_channels, channels, 1)


def _convs_in_turn(in_channels: int, channels: int, pairs: int) -> nn.Sequential:
    row = [conv_leaky(in_channels, channels, kernel=1)]
    for _ in range(pairs):
        row += [conv_leaky(channels, 2 * channels), conv_leaky(2 * channels, channels, kernel=1)]
    return nn.Sequential(*row)
