"""EfficientNet-Lite: EfficientNet without squeeze and excitation, for processors of telephones.

Tan, Le: "EfficientNet", ICML 2019, in the form that TensorFlow's authors published as Lite in 2020:
ReLU6 in place of swish, and neither the stem nor the ends grow with the size. Its convolutions pad
as TensorFlow does, for which the published weights were trained. Tensors come in the order of those
weights.
"""

import math

from torch import Tensor, nn
from torch.nn import functional

from models.backbones.backbone import register
from models.backbones.efficientnet import SCALES, STAGES
from models.backbones.sequential import SequentialBackbone

STEM_CHANNELS = 32
NORM_EPS, NORM_MOMENTUM = 1e-3, 0.01


class SamePadded(nn.Conv2d):
    """A convolution without bias that turns a side of H into ceil(H / stride), padded as little as
    that takes; of an odd padding the greater half lies on the right and at the bottom."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(in_channels, out_channels, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, out, ceil(H / stride), ceil(W / stride))."""
        before, after = zip(*map(self._padding, (0, 1), x.shape[2:]), strict=True)
        if before != after:
            x = functional.pad(x, (before[1], after[1], before[0], after[0]))
            before = (0, 0)
        return functional.conv2d(
            x, self.weight, None, self.stride, before, self.dilation, self.groups
        )

    def _padding(self, axis: int, side: int) -> tuple[int, int]:
        kernel, stride, dilation = self.kernel_size[axis], self.stride[axis], self.dilation[axis]
        steps = -(-side // stride) - 1
        wanted = max(0, steps * stride + (kernel - 1) * dilation + 1 - side)
        return wanted // 2, wanted - wanted // 2


class InvertedResidual(nn.Module):
    """Channels times `expansion`, a depthwise convolution, and few channels again; what came in is
    added where sizes are equal."""

    def __init__(
        self, in_channels: int, out_channels: int, *, expansion: int, kernel: int, stride: int
    ) -> None:
        super().__init__()
        inner = in_channels * expansion
        layers = [] if expansion == 1 else _conv(in_channels, inner, 1)
        layers += _conv(inner, inner, kernel, stride, groups=inner)
        self.layers = nn.Sequential(*layers, *_conv(inner, out_channels, 1)[:-1])
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, out, ceil(H / stride), ceil(W / stride))."""
        found: Tensor = self.layers(x)
        return x + found if self.adds else found


def _conv(
    in_channels: int, out_channels: int, kernel: int, stride: int = 1, groups: int = 1
) -> list[nn.Module]:
    return [
        SamePadded(in_channels, out_channels, kernel, stride, groups),
        nn.BatchNorm2d(out_channels, eps=NORM_EPS, momentum=NORM_MOMENTUM),
        nn.ReLU6(inplace=True),
    ]


def lite_features(size: int, width: float = 1.0) -> tuple[nn.Sequential, list[int]]:
    """The stem and seven stages of Lite0 to Lite2, and the channels that leave each of them."""
    scale = SCALES[size]
    stem = _eighths(STEM_CHANNELS * width)
    rows, channels = nn.Sequential(nn.Sequential(*_conv(3, stem, 3, 2))), [stem]
    for index, (expansion, kernel, stride, _, base, count) in enumerate(STAGES):
        is_end = index in (0, len(STAGES) - 1)
        out = _eighths(base * scale.width * width)
        stage = nn.Sequential()
        for number in range(count if is_end else math.ceil(count * scale.depth)):
            first = number == 0
            block = InvertedResidual(
                channels[-1] if first else out,
                out,
                expansion=expansion,
                kernel=kernel,
                stride=stride if first else 1,
            )
            stage.append(block)
        rows.append(stage)
        channels.append(out)
    return rows, channels


def _eighths(channels: float) -> int:
    """The nearest multiple of 8, not below nine tenths of what is wanted."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def _initialise(features: nn.Sequential) -> None:
    for module in features.modules():
        if isinstance(module, nn.Conv2d):
            fan_out = module.kernel_size[0] * module.kernel_size[1] * module.out_channels
            nn.init.normal_(module.weight, std=math.sqrt(2 * module.groups / fan_out))


def _register(size: int) -> None:
    @register(f"efficientnet_lite{size}")
    def build(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
        features, channels = lite_features(size, width)
        _initialise(features)
        taps = {str(stage): channels[stage] for stage in (1, 2, 3, 5, 7)}
        return SequentialBackbone(features, taps, output_stride=output_stride)


for _size in (0, 1, 2):
    _register(_size)
