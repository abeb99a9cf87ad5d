"""FCN: an image classifier made fully convolutional, its coarse scores refined by earlier layers.

Long, Shelhamer, Darrell: "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015.

Other than in the paper: sides are padded to multiples of 32 and fc6 keeps the size, where the paper
pads the picture by 100 pixels and crops; the last upsampling is learned like the others; score
layers start small rather than at zero, so that the layers below them learn from the first step (the
skips' do start at zero). The paper's VGG16 (the choice `vgg16`) came with ImageNet's weights and no
batch norm. Networks here learn from chance, so the default has it: without, it hardly gets going.
"""

from dataclasses import replace

from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Text
from models.backbones import backbone as backbones
from models.contract import RawTensors
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.sampling import UPSAMPLING, UpsamplingKind, crop_to, upsampling
from models.layers.width import scaled
from models.registry import register
from models.semantic import LITE, WIDTH, SemanticModel, encoder_option, pad_to_multiple
from models.task import Task

PAPER = "Long, Shelhamer, Darrell: Fully Convolutional Networks, CVPR 2015"
STRIDE = 32
CHANNELS = 4096  # of VGG's dense layers fc6 and fc7
KERNEL = 7  # the side of VGG's last map, from a picture of 224x224
DROPOUT = 0.5
SCORE_DEVIATION = 0.01

OPTIONS = (
    encoder_option("vgg16_bn", "vgg16", "resnet18", "mobilenet_v2", *LITE),
    UPSAMPLING,
    WIDTH,
)
IDEA = Text(
    "A dense layer is a convolution whose kernel covers its whole input, so a classifier can slide "
    "over a picture of any size and score every place at once. These scores are coarse: one for "
    "32 by 32 pixels. FCN-16s and FCN-8s also score earlier, finer layers and add them; "
    "upsampling that is itself learned brings the sum to full size.",
    "완전 연결층은 커널이 입력 전체를 덮는 합성곱과 같으므로, 분류기를 어떤 크기의 그림에도 "
    "미끄러뜨려 모든 위치의 점수를 한 번에 얻을 수 있습니다. 이 점수는 32×32픽셀마다 하나여서 "
    "거칩니다. FCN-16s와 FCN-8s는 더 섬세한 앞쪽 층의 점수도 더하며, 학습되는 업샘플링이 "
    "이를 원래 크기까지 키웁니다.",
)
ABOUT_32S = About(
    year=2015,
    idea=IDEA,
    improves_on=Text(
        "Patch classifiers run a network for every pixel; here neighbouring pixels share all "
        "their computation, and everything is learned end to end.",
        "조각 분류기는 픽셀마다 신경망을 따로 실행하지만, FCN은 이웃 픽셀끼리 계산을 모두 "
        "공유하며 처음부터 끝까지 한 번에 학습합니다.",
    ),
    look_for=Text(
        "The right things in about the right place, but blobs: one score stands for 32 by 32 "
        "pixels. Compare with FCN-16s and FCN-8s.",
        "대상은 대체로 제자리에 있지만 덩어리처럼 뭉툭합니다. 점수 하나가 32×32픽셀을 "
        "대표하기 때문입니다. FCN-16s, FCN-8s와 비교해 보세요.",
    ),
    differs=Text(
        "Sides are padded to multiples of 32, where the paper pads the picture by 100 pixels and "
        "crops. The last upsampling is learned, too, and none fades at the border. VGG16 has "
        "batch norm by default; other encoders are ours. Dice is minimised beside cross entropy.",
        "논문은 그림 둘레에 100픽셀을 덧대고 자르지만, 여기서는 변을 32의 배수로 맞춥니다. "
        "마지막 업샘플링도 학습하며, 가장자리에서 흐려지지 않습니다. VGG16에는 기본으로 배치 "
        "정규화가 있고, 다른 인코더는 논문에 없습니다. 교차 엔트로피와 함께 Dice 손실도 "
        "줄입니다.",
    ),
)
ABOUT_16S = replace(
    ABOUT_32S,
    improves_on=Text(
        "FCN-32s sees only the last layer; a score of pool4, twice as fine, is added to it.",
        "FCN-32s는 마지막 층만 보지만, 여기서는 두 배 더 섬세한 pool4의 점수를 더합니다.",
    ),
    look_for=Text(
        "Look inside: the last score says what, pool4's score corrects where. Warm start it from "
        "FCN-32s and watch the borders tighten.",
        "내부를 보면 마지막 점수는 무엇인지를, pool4의 점수는 어디인지를 바로잡습니다. "
        "FCN-32s의 가중치에서 시작해 경계가 조여드는 과정을 지켜보세요.",
    ),
)
ABOUT_8S = replace(
    ABOUT_32S,
    improves_on=Text(
        "FCN-16s still rounds off what is small; a score of pool3, at one eighth, brings it back. "
        "Finer skips helped no further in the paper.",
        "FCN-16s는 여전히 작은 부분을 뭉갭니다. 8분의 1 크기인 pool3의 점수가 이를 "
        "되살립니다. 논문에서는 더 앞쪽 층을 더해도 나아지지 않았습니다.",
    ),
    look_for=Text(
        "Look inside at the three scores: coarse and sure, finer, finest and noisy. Train once "
        "with transposed convolution and once with resize: only one can draw a checkerboard.",
        "내부의 세 점수를 비교해 보세요. 거칠지만 확실한 것, 더 섬세한 것, 가장 섬세하지만 "
        "잡음이 많은 것입니다. 전치 합성곱과 보간으로 각각 학습해 보면 바둑판무늬는 한쪽에만 "
        "생길 수 있습니다.",
    ),
)
LOOKS_32S = (
    Look("head", Text("Last features, one 32nd", "마지막 특징, 32분의 1 크기")),
    Look("score_final", Text("Score of the last layer, one 32nd", "마지막 층의 점수"), "scores"),
)
LOOKS_16S = (
    *LOOKS_32S,
    Look("score_pool4", Text("What pool4 adds, one 16th", "pool4가 더하는 점수"), "scores"),
)
LOOKS_8S = (
    *LOOKS_16S,
    Look("upscore_pool4", Text("Both, one eighth", "둘을 더한 점수, 8분의 1 크기"), "scores"),
    Look("score_pool3", Text("What pool3 adds, one eighth", "pool3이 더하는 점수"), "scores"),
)


