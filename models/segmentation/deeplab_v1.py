"""DeepLab-LargeFOV: dilated convolution sees far without losing resolution.

Chen, Papandreou, Kokkinos, Murphy, Yuille: "Semantic Image Segmentation with Deep Convolutional
Nets and Fully Connected CRFs", ICLR 2015. VGG16 keeps one eighth of the picture's size: its last
two poolings no longer shrink, the convolutions behind them are dilated instead. The first dense
layer becomes a 3x3 convolution of dilation 12, the second a 1x1 convolution, both of 1024 channels:
20.5 million parameters, as in the paper's table 2. The paper then sharpens the scores by a fully
connected CRF; here that runs after any model, so it is no part of the network.
"""

from torch import Tensor, nn

from models.about import About, Look, Text
from models.backbones import backbone as backbones
from models.contract import RawTensors
from models.layers.initialise import initialise_he
from models.layers.width import scaled
from models.registry import register
from models.semantic import WIDTH, SemanticModel, encoder_option, pad_to_multiple, resize_scores
from models.task import Task

PAPER = "Chen et al.: DeepLab, Deep Convolutional Nets and Fully Connected CRFs, ICLR 2015"
OUTPUT_STRIDE = 8
CHANNELS = 1024
DILATION = 12
DROPOUT = 0.5
SCORE_DEVIATION = 0.01
ABOUT = About(
    year=2015,
    idea=Text(
        "Pooling makes a network see far, but it throws positions away. DeepLab stops shrinking "
        "at one eighth and spreads the kernels of the later layers instead, leaving holes between "
        "the pixels they read. So each score sees hundreds of pixels across with no further "
        "parameters, on a map sixteen times as dense as VGG's last one.",
        "풀링은 신경망이 멀리 보게 해 주지만 위치 정보를 버립니다. DeepLab은 8분의 1 크기에서 "
        "축소를 멈추고, 대신 뒤쪽 층의 커널이 읽는 픽셀 사이에 구멍을 두어 넓게 펼칩니다. 그래서 "
        "파라미터를 늘리지 않고도 점수마다 가로세로 수백 픽셀을 보며, 맵은 VGG의 마지막 맵보다 "
        "열여섯 배 촘촘합니다.",
    ),
    improves_on=Text(
        "FCN scores a map of one thirty-second and repairs the detail by skips; here the map stays "
        "dense. The paper adds a fully connected CRF, which Maskloop offers after any model.",
        "FCN은 32분의 1 크기의 맵에 점수를 매기고 스킵 연결로 세부를 되살리지만, DeepLab은 맵을 "
        "촘촘하게 유지합니다. 논문이 덧붙인 완전 연결 CRF는 Maskloop에서 어느 모델 뒤에나 쓸 수 "
        "있습니다.",
    ),
    look_for=Text(
        "Whole objects, but soft and rounded borders: one score stands for eight by eight pixels. "
        "Switch the CRF on and watch the borders snap to the edges.",
        "물체는 온전히 잡히지만 경계는 부드럽고 둥급니다. 점수 하나가 8×8픽셀을 대표하기 "
        "때문입니다. CRF를 켜면 경계가 윤곽선에 달라붙는 것을 볼 수 있습니다.",
    ),
    differs=Text(
        "There is no average pooling after the fifth pooling. The CRF is no part of the network: "
        "it is a refinement after any model. Dice is minimised beside cross entropy.",
        "다섯 번째 풀링 뒤의 평균 풀링이 없습니다. CRF는 신경망의 일부가 아니라 어떤 모델 뒤에도 "
        "쓸 수 있는 다듬기입니다. 교차 엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
BACKBONES = ("vgg16", "vgg16_bn", "resnet18", "mobilenet_v2")
OPTIONS = (
    encoder_option(*BACKBONES),
    WIDTH,
)
LOOKS = (
    Look("features", Text("Encoder, one eighth", "인코더, 8분의 1 크기")),
    Look("head.see_far", Text("Dilation 12: context", "팽창률 12: 주변 맥락")),
    Look("head.combine", Text("Combined per pixel", "픽셀별 결합")),
    Look("head.score", Text("Label scores, one eighth", "레이블 점수, 8분의 1 크기"), "scores"),
)


class LargeField(nn.Module):
    """VGG's dense layers as convolutions: a dilated 3x3 that sees far, a 1x1, the scores."""

    def __init__(self, in_channels: int, num_labels: int, *, channels: int, dilation: int) -> None:
        super().__init__()
        fc6 = nn.Conv2d(in_channels, channels, 3, padding=dilation, dilation=dilation)
        fc7 = nn.Conv2d(channels, channels, 1)
        initialise_he(fc6)
        initialise_he(fc7)
        self.see_far = nn.Sequential(fc6, nn.ReLU(inplace=True), nn.Dropout(DROPOUT))
        self.combine = nn.Sequential(fc7, nn.ReLU(inplace=True), nn.Dropout(DROPOUT))
        self.score = nn.Conv2d(channels, num_labels, 1)
        init_score(self.score)

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, C, h, w) -> label scores (N, K, h, w)."""
        scores: Tensor = self.score(self.combine(self.see_far(x)))
        return scores


def init_score(score: nn.Conv2d) -> None:
    """Small scores to begin with, as the papers have it, so that no label is favoured."""
    assert score.bias is not None
    nn.init.normal_(score.weight, std=SCORE_DEVIATION)
    nn.init.zeros_(score.bias)


class DeepLab(SemanticModel):
    """An encoder that keeps one eighth of the size, a head that scores its last features."""

    def __init__(self, backbone: backbones.Backbone, head: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone
        self.features = nn.Identity()  # A place to look at.
        self.head = head

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        height, width = batch.shape[-2:]
        padded = pad_to_multiple(batch, OUTPUT_STRIDE)
        features = self.features(self.backbone(padded)[-1])  # (N, C, H/8, W/8)
        scores = self.head(features)  # (N, K, H/8, W/8)
        return (resize_scores(scores, padded.shape[-2:])[..., :height, :width],)


@register(
    "deeplab_v1",
    task=Task.SEMANTIC,
    input_hw=(321, 321),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def deeplab_v1(num_labels: int, *, backbone: str = "vgg16", width: float = 1.0) -> DeepLab:
    """DeepLab v1 (LargeFOV): VGG16 at one eighth, dilated convolutions."""
    encoder = backbones.build(backbone, output_stride=OUTPUT_STRIDE, width=width)
    head = LargeField(
        encoder.channels[-1], num_labels, channels=scaled(CHANNELS, width), dilation=DILATION
    )
    return DeepLab(encoder, head)
