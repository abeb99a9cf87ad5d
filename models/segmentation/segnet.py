"""SegNet: a decoder that mirrors the encoder and remembers where its maxima were.

Badrinarayanan, Kendall, Cipolla: "SegNet: A Deep Convolutional Encoder-Decoder Architecture for
Image Segmentation", arXiv 2015, PAMI 2017. `segnet` has the 13 convolutions of VGG16 (Simonyan and
Zisserman 2015) without its dense layers; `segnet_basic` is the paper's small one. Left out is the
contrast normalisation of segnet_basic's input: the pipeline has normalised the picture already.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from models.about import About, Look, Text
from models.contract import RawTensors
from models.layers.conv import conv_norm_relu
from models.layers.initialise import initialise_he
from models.layers.sampling import (
    UNPOOLING,
    Unpool,
    UnpoolKind,
    crop_to,
    pool_with_positions,
)
from models.layers.width import scaled
from models.registry import register
from models.semantic import WIDTH, SemanticModel, pad_to_multiple
from models.task import Task

PAPER = "Badrinarayanan, Kendall, Cipolla: SegNet, PAMI 2017"
# The output channels of the convolutions before each pooling.
VGG16 = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
BASIC = (64, 64, 64, 64)
ABOUT = About(
    year=2015,
    idea=Text(
        "An encoder halves the picture by max-pooling and writes down where each maximum was. "
        "The decoder mirrors it and puts every value back at exactly that place, zeros around it. "
        "Convolutions then fill the gaps, until each pixel of the picture has its label.",
        "인코더는 최대 풀링으로 그림을 절반씩 줄이면서 최댓값이 있던 위치를 기억합니다. "
        "디코더는 인코더를 거울처럼 뒤집은 구조로, 모든 값을 바로 그 자리에 되돌려 놓고 나머지는 "
        "0으로 둡니다. 그다음 합성곱이 빈 곳을 채워 그림의 모든 픽셀에 레이블을 매깁니다.",
    ),
    improves_on=Text(
        "FCN learns its upsampling and keeps the encoder's maps; DeconvNet keeps huge dense "
        "layers. SegNet remembers positions only, so it needs far less memory.",
        "FCN은 업샘플링을 학습하면서 인코더의 맵까지 보관하고, DeconvNet은 거대한 완전 연결층을 "
        "유지합니다. SegNet은 위치만 기억하므로 메모리가 훨씬 적게 듭니다.",
    ),
    look_for=Text(
        "Switch the unpooling while it runs: with nearest or bed of nails the borders of the same "
        "weights fray. Look inside at the positions: they trace the picture's edges.",
        "실행 중에 언풀링을 바꿔 보세요. 같은 가중치라도 nearest나 bed of nails에서는 경계가 "
        "흐트러집니다. 내부의 풀링 위치를 보면 그림의 윤곽선을 따라갑니다.",
    ),
    differs=Text(
        "The encoder has no biases, as batch norm follows. segnet_basic's input is not "
        "normalised for contrast. The paper's label weights by median frequency are an option of "
        "the training. Dice is minimised beside cross entropy.",
        "뒤에 배치 정규화가 있으므로 인코더에 편향이 없습니다. segnet_basic의 입력은 대비 "
        "정규화를 하지 않습니다. 논문의 중앙값 빈도 레이블 가중치는 학습 옵션입니다. 교차 "
        "엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)


def stage_looks(depth: int) -> tuple[Look, ...]:
    """What is worth seeing in a network of this many stages."""
    return (
        Look("pools.0", Text("First maxima: their places", "첫 풀링의 최댓값 위치"), "positions"),
        Look(
            f"pools.{depth - 1}",
            Text("Last maxima: their places", "마지막 풀링의 최댓값 위치"),
            "positions",
        ),
        Look("encoders.0", Text("First encoder, full size", "첫 인코더, 원래 크기")),
        Look("unpools.0", Text("Deepest map, just unpooled", "가장 깊은 맵의 언풀링 직후")),
        Look("decoders.0", Text("The same, gaps filled", "같은 맵의 빈 곳을 채운 뒤")),
        Look(f"decoders.{depth - 1}", Text("Last decoder, full size", "마지막 디코더, 원래 크기")),
        Look("score", Text("Label scores", "레이블 점수"), "scores"),
    )


class SegNet(SemanticModel):
    """Encoders with pooling, decoders with unpooling, and a layer that scores each pixel.

    `decoders[0]` is the deepest; `middle`, if any, comes before it and keeps the size. Any input
    size works. ValueError if there are not as many decoders as encoders.
    """

    def __init__(
        self,
        encoders: Sequence[nn.Module],
        decoders: Sequence[nn.Module],
        score: nn.Module,
        *,
        unpooling: UnpoolKind,
        middle: nn.Module | None = None,
    ) -> None:
        if len(encoders) != len(decoders):
            raise ValueError("Each encoder needs its decoder.")
        super().__init__()
        self.encoders = nn.ModuleList(encoders)
        self.pools = nn.ModuleList(pool_with_positions() for _ in encoders)
        self.middle = middle or nn.Identity()
        self.unpools = nn.ModuleList(Unpool(unpooling) for _ in decoders)
        self.decoders = nn.ModuleList(decoders)
        self.score = score
        initialise_he(self)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        x = pad_to_multiple(batch, 2 ** len(self.pools))
        positions: list[Tensor] = []
        for encoder, pool in zip(self.encoders, self.pools, strict=True):
            x, found = pool(encoder(x))  # (N, C, H / 2^i, W / 2^i), twice
            positions.append(found)
        x = self.middle(x)
        for unpool, decoder in zip(self.unpools, self.decoders, strict=True):
            x = decoder(unpool(x, positions.pop()))  # (N, C, H / 2^i, W / 2^i)
        return (crop_to(self.score(x), (batch.shape[-2], batch.shape[-1])),)


def chain(in_channels: int, out_channels: Sequence[int]) -> nn.Sequential:
    """3x3 convolutions with norm and ReLU, one after another."""
    ins = (in_channels, *out_channels[:-1])
    return nn.Sequential(*(conv_norm_relu(i, o) for i, o in zip(ins, out_channels, strict=True)))


def mirror(stage: Sequence[int], in_channels: int) -> tuple[int, ...]:
    """The output channels of the decoder of an encoder's stage: its inputs, backwards."""
    return (*reversed(stage[:-1]), in_channels)


