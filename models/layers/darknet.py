"""The rows of convolutions and poolings that Darknet's detectors begin with."""

from collections.abc import Sequence

from torch import nn

from models.backbones.sequential import scaled
from models.layers.conv import conv_leaky

Plan = Sequence[tuple[int, int, int]]
"""Kernel, channels and stride of each layer; a pooling has no channels."""

POOL = (0, 0, 2)
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


def row_of_layers(
    plan: Plan, *, in_channels: int = 3, width: float = 1.0, norm: bool = True
) -> tuple[nn.Sequential, int]:
    """The layers of a plan with `width` times its channels, and how many channels leave them.

    Sides are halved upwards, so that any size works; what Darknet allows comes out as there.
    """
    network, channels = nn.Sequential(), in_channels
    for kernel, wanted, stride in plan:
        if not wanted:
            network.append(nn.MaxPool2d(2, ceil_mode=True))
            continue
        out = scaled(wanted, width)
        network.append(conv_leaky(channels, out, kernel=kernel, stride=stride, norm=norm))
        channels = out
    return network, channels
