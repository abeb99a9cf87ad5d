"""MobileNetV2: thin bottlenecks with residuals, wide depthwise convolutions between them.

Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
CVPR 2018. The network is torchvision's.
"""

from torchvision.models import mobilenet_v2 as torchvision_mobilenet_v2

from models.backbones.backbone import register
from models.backbones.sequential import SequentialBackbone


@register("mobilenet_v2")
def mobilenet_v2(output_stride: int = 32, width: float = 1.0) -> SequentialBackbone:
    """The last bottleneck of each size, at strides 2, 4, 8, 16 and 32."""
    features = torchvision_mobilenet_v2(weights=None, width_mult=width).features
    last_of_each_size = ("1", "3", "6", "13", "17")
    taps = {name: features[int(name)].out_channels for name in last_of_each_size}
    return SequentialBackbone(features, taps, output_stride=output_stride)
