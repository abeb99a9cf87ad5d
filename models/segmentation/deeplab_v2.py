"""DeepLab v2: several dilations at once, for objects of several sizes.

Chen, Papandreou, Kokkinos, Murphy, Yuille: "DeepLab: Semantic Image Segmentation with Deep
Convolutional Nets, Atrous Convolution, and Fully Connected CRFs", 2016 (TPAMI 2018). Four branches
read the same features with dilations 6, 12, 18 and 24 and each scores every pixel; the scores are
added (ASPP-L). On VGG16 a branch is v1's head, on any other encoder one dilated 3x3 convolution.
The paper trains with SGD and the schedule "poly" (power 0.9), and takes the highest score over
three scales of the picture, while training too: the option `multi_scale`. Switched on only later,
it meets smaller objects than the network has learned.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.contract import RawTensors
from models.layers.pyramid import ScoreSum
from models.layers.width import scaled
from models.registry import register
from models.segmentation.deeplab_v1 import CHANNELS, OUTPUT_STRIDE, DeepLab, LargeField, init_score
from models.semantic import LITE, WIDTH, encoder_option, resize_scores
from models.task import Task

PAPER = "Chen et al.: DeepLab, Atrous Convolution, and Fully Connected CRFs, TPAMI 2018"
DILATIONS = (6, 12, 18, 24)
SMALLER_SCALES = (0.75, 0.5)
ABOUT = About(
    year=2016,
    idea=Text(
        "Objects come in all sizes, so one reach does not fit all. Four convolutions with "
        "dilations of 6, 12, 18 and 24 look at the same features side by side, from a near "
        "neighbourhood to almost the whole picture. Each scores every pixel, and the scores are "
        "added.",
        "물체의 크기는 제각각이므로 한 가지 시야로는 부족합니다. 팽창률이 6, 12, 18, 24인 네 "
        "합성곱이 같은 특징을 나란히 보며, 가까운 이웃에서 그림 거의 전체까지 아우릅니다. "
        "각각 모든 픽셀에 점수를 매기고 그 점수를 더합니다.",
    ),
    improves_on=Text(
        "DeepLab v1 reaches one distance only. v2 adds the pyramid of dilations, ResNet-101 as "
        "encoder, and the poly schedule. The CRF remains a step after the network.",
        "DeepLab v1은 한 가지 거리만 봅니다. v2는 팽창률의 피라미드, ResNet-101 인코더, poly "
        "학습률 스케줄을 더했습니다. CRF는 여전히 신경망 다음의 단계입니다.",
    ),
    look_for=Text(
        "Look inside at the four branches: a small dilation finds small things and borders, a "
        "large one the bodies of large things; only their sum is right everywhere.",
        "내부에서 네 갈래를 보세요. 작은 팽창률은 작은 물체와 경계를, 큰 팽창률은 큰 물체의 "
        "몸통을 찾으며, 모두 더해야 어디서나 맞습니다.",
    ),
    differs=Text(
        "The three scales of the picture are an option, off by default; the CRF is a refinement "
        "after any model. ResNet halves in its 3x3 convolutions, as torchvision's. Dice is "
        "minimised beside cross entropy.",
        "그림의 세 가지 크기는 기본으로 꺼진 옵션이고, CRF는 어떤 모델 뒤에도 쓸 수 있는 "
        "다듬기입니다. ResNet은 torchvision처럼 3x3 합성곱에서 크기를 줄입니다. 교차 엔트로피와 "
        "함께 Dice 손실도 줄입니다.",
    ),
)
BACKBONES = ("resnet101", "resnet50", "resnet18", "vgg16", "mobilenet_v2")
OPTIONS = (
    encoder_option(*BACKBONES, *LITE),
    WIDTH,
    Option(
        "multi_scale",
        Text("Highest score of three scales", "세 배율 중 가장 높은 점수"),
        (False, True),
        live=True,
    ),
)
LOOKS = (
    Look("features", Text("Encoder, one eighth", "인코더, 8분의 1 크기")),
    *(
        Look(f"head.branches.{i}", Text(f"Dilation {d}", f"팽창률 {d}"), "scores")
        for i, d in enumerate(DILATIONS)
    ),
    Look("head", Text("Sum of the four", "네 갈래의 합"), "scores"),
)


class DeepLabV2(DeepLab):
    """DeepLab whose head adds up dilated branches; at several scales if told."""

    def __init__(self, backbone: backbones.Backbone, head: nn.Module, *, multi_scale: bool) -> None:
        super().__init__(backbone, head)
        self.scales = SMALLER_SCALES if multi_scale else ()

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),): at each pixel the highest of all scales."""
        height, width = batch.shape[-2:]
        (scores,) = super().forward(batch)
        for scale in self.scales:
            smaller = functional.interpolate(
                batch, size=(_scaled(height, scale), _scaled(width, scale)), mode="bilinear"
            )
            (found,) = super().forward(smaller)
            scores = torch.maximum(scores, resize_scores(found, (height, width)))
        return (scores,)


def _scaled(side: int, scale: float) -> int:
    return max(1, round(int(side) * scale))


@register(
    "deeplab_v2",
    task=Task.SEMANTIC,
    input_hw=(321, 321),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def deeplab_v2(
    num_labels: int,
    *,
    backbone: str = "resnet101",
    width: float = 1.0,
    multi_scale: bool = False,
) -> DeepLabV2:
    """DeepLab v2: ResNet-101 at one eighth, four dilations whose scores are added."""
    encoder = backbones.build(backbone, output_stride=OUTPUT_STRIDE, width=width)
    features = encoder.channels[-1]
    if backbone.startswith("vgg"):
        channels = scaled(CHANNELS, width)
        branches: list[nn.Module] = [
            LargeField(features, num_labels, channels=channels, dilation=d) for d in DILATIONS
        ]
    else:
        branches = [_dilated_score(features, num_labels, d) for d in DILATIONS]
    return DeepLabV2(encoder, ScoreSum(branches), multi_scale=multi_scale)


def _dilated_score(in_channels: int, num_labels: int, dilation: int) -> nn.Conv2d:
    score = nn.Conv2d(in_channels, num_labels, 3, padding=dilation, dilation=dilation)
    init_score(score)
    return score
