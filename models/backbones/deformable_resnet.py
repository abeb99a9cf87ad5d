"""A ResNet whose last convolutions choose for every pixel where they look.

Dai, Qi, Xiong, Li, Zhang, Hu, Wei: "Deformable Convolutional Networks", ICCV 2017. As there, the
three 3x3 convolutions of the last stage deform. Their weights are named and shaped as the plain
ones', so a ResNet-50 warm starts this one.
"""

import torch
from torch import Tensor, nn
from torchvision.ops import deform_conv2d

from models.backbones.backbone import register
from models.backbones.resnet import ResNet


class DeformableConv2d(nn.Conv2d):
    """A 3x3 convolution with a learned offset for each of its nine points at every place.

    `offset` gives (N, 18, H, W): y and x of the nine points, in pixels of its input. It begins at
    zero, as a plain convolution.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.offset = nn.Conv2d(in_channels, 18, 3, stride=stride, padding=1)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - torch's own name for it
        """(N, C, H, W) -> (N, out, ceil(H / stride), ceil(W / stride))."""
        offsets = self.offset(input)  # (N, 18, H / stride, W / stride)
        # The kernel below knows no half precision, and offsets are positions: they need digits.
        with torch.autocast(input.device.type, enabled=False):
            result: Tensor = deform_conv2d(
                input.float(),
                offsets.float(),
                self.weight.float(),
                stride=self.stride,
                padding=self.padding,
                dilation=self.dilation,
            )
        return result


@register("resnet50_deformable")
def resnet50_deformable(output_stride: int = 32, width: float = 1.0) -> ResNet:
    """ResNet-50 with deformable convolutions in its last stage."""
    network = ResNet(
        50,
        output_stride=output_stride,
        width=width,
        make_deep_conv=DeformableConv2d,
        deep_stages=1,
    )
    for module in network.modules():
        if isinstance(module, DeformableConv2d):
            nn.init.zeros_(module.offset.weight)
    return network
