"""VGG: nothing but 3x3 convolutions, and a pooling after every few of them.

Simonyan, Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition",
ICLR 2015. Tensors are named as torchvision's, so that its weights fit. The names with `_bn`
normalise after each convolution, which the paper did not yet have: without, learning from chance
is slow.
"""

from torch import nn

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone
from models.layers.initialise import initialise_he
from models.layers.width import scaled

CHANNELS = (64, 128, 256, 512, 512)
# Convolutions before each of the five poolings: the paper's columns A, B, D and E.
CONVOLUTIONS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}


def vgg_features(depth: int, *, batch_norm: bool, width: float = 1.0) -> nn.Sequential:
    """The convolutional part of VGG with 11, 13, 16 or 19 layers with weights."""
    layers: list[nn.Module] = []
    before = 3
    for count, full in zip(CONVOLUTIONS[depth], CHANNELS, strict=True):
        channels = scaled(full, width)
        for _ in range(count):
            layers.append(nn.Conv2d(before, channels, 3, padding=1))
            layers += [nn.BatchNorm2d(channels)] if batch_norm else []
            layers.append(nn.ReLU(inplace=True))
            before = channels
        layers.append(nn.MaxPool2d(2))
    features = nn.Sequential(*layers)
    initialise_he(features)
    return features


def vgg(
    depth: int, *, batch_norm: bool, output_stride: int = 32, width: float = 1.0
) -> SequentialBackbone:
    """VGG as an encoder: what leaves its five poolings, at strides 2, 4, 8, 16 and 32.

    At output stride 8 poolings 4 and 5 keep the size and convolutions 5 are dilated, as in DeepLab.
    """
    features = vgg_features(depth, batch_norm=batch_norm, width=width)
    pools = [str(i) for i, layer in enumerate(features) if isinstance(layer, nn.MaxPool2d)]
    channels = [scaled(full, width) for full in CHANNELS]
    taps = dict(zip(pools, channels, strict=True))
    return SequentialBackbone(features, taps, output_stride=output_stride)


def _register(depth: int, batch_norm: bool) -> None:
    @register(f"vgg{depth}_bn" if batch_norm else f"vgg{depth}")
    def build(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
        return vgg(depth, batch_norm=batch_norm, output_stride=output_stride, width=width)


for _depth in CONVOLUTIONS:
    for _batch_norm in (False, True):
        _register(_depth, _batch_norm)
