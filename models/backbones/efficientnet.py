"""EfficientNet: a good small network, and one rule for making it larger in all three directions.

Tan, Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019.
Compound scaling: for a budget of 2^phi times the work of B0, depth grows by 1.2^phi, width by
1.1^phi and the picture's side by 1.15^phi, as 1.2 * 1.1^2 * 1.15^2 is about 2. The layers are
torchvision's.
"""

from dataclasses import dataclass

from torch import nn
from torchvision.models.efficientnet import EfficientNet, MBConvConfig

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone

# Table 1 of the paper, B0: expansion, kernel, stride, channels in and out, layers.
STAGES = (
    (1, 3, 1, 32, 16, 1),
    (6, 3, 2, 16, 24, 2),
    (6, 5, 2, 24, 40, 2),
    (6, 3, 2, 40, 80, 3),
    (6, 5, 1, 80, 112, 3),
    (6, 5, 2, 112, 192, 4),
    (6, 3, 1, 192, 320, 1),
)


@dataclass(frozen=True)
class Scale:
    """How much wider and deeper than B0, the side of the picture, and the dropout before the end.

    The factors are those the authors published, rounded from the rule.
    """

    width: float
    depth: float
    side: int
    dropout: float


SCALES = {
    0: Scale(1.0, 1.0, 224, 0.2),
    1: Scale(1.0, 1.1, 240, 0.2),
    2: Scale(1.1, 1.2, 260, 0.3),
    3: Scale(1.2, 1.4, 300, 0.3),
}


def efficientnet_features(size: int, width: float = 1.0) -> nn.Sequential:
    """Everything before the mean over the last maps, for B0 to B3; `width` is a further factor."""
    scale = SCALES[size]
    stages = [
        MBConvConfig(*plan, width_mult=scale.width * width, depth_mult=scale.depth)
        for plan in STAGES
    ]
    features: nn.Sequential = EfficientNet(stages, 0.0, num_classes=1).features
    return features


def _register(size: int) -> None:
    @register(f"efficientnet_b{size}")
    def build(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
        features = efficientnet_features(size, width)
        # The last stage of each size; the widening 1x1 convolution after them is left out.
        taps = {name: _channels(features.get_submodule(name)) for name in ("1", "2", "3", "5", "7")}
        return SequentialBackbone(features, taps, output_stride=output_stride)


def _channels(stage: nn.Module) -> int:
    """What leaves a stage: its last norm's channels."""
    return [m.num_features for m in stage.modules() if isinstance(m, nn.BatchNorm2d)][-1]


for _size in SCALES:
    _register(_size)
