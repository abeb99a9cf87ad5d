"""DenseNet: each layer reads the results of all layers before it and adds a few of its own.

Huang, Liu, van der Maaten, Weinberger: "Densely Connected Convolutional Networks", CVPR 2017. The
layers are torchvision's.
"""

from torch import nn
from torchvision.models import DenseNet

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone

# Layers of the four blocks; a layer adds `GROWTH` feature maps.
BLOCKS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32)}
GROWTH = 32


def densenet_features(depth: int, width: float = 1.0) -> nn.Sequential:
    """Everything before the mean over the last maps. ValueError for an odd `width`."""
    growth = GROWTH * width
    if growth != int(growth) or growth < 1:
        raise ValueError(
            f"{GROWTH} feature maps a layer times the width {width} is no whole number."
        )
    network = DenseNet(int(growth), BLOCKS[depth], 2 * int(growth), num_classes=1)
    features: nn.Sequential = network.features
    features.add_module("relu5", nn.ReLU())
    return features


def _register(depth: int) -> None:
    @register(f"densenet{depth}")
    def build(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
        features = densenet_features(depth, width)
        norms = {"relu0": "norm0", "denseblock1": "transition1.norm"}
        norms |= {"denseblock2": "transition2.norm", "denseblock3": "transition3.norm"}
        norms |= {"relu5": "norm5"}
        taps = {tap: len(features.get_parameter(f"{norm}.weight")) for tap, norm in norms.items()}
        return SequentialBackbone(features, taps, output_stride=output_stride)


for _depth in BLOCKS:
    _register(_depth)
