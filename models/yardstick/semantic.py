"""Semantic segmentation networks of torchvision, as they are: they only predict."""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models import segmentation

from models.about import About, Text
from models.contract import Model, Output, RawTensors, SemanticOutput, Target, Task
from models.registry import register

INPUT_HW = (512, 512)
LRASPP_ABOUT = About(
    year=2019,
    idea=Text(
        "MobileNetV3, an encoder found by a search for speed on phones, ends at one sixteenth. One "
        "branch scores its features, another takes their mean over the picture and decides which "
        "channels count. Scores of one eighth are added for detail.",
        "휴대전화에서의 속도를 목표로 탐색해 찾은 인코더 MobileNetV3가 16분의 1 크기에서 "
        "끝납니다. 한 갈래는 특징에 점수를 매기고, 다른 갈래는 그림 전체의 평균으로 어느 채널이 "
        "중요한지 정합니다. 세부를 위해 8분의 1 크기의 점수를 더합니다.",
    ),
    improves_on=Text(
        "R-ASPP on MobileNetV2, itself a lighter form of DeepLab's pyramid: about a third faster "
        "at similar accuracy on Cityscapes, says the paper.",
        "DeepLab의 피라미드를 가볍게 만든 MobileNetV2의 R-ASPP를 개선했습니다. 논문에 따르면 "
        "Cityscapes에서 비슷한 정확도로 약 3분의 1 더 빠릅니다.",
    ),
    look_for=Text(
        "The yardstick for speed: watch the frame rate first, then how soft thin parts become.",
        "속도의 기준입니다. 먼저 초당 프레임 수를, 그다음 가는 부분이 얼마나 뭉개지는지 보세요.",
    ),
)
DEEPLABV3_ABOUT = About(
    year=2017,
    idea=Text(
        "The encoder keeps one sixteenth of the size by dilation. Convolutions with several "
        "dilations and the mean of the whole picture read its features side by side and are "
        "joined. The scores are stretched over the picture; there is no decoder.",
        "인코더는 팽창 합성곱으로 16분의 1 크기를 유지합니다. 여러 팽창률의 합성곱과 그림 전체의 "
        "평균이 특징을 나란히 읽은 뒤 합쳐집니다. 점수는 그대로 그림 크기로 늘리며 디코더는 "
        "없습니다.",
    ),
    improves_on=Text(
        "DeepLab v2 without its CRF: batch norm in the pyramid and the mean of the picture made it "
        "needless. v3+ then added a decoder.",
        "CRF를 뺀 DeepLab v2입니다. 피라미드의 배치 정규화와 그림 전체의 평균 덕분에 CRF가 필요 "
        "없어졌습니다. 이후 v3+가 디코더를 더했습니다.",
    ),
    look_for=Text(
        "Whole regions, but borders rounder than those of DeepLab v3+ beside it.",
        "영역은 온전하지만, 나란히 놓은 DeepLab v3+보다 경계가 둥급니다.",
    ),
)


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
    about=LRASPP_ABOUT,
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
    about=DEEPLABV3_ABOUT,
    trainable=False,
)
def deeplabv3_mobilenet_v3_large(num_labels: int) -> SemanticYardstick:
    """DeepLabV3 on MobileNetV3 large, by torchvision: the finer one."""
    return SemanticYardstick(
        segmentation.deeplabv3_mobilenet_v3_large(
            weights=None, weights_backbone=None, num_classes=num_labels
        )
    )
