"""MobileNets: thin bottlenecks with residuals, wide depthwise convolutions between them.

Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
CVPR 2018. Howard et al.: "Searching for MobileNetV3", ICCV 2019, whose layers a search has found:
with squeeze and excitation, and hard swish. The networks are torchvision's.
"""

from torchvision.models import mobilenet_v2 as torchvision_mobilenet_v2
from torchvision.models import mobilenet_v3_large as torchvision_mobilenet_v3_large

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone


@register("mobilenet_v2")
def mobilenet_v2(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The last bottleneck of each size, at strides 2, 4, 8, 16 and 32."""
    features = torchvision_mobilenet_v2(weights=None, width_mult=width).features
    last_of_each_size = ("1", "3", "6", "13", "17")
    taps = {name: features[int(name)].out_channels for name in last_of_each_size}
    return SequentialBackbone(features, taps, output_stride=output_stride)


@register("mobilenet_v3_large")
def mobilenet_v3_large(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The last bottleneck of each size, at strides 2, 4, 8, 16 and 32."""
    features = torchvision_mobilenet_v3_large(weights=None, width_mult=width).features
    last_of_each_size = ("1", "3", "6", "12", "15")
    taps = {name: features[int(name)].out_channels for name in last_of_each_size}
    return SequentialBackbone(features, taps, output_stride=output_stride)
