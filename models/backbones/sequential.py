"""Encoders that are a row of layers, such as torchvision and timm make for classification.

Their last strides can give way to dilation, and unpadded layers are padded, so that sizes come out
as every encoder promises. Neither changes a tensor's name or shape.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from torch import Tensor, nn

from models.backbones.backbone import Backbone

SPATIAL = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)


class SequentialBackbone(Backbone):
    """Runs `features` layer by layer and gives what leaves the ones in `taps`.

    `taps` says how many channels leave the tapped layers (by their name in `features`). The last
    tap has stride 32, each one before it half of the next; `output_stride` bounds them. Layers
    after the last tap are left out. Layers must not work in place on what a tap has given.
    """

    def __init__(
        self, features: nn.Sequential, taps: Mapping[str, int], *, output_stride: int = 32
    ) -> None:
        super().__init__()
        check_output_stride(output_stride)
        names = [name for name, _ in features.named_children()]
        ends = [names.index(tap) + 1 for tap in taps]
        self.features = features[: ends[-1]]
        self.channels = tuple(taps.values())
        full = [32 >> k for k in reversed(range(len(taps)))]
        self.strides = tuple(min(stride, output_stride) for stride in full)
        self._ends = frozenset(ends)
        dilation = 1
        for start, end, stride in zip([0, *ends], ends, full, strict=False):
            pad(self.features[start:end])
            if stride > output_stride:
                dilation = dilate(self.features[start:end], dilation)

    def forward(self, batch: Tensor) -> list[Tensor]:
        """Batch (N, 3, H, W) -> features, finest first."""
        x, found = batch, []
        for count, layer in enumerate(self.features, 1):
            x = layer(x)
            if count in self._ends:
                found.append(x)
        return found

    def stages(self) -> list[list[nn.Module]]:
        """The layers up to each tap."""
        ends = [0, *sorted(self._ends)]
        return [list(self.features[start:end]) for start, end in pairwise(ends)]

    def layers_at(self, stride: int) -> tuple[nn.Sequential, int]:
        """The layers up to the last one at this stride, and the channels that leave them."""
        ends, tap = sorted(self._ends), self.strides.index(stride)
        if tap + 1 < len(ends) and isinstance(self.features[ends[tap + 1] - 1], nn.MaxPool2d):
            return self.features[: ends[tap + 1] - 1], self.channels[tap + 1]
        return self.features[: ends[tap]], self.channels[tap]


def check_output_stride(output_stride: int, possible: tuple[int, ...] = (32, 16, 8)) -> None:
    """ValueError unless the stride is one of the possible ones."""
    if output_stride not in possible:
        listed = ", ".join(str(each) for each in possible)
        raise ValueError(f"The output stride may be {listed}, not {output_stride}.")


def dilate(layers: Iterable[nn.Module], dilation: int) -> int:
    """Take the strides out of these layers and let those that follow a stride look twice as far.

    `dilation` is that of the layers before; the one to go on with comes back.
    """
    for layer in layers:
        strided = [
            m for m in layer.modules() if isinstance(m, SPATIAL) and max(_pair(m.stride)) > 1
        ]
        for module in layer.modules():
            if isinstance(module, nn.Conv2d):
                module.dilation = (dilation, dilation)
        for module in strided:
            # A window of two has no middle; DeepLab takes three in its place.
            if not isinstance(module, nn.Conv2d):
                module.kernel_size = 3
            module.stride = (1, 1)
        pad([layer])
        dilation *= 2 if strided else 1
    return dilation


def pad(layers: Iterable[nn.Module]) -> None:
    """Pad each layer so that a side of H becomes ceil(H / stride)."""
    for layer in layers:
        for module in layer.modules():
            if (
                isinstance(module, nn.AvgPool2d | nn.MaxPool2d)
                and max(_pair(module.kernel_size)) == 2
            ):
                module.ceil_mode = True
            elif isinstance(module, nn.AvgPool2d):
                module.padding, module.count_include_pad = _middle(module.kernel_size, 1), False
                module.ceil_mode = False
            elif isinstance(module, nn.MaxPool2d):
                module.padding = _middle(module.kernel_size, module.dilation)
                module.ceil_mode = False
            elif isinstance(module, nn.Conv2d):
                module.padding = _middle(module.kernel_size, module.dilation)


def _pair(value: int | tuple[int, ...] | None) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value or 1,) * 2


def _middle(kernel: int | tuple[int, ...], dilation: int | tuple[int, ...]) -> tuple[int, int]:
    """Padding that puts the kernel's middle on the first pixel."""
    sides = [(k - 1) // 2 * d for k, d in zip(_pair(kernel), _pair(dilation), strict=True)]
    return sides[0], sides[1]
