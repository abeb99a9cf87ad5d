"""GoogLeNet: each block looks with kernels of several sizes at once and keeps what each finds.

Szegedy et al.: "Going Deeper with Convolutions", CVPR 2015. Batch norm follows each convolution (as
in the authors' next paper) in place of local response normalisation: it learns faster from chance.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone
from models.layers.conv import conv_norm_relu
from models.layers.initialise import initialise_he
from models.layers.width import scaled

# Table 1 of the paper: 1x1; 1x1 before 3x3, 3x3; 1x1 before 5x5, 5x5; 1x1 after pooling.
BLOCKS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


class Inception(nn.Module):
    """Four branches side by side: 1x1, 3x3, 5x5 and pooling; 1x1 convolutions keep them cheap."""

    def __init__(self, in_channels: int, plan: tuple[int, ...]) -> None:
        super().__init__()
        one, before_three, three, before_five, five, pooled = plan
        self.out_channels = one + three + five + pooled
        self.one = conv_norm_relu(in_channels, one, kernel=1)
        self.three = nn.Sequential(
            conv_norm_relu(in_channels, before_three, kernel=1), conv_norm_relu(before_three, three)
        )
        self.five = nn.Sequential(
            conv_norm_relu(in_channels, before_five, kernel=1),
            conv_norm_relu(before_five, five, kernel=5),
        )
        self.pool = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), conv_norm_relu(in_channels, pooled, kernel=1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, out, H, W)."""
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], dim=1)


def googlenet_features(width: float = 1.0) -> nn.Sequential:
    """Everything before the mean over the last maps, layer by layer."""
    stem, wide = scaled(64, width), scaled(192, width)
    first = nn.Conv2d(3, stem, 7, stride=2, padding=3, bias=False)
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        conv1=nn.Sequential(first, nn.BatchNorm2d(stem), nn.ReLU(inplace=True)),
        pool1=_half(),
        conv2=nn.Sequential(conv_norm_relu(stem, stem, kernel=1), conv_norm_relu(stem, wide)),
        pool2=_half(),
    )
    channels = wide
    for name, plan in BLOCKS.items():
        block = Inception(channels, tuple(scaled(each, width) for each in plan))
        layers[f"inception{name}"] = block
        channels = block.out_channels
        if name in ("3b", "4e"):
            layers[f"pool{name[0]}"] = _half()
    features = nn.Sequential(layers)
    initialise_he(features)
    return features


def _half() -> nn.MaxPool2d:
    return nn.MaxPool2d(3, stride=2, padding=1)


@register("googlenet")
def googlenet(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The last block of each size, at strides 2, 4, 8, 16 and 32."""
    features = googlenet_features(width)
    taps = {"conv1": scaled(64, width), "conv2": scaled(192, width)}
    for name in ("inception3b", "inception4e", "inception5b"):
        block = features.get_submodule(name)
        assert isinstance(block, Inception)
        taps[name] = block.out_channels
    return SequentialBackbone(features, taps, output_stride=output_stride)