@register(
    "segnet",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    options=(UNPOOLING, WIDTH),
    looks=stage_looks(len(VGG16)),
)
def segnet(num_labels: int, *, unpooling: UnpoolKind = "max", width: float = 1.0) -> SegNet:
    """SegNet on the 13 convolutions of VGG16, unpooling with remembered positions."""
    stages = [[scaled(c, width) for c in stage] for stage in VGG16]
    ins = [3, *(stage[-1] for stage in stages[:-1])]  # channels before each stage
    encoders = [chain(i, stage) for i, stage in zip(ins, stages, strict=True)]
    # The outermost decoder keeps its channels: the score layer takes the place of its last one.
    outer = chain(stages[0][-1], stages[0][:-1])
    inner = [
        chain(stage[-1], mirror(stage, i)) for i, stage in zip(ins[1:], stages[1:], strict=True)
    ]
    score = nn.Conv2d(stages[0][0], num_labels, 3, padding=1)
    return SegNet(encoders, [*reversed(inner), outer], score, unpooling=unpooling)


@register(
    "segnet_basic",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    options=(UNPOOLING, WIDTH),
    looks=stage_looks(len(BASIC)),
)
def segnet_basic(num_labels: int, *, unpooling: UnpoolKind = "max", width: float = 1.0) -> SegNet:
    """The small SegNet: four encoders and four decoders of 64 channels, 7x7."""
    stages = [scaled(c, width) for c in BASIC]
    ins = [3, *stages[:-1]]
    encoders = [conv_norm_relu(i, o, kernel=7) for i, o in zip(ins, stages, strict=True)]
    # The paper's decoder has no ReLU, so that it may answer with any number.
    decoders = [conv_norm_relu(c, c, kernel=7)[:2] for c in reversed(stages)]
    score = nn.Conv2d(stages[0], num_labels, 1)
    return SegNet(encoders, decoders, score, unpooling=unpooling)
