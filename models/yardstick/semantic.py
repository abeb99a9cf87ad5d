"""Semantic segmentation networks of torchvision, as they are: they only predict."""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models import segmentation

from models.contract import Model, Output, RawTensors, SemanticOutput, Target, Task
from models.registry import register

INPUT_HW = (512, 512)


class SemanticYardstick(Model):
    """A segmentation network of torchvision. It only predicts: `losses` raises TypeError."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: Tensor) -> RawTensors:
        """Batch (N, 3, H, W) -> label scores (N, K, H, W)."""
        return (self.network(batch)["out"],)  # (N, K, H, W)

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Label scores -> one SemanticOutput per picture."""
        return [SemanticOutput(logits.float()) for logits in raw[0]]

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Raise TypeError: yardsticks only predict."""
        raise TypeError("torchvision's networks are yardsticks here: they only predict.")


@register(
    "lraspp_mobilenet_v3_large",
    task=Task.SEMANTIC,
    input_hw=INPUT_HW,
    paper="Howard et al.: Searching for MobileNetV3, ICCV 2019",
    trainable=False,
)
def lraspp_mobilenet_v3_large(num_labels: int) -> SemanticYardstick:
    """LR-ASPP on MobileNetV3 large, by torchvision: the fast one."""
    return SemanticYardstick(
        segmentation.lraspp_mobilenet_v3_large(
            weights=None, weights_backbone=None, num_classes=num_labels
        )
    )


@register(
    "deeplabv3_mobilenet_v3_large",
    task=Task.SEMANTIC,
    input_hw=INPUT_HW,
    paper="Chen et al.: Rethinking Atrous Convolution for Semantic Image Segmentation, 2017",
    trainable=False,
)
def deeplabv3_mobilenet_v3_large(num_labels: int) -> SemanticYardstick:
    """DeepLabV3 on MobileNetV3 large, by torchvision: the finer one."""
    return SemanticYardstick(
        segmentation.deeplabv3_mobilenet_v3_large(
            weights=None, weights_backbone=None, num_classes=num_labels
        )
    )
