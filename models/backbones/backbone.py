"""Encoders: a picture in, features of several depths out, for the systems built on them."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from torch import Tensor, nn

import models.backbones


class Backbone(nn.Module, ABC):
    """`forward` gives one feature map for each of `strides`, finest first.

    `channels[i]` and `strides[i]` describe the i-th map: (N, channels[i], ceil(H / strides[i]),
    ceil(W / strides[i])), for inputs of any size. To that end layers that their papers left
    unpadded are padded; tensors keep their names and shapes.
    """

    name = ""
    """What it is registered as."""
    channels: tuple[int, ...]
    strides: tuple[int, ...]

    @abstractmethod
    def forward(self, batch: Tensor) -> list[Tensor]:
        """Batch (N, 3, H, W) -> features, finest first."""

    @abstractmethod
    def stages(self) -> list[list[nn.Module]]:
        """The layers in groups, the picture's first: each ends where a feature map leaves."""


Builder = Callable[..., Backbone]
_BUILDERS: dict[str, Builder] = {}


def register(name: str) -> Callable[[Builder], Builder]:
    """Register a function (output_stride=32, width=1.0) -> Backbone under a name."""

    def add(builder: Builder) -> Builder:
        if name in _BUILDERS:
            raise ValueError(f"The backbone {name} is registered twice.")
        _BUILDERS[name] = builder
        return builder

    return add


def build(name: str, *, output_stride: int = 32, width: float = 1.0) -> Backbone:
    """A backbone, randomly initialised. `output_stride` (32, 16 or 8) replaces the last strides by
    dilation; `width` multiplies its channels. ValueError for what it cannot do, or an unknown name.
    """
    models.load_package(models.backbones)
    if name not in _BUILDERS:
        known = ", ".join(sorted(_BUILDERS))
        raise ValueError(f"There is no backbone {name}. Known: {known}.")
    result = _BUILDERS[name](output_stride=output_stride, width=width)
    result.name = name
    return result


def names() -> list[str]:
    """All registered backbones, sorted."""
    models.load_package(models.backbones)
    return sorted(_BUILDERS)
