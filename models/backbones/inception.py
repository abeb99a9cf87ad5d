"""Inception-v4 and Inception-ResNet-v2: blocks of many branches, without and with shortcuts.

Szegedy, Ioffe, Vanhoucke, Alemi: "Inception-v4, Inception-ResNet and the Impact of Residual
Connections on Learning", AAAI 2017. The layers are timm's: Inception-v4 as in the paper,
Inception-ResNet-v2 as its authors published it, with 10, 20 and 10 blocks instead of 5, 10 and 5.
"""

from collections import OrderedDict
from typing import Any

from torch import nn

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone
from models.backbones.thin import thin


def inception_v4_features(width: float = 1.0) -> nn.Sequential:
    """Everything before the mean over the last maps. ValueError for an odd `width`."""
    return thin(lambda: _of_timm("inception_v4").features, width)


def inception_resnet_v2_features(width: float = 1.0) -> nn.Sequential:
    """Everything before the mean over the last maps. ValueError for an odd `width`."""
    return thin(_inception_resnet_v2, width)


def _of_timm(name: str) -> Any:
    # All models are imported before the first weights load, and timm takes most of that time.
    import timm

    return timm.create_model(name, pretrained=False)


def _inception_resnet_v2() -> nn.Sequential:
    layers = OrderedDict(_of_timm("inception_resnet_v2").named_children())
    for after in ("global_pool", "head_drop", "classif"):
        del layers[after]
    return nn.Sequential(layers)


@register("inception_v4")
def inception_v4(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The last block of each size, at strides 2, 4, 8, 16 and 32."""
    channels = {"2": 64, "4": 192, "9": 384, "17": 1024, "21": 1536}
    taps = {name: int(full * width) for name, full in channels.items()}
    return SequentialBackbone(inception_v4_features(width), taps, output_stride=output_stride)


@register("inception_resnet_v2")
def inception_resnet_v2(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The last block of each size, at strides 2, 4, 8, 16 and 32."""
    channels = {"conv2d_2b": 64, "conv2d_4a": 192, "repeat": 320, "repeat_1": 1088}
    taps = {name: int(full * width) for name, full in (channels | {"conv2d_7b": 1536}).items()}
    features = inception_resnet_v2_features(width)
    return SequentialBackbone(features, taps, output_stride=output_stride)