class Dense(nn.Sequential):
    """VGG's dense layers fc6 and fc7 as convolutions: 7x7 and 1x1."""

    def __init__(self, in_channels: int, channels: int) -> None:
        fc6 = nn.Conv2d(in_channels, channels, KERNEL)
        fc7 = nn.Conv2d(channels, channels, 1)
        super().__init__(
            fc6, nn.ReLU(inplace=True), nn.Dropout(DROPOUT),
            fc7, nn.ReLU(inplace=True), nn.Dropout(DROPOUT),
        )  # fmt: skip
        initialise_he(self)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> (N, 4096, h, w)."""
        # Padded apart from the convolution: where part of a kernel meets nothing but padding (a map
        # of 2x2), torch 2.15 on a CPU leaves its gradient at bfloat16 unwritten: any number at all.
        x = functional.pad(x, [KERNEL // 2] * 4)
        for layer in self:
            x = layer(x)
        return x


class FCN(SemanticModel):
    """Scores of the last `skips` + 1 sizes of an encoder, each added to the next finer one.

    Tensors of the same purpose have the same name whatever the number of skips (0, 1 or 2), so that
    FCN-32s starts FCN-16s and that starts FCN-8s. Any input size works.
    """

    def __init__(
        self,
        num_labels: int,
        *,
        skips: int,
        backbone: str,
        width: float = 1.0,
        upsampling_kind: UpsamplingKind = "transposed",
    ) -> None:
        super().__init__()
        self.encoder = backbones.build(backbone, width=width)
        pool3, pool4, pool5 = self.encoder.channels[-3:]
        # Later encoders have no dense layers but the one that scores.
        has_dense = backbone.startswith("vgg")
        channels = scaled(CHANNELS, width) if has_dense else pool5
        self.head = Dense(pool5, channels) if has_dense else nn.Identity()
        self.score_final = nn.Conv2d(channels, num_labels, 1)
        initialise_scores(self.score_final, deviation=SCORE_DEVIATION)
        self.skips = skips
        if skips >= 1:
            self.upscore2 = upsampling(num_labels, 2, kind=upsampling_kind)
            self.score_pool4 = _silent(pool4, num_labels)
        if skips >= 2:
            self.upscore_pool4 = upsampling(num_labels, 2, kind=upsampling_kind)
            self.score_pool3 = _silent(pool3, num_labels)
        factor = STRIDE >> skips
        self._last = f"upscore{factor}"
        self.add_module(self._last, upsampling(num_labels, factor, kind=upsampling_kind))

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        pool3, pool4, pool5 = self.encoder(pad_to_multiple(batch, STRIDE))[-3:]
        x = self.score_final(self.head(pool5))  # (N, K, H/32, W/32)
        if self.skips >= 1:
            x = self.upscore2(x) + self.score_pool4(pool4)  # (N, K, H/16, W/16)
        if self.skips >= 2:
            x = self.upscore_pool4(x) + self.score_pool3(pool3)  # (N, K, H/8, W/8)
        x = self.get_submodule(self._last)(x)  # (N, K, H, W)
        return (crop_to(x, (batch.shape[-2], batch.shape[-1])),)


def _silent(in_channels: int, num_labels: int) -> nn.Conv2d:
    """A skip's score layer: it adds nothing at first, so a warm start changes no answer."""
    layer = nn.Conv2d(in_channels, num_labels, 1)
    initialise_scores(layer, deviation=0.0)
    return layer


