"""ResNet: each block learns only what is to be added to its input.

He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", CVPR 2016. Tensors are named as
torchvision's, so that its weights fit; like there, a bottleneck strides in its 3x3 convolution.
"""

from collections.abc import Callable

from torch import Tensor, nn

from models.backbones.backbone import Backbone, register
from models.backbones.sequential import check_output_stride, dilate
from models.layers.initialise import initialise_he
from models.layers.width import scaled

# A 3x3 convolution, by channels in and out, and stride.
MakeConv = Callable[[int, int, int], nn.Conv2d]
# What a block's residual goes through before it is added, by its channels.
MakeGate = Callable[[int], nn.Module]
# Blocks of the four stages, at strides 4, 8, 16 and 32, and whether they are bottlenecks.
PLANS = {
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}


def conv3x3(in_channels: int, out_channels: int, stride: int) -> nn.Conv2d:
    """A 3x3 convolution that keeps the size at stride 1."""
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)


class Block(nn.Module):
    """Convolutions beside a shortcut; their sum through a ReLU.

    Two 3x3 convolutions, or for a bottleneck a 3x3 one between two 1x1 that squeeze and widen.
    """

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int,
        *,
        bottleneck: bool,
        make_conv: MakeConv = conv3x3,
        make_gate: MakeGate = nn.Identity,
    ) -> None:
        super().__init__()
        self.out_channels = 4 * channels if bottleneck else channels
        self.bottleneck = bottleneck
        if bottleneck:
            self.conv1 = nn.Conv2d(in_channels, channels, 1, bias=False)
            self.conv2 = make_conv(channels, channels, stride)
            self.conv3 = nn.Conv2d(channels, self.out_channels, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(self.out_channels)
        else:
            self.conv1 = make_conv(in_channels, channels, stride)
            self.conv2 = make_conv(channels, channels, 1)
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.gate = make_gate(self.out_channels)
        self.downsample: nn.Module = nn.Identity()
        if stride > 1 or in_channels != self.out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, self.out_channels, 1, stride=stride, bias=False),
                nn.BatchNorm2d(self.out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, out, ceil(H / stride), ceil(W / stride))."""
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.bn2(self.conv2(residual))
        if self.bottleneck:
            residual = self.bn3(self.conv3(self.relu(residual)))
        result: Tensor = self.relu(self.gate(residual) + self.downsample(x))
        return result


class ResNet(Backbone):
    """A ResNet with 18, 34, 50, 101 or 152 layers: what leaves its stem and its four stages.

    The last `deep_stages` of the stages take `make_deep_conv` for their 3x3 convolutions.
    """

    def __init__(
        self,
        depth: int,
        *,
        output_stride: int = 32,
        width: float = 1.0,
        make_gate: MakeGate = nn.Identity,
        make_deep_conv: MakeConv = conv3x3,
        deep_stages: int = 0,
    ) -> None:
        super().__init__()
        check_output_stride(output_stride)
        counts, bottleneck = PLANS[depth]
        base = scaled(64, width)
        self.conv1 = nn.Conv2d(3, base, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(base)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        stages, channels, dilation = [], [base], 1
        for index, count in enumerate(counts):
            stage, before = nn.Sequential(), channels[-1]
            for stride in [2 if index else 1] + [1] * (count - 1):
                block = Block(
                    before,
                    base * 2**index,
                    stride,
                    bottleneck=bottleneck,
                    make_conv=make_deep_conv if index >= 4 - deep_stages else conv3x3,
                    make_gate=make_gate,
                )
                stage.append(block)
                before = block.out_channels
            if 4 << index > output_stride:
                dilation = dilate(stage, dilation)
                first = stage[0]
                if isinstance(first, Block) and not bottleneck:
                    # Behind the stride that was taken out, though in the same block.
                    dilate([first.conv2], dilation)
            stages.append(stage)
            channels.append(before)
        self.layer1, self.layer2, self.layer3, self.layer4 = stages
        self.channels = tuple(channels)
        self.strides = tuple(min(stride, output_stride) for stride in (2, 4, 8, 16, 32))
        initialise_he(self)

    def forward(self, batch: Tensor) -> list[Tensor]:
        """Batch (N, 3, H, W) -> features, finest first."""
        stem = self.relu(self.bn1(self.conv1(batch)))
        found = [stem]
        x = self.maxpool(stem)
        for stage in self._stages():
            x = stage(x)
            found.append(x)
        return found

    def stages(self) -> list[list[nn.Module]]:
        """The stem, and the four stages."""
        stages: list[list[nn.Module]] = [[stage] for stage in self._stages()]
        return [[self.conv1, self.bn1, self.relu], *stages]

    def _stages(self) -> tuple[nn.Sequential, ...]:
        return self.layer1, self.layer2, self.layer3, self.layer4


def _register(depth: int) -> None:
    @register(f"resnet{depth}")
    def build(output_stride: int = 32, width: float = 1.0) -> ResNet:
        return ResNet(depth, output_stride=output_stride, width=width)


for _depth in (18, 34, 50, 101):
    _register(_depth)
