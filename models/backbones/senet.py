"""SENet: each block weighs its feature maps by what it sees in the whole picture.

Hu, Shen, Sun: "Squeeze-and-Excitation Networks", CVPR 2018.
"""

from torch import Tensor, nn

from models.backbones.backbone import register
from models.backbones.resnet import ResNet

REDUCTION = 16


class SqueezeExcitation(nn.Module):
    """Squeeze each map to its mean; two dense layers turn the means into a factor for each map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, max(4, channels // REDUCTION), 1)
        self.fc2 = nn.Conv2d(max(4, channels // REDUCTION), channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        factors: Tensor = self.fc2(self.fc1(self.squeeze(x)).relu()).sigmoid()  # (N, C, 1, 1)
        return x * factors


@register("seresnet50")
def seresnet50(output_stride: int = 32, width: float = 1.0) -> ResNet:
    """ResNet-50 with a squeeze and excitation at the end of each block."""
    return ResNet(50, output_stride=output_stride, width=width, make_gate=SqueezeExcitation)