@register(
    "fcn32s",
    task=Task.SEMANTIC,
    input_hw=(320, 320),
    paper=PAPER,
    about=ABOUT_32S,
    options=OPTIONS,
    looks=LOOKS_32S,
)
def fcn32s(
    num_labels: int,
    *,
    backbone: str = "vgg16_bn",
    upsampling: UpsamplingKind = "transposed",
    width: float = 1.0,
) -> FCN:
    """FCN-32s: VGG16 as convolutions, its scores enlarged 32 times."""
    return FCN(num_labels, skips=0, backbone=backbone, width=width, upsampling_kind=upsampling)


@register(
    "fcn16s",
    task=Task.SEMANTIC,
    input_hw=(320, 320),
    paper=PAPER,
    about=ABOUT_16S,
    options=OPTIONS,
    looks=LOOKS_16S,
)
def fcn16s(
    num_labels: int,
    *,
    backbone: str = "vgg16_bn",
    upsampling: UpsamplingKind = "transposed",
    width: float = 1.0,
) -> FCN:
    """FCN-16s: FCN-32s with a skip from pool4."""
    return FCN(num_labels, skips=1, backbone=backbone, width=width, upsampling_kind=upsampling)


@register(
    "fcn8s",
    task=Task.SEMANTIC,
    input_hw=(320, 320),
    paper=PAPER,
    about=ABOUT_8S,
    options=OPTIONS,
    looks=LOOKS_8S,
)
def fcn8s(
    num_labels: int,
    *,
    backbone: str = "vgg16_bn",
    upsampling: UpsamplingKind = "transposed",
    width: float = 1.0,
) -> FCN:
    """FCN-8s: FCN-16s with a skip from pool3."""
    return FCN(num_labels, skips=2, backbone=backbone, width=width, upsampling_kind=upsampling)


@register(
    "fcn8s_resnet18",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT_8S,
    options=(UPSAMPLING, WIDTH),
    looks=LOOKS_8S,
)
def fcn8s_resnet18(
    num_labels: int, *, upsampling: UpsamplingKind = "transposed", width: float = 1.0
) -> FCN:
    """FCN-8s on ResNet-18, light enough for two cores."""
    return FCN(num_labels, skips=2, backbone="resnet18", width=width, upsampling_kind=upsampling)
