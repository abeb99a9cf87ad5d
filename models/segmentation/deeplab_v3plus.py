"""DeepLab v3+: a dilated encoder, and a small decoder that brings the borders back.

Chen, Zhu, Papandreou, Schroff, Adam: "Encoder-Decoder with Atrous Separable Convolution for
Semantic Image Segmentation", ECCV 2018. The pyramid of dilations is v3's (2017): batch norm, and
the mean of the whole picture as a fifth branch. The decoder adds features of one quarter, reduced
to 48 channels so that they do not drown the 256 of the pyramid. All 3x3 convolutions outside the
encoder are depthwise separable.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.contract import RawTensors
from models.layers.conv import conv_norm_relu, separable_norm_relu
from models.layers.pyramid import DilatedPyramid
from models.layers.width import scaled
from models.registry import register
from models.semantic import (
    LITE,
    WIDTH,
    SemanticModel,
    encoder_option,
    pad_to_multiple,
    resize_scores,
)
from models.task import Task

PAPER = "Chen et al.: Encoder-Decoder with Atrous Separable Convolution, ECCV 2018"
PYRAMID_CHANNELS = 256
DETAIL_CHANNELS = 48
DETAIL_STRIDE = 4
PADDED_TO = 16
# A map twice as dense needs twice the dilation for the same reach.
DILATIONS = {16: (6, 12, 18), 8: (12, 24, 36)}
ABOUT = About(
    year=2018,
    idea=Text(
        "An encoder with dilated convolutions gathers context: near, far, farther, and the mean "
        "of the whole picture. A small decoder lays early features of one quarter size beside it "
        "and refines both. Depthwise separable convolutions, one channel at a time and then one "
        "pixel at a time, make it cheap.",
        "팽창 합성곱을 쓰는 인코더가 가까운 곳, 먼 곳, 더 먼 곳, 그리고 그림 전체의 평균까지 "
        "맥락을 모읍니다. 작은 디코더는 4분의 1 크기의 초기 특징을 그 옆에 놓고 함께 다듬습니다. "
        "채널별로, 그다음 픽셀별로 계산하는 깊이별 분리 합성곱 덕분에 계산이 가볍습니다.",
    ),
    improves_on=Text(
        "v1 and v2 stretch scores of one eighth over the picture and need a CRF for the borders; "
        "the decoder learns them from early features, as U-Net does, and no CRF is needed.",
        "v1과 v2는 8분의 1 크기의 점수를 늘려 쓰므로 경계에 CRF가 필요합니다. v3+의 디코더는 "
        "U-Net처럼 초기 특징에서 경계를 배우므로 CRF가 필요 없습니다.",
    ),
    look_for=Text(
        "Borders about as sharp as U-Net's, and large regions without holes. Look inside: the "
        "quarter-size features hold edges, the pyramid holds regions.",
        "U-Net만큼 또렷한 경계와 구멍 없는 넓은 영역을 보세요. 내부에서 4분의 1 크기의 특징은 "
        "윤곽을, 피라미드는 영역을 담습니다.",
    ),
    differs=Text(
        "The encoder is ResNet, MobileNetV2 or a newer one, where the paper's best is a changed "
        "Xception, and its last stage has no multi-grid of dilations. Dice is minimised beside "
        "cross entropy.",
        "논문의 가장 좋은 인코더는 고친 Xception이지만 여기서는 ResNet, MobileNetV2나 더 새로운 "
        "것이며, 마지막 단계에 multi-grid 팽창이 없습니다. 교차 엔트로피와 함께 Dice 손실도 "
        "줄입니다.",
    ),
)
OUTPUT_STRIDE_OPTION = Option(
    "output_stride",
    Text("How coarse the encoder ends", "인코더 출력의 축소 배수"),
    (16, 8),
    live=True,
)
CHANNELS_OPTION = Option(
    "channels", Text("Channels of pyramid and decoder", "피라미드와 디코더의 채널 수"), (256, 128)
)
LOOKS = (
    Look("features", Text("Encoder, one sixteenth", "인코더, 16분의 1 크기")),
    Look("pyramid.point", Text("Pyramid: the pixel itself", "피라미드: 픽셀 자신")),
    *(
        Look(f"pyramid.dilated.{i}", Text(f"Pyramid: dilation {d}", f"피라미드: 팽창률 {d}"))
        for i, d in enumerate(DILATIONS[16])
    ),
    Look("pyramid.picture", Text("Pyramid: the whole picture", "피라미드: 그림 전체")),
    Look("pyramid.join", Text("Pyramid, joined", "피라미드, 결합")),
    Look("detail", Text("Early features, one quarter", "초기 특징, 4분의 1 크기")),
    Look("refine", Text("Decoder, one quarter", "디코더, 4분의 1 크기")),
    Look("score", Text("Label scores, one quarter", "레이블 점수, 4분의 1 크기"), "scores"),
)


class DeepLabV3Plus(SemanticModel):
    """Encoder, pyramid of `dilations`, and a decoder at one quarter of the size."""

    def __init__(
        self,
        backbone: backbones.Backbone,
        num_labels: int,
        *,
        dilations: tuple[int, ...],
        channels: int,
    ) -> None:
        super().__init__()
        details = max(1, round(DETAIL_CHANNELS * channels / PYRAMID_CHANNELS))
        self.quarter = backbone.strides.index(DETAIL_STRIDE)
        self.backbone = backbone
        self.features = nn.Identity()  # A place to look at.
        self.pyramid = DilatedPyramid(backbone.channels[-1], channels, dilations)
        self.detail = conv_norm_relu(backbone.channels[self.quarter], details, kernel=1)
        self.refine = nn.Sequential(
            separable_norm_relu(channels + details, channels),
            separable_norm_relu(channels, channels),
        )
        self.score = nn.Conv2d(channels, num_labels, 1)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        height, width = batch.shape[-2:]
        padded = pad_to_multiple(batch, PADDED_TO)
        features = self.backbone(padded)
        detail = self.detail(features[self.quarter])  # (N, 48, H/4, W/4)
        context = self.pyramid(self.features(features[-1]))  # (N, 256, H/16, W/16)
        context = functional.interpolate(
            context, size=detail.shape[-2:], mode="bilinear", align_corners=False
        )  # (N, 256, H/4, W/4)
        scores = self.score(self.refine(torch.cat([context, detail], dim=1)))
        return (resize_scores(scores, padded.shape[-2:])[..., :height, :width],)


def _assemble(
    num_labels: int, backbone: str, width: float, output_stride: int, channels: int
) -> DeepLabV3Plus:
    if output_stride not in DILATIONS:
        raise ValueError(f"DeepLab v3+ has output stride 16 or 8, not {output_stride}.")
    encoder = backbones.build(backbone, output_stride=output_stride, width=width)
    return DeepLabV3Plus(
        encoder,
        num_labels,
        dilations=DILATIONS[output_stride],
        channels=scaled(channels, width),
    )


@register(
    "deeplab_v3plus",
    task=Task.SEMANTIC,
    input_hw=(512, 512),
    paper=PAPER,
    about=ABOUT,
    options=(
        encoder_option("resnet101", "resnet50", "resnet18", *LITE),
        WIDTH,
        OUTPUT_STRIDE_OPTION,
        CHANNELS_OPTION,
    ),
    looks=LOOKS,
)
def deeplab_v3plus(
    num_labels: int,
    *,
    backbone: str = "resnet101",
    width: float = 1.0,
    output_stride: int = 16,
    channels: int = PYRAMID_CHANNELS,
) -> DeepLabV3Plus:
    """DeepLab v3+: ResNet-101, pyramid of dilations, decoder at one quarter."""
    return _assemble(num_labels, backbone, width, output_stride, channels)


@register(
    "deeplab_v3plus_mobilenet",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    options=(WIDTH, OUTPUT_STRIDE_OPTION),
    looks=LOOKS,
)
def deeplab_v3plus_mobilenet(
    num_labels: int, *, width: float = 1.0, output_stride: int = 16
) -> DeepLabV3Plus:
    """DeepLab v3+ on MobileNetV2: the same system for two cores."""
    return _assemble(num_labels, "mobilenet_v2", width, output_stride, PYRAMID_CHANNELS)
