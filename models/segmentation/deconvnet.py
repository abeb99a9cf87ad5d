"""DeconvNet: the whole picture in one vector, and a deconvolution network that draws it again.

Noh, Hong, Han: "Learning Deconvolution Network for Semantic Segmentation", ICCV 2015. The paper
feeds object proposals at 224x224 and merges their answers; here the network sees the whole picture.
Larger pictures run through it as through any convolution; in smaller ones the last map is padded
to the 7x7 that fc6 covers. Batch norm of fc6 and fc7, each one value per channel and picture, asks
for the paper's batches of 64: here groups of channels are normalised (Wu and He 2018), picture by
picture.
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.layers.sampling import UNPOOLING, UnpoolKind
from models.layers.width import scaled
from models.registry import register
from models.segmentation.segnet import VGG16, SegNet, chain, mirror, stage_looks
from models.task import Task

PAPER = "Noh, Hong, Han: Learning Deconvolution Network, ICCV 2015"
CHANNELS = 4096  # of VGG's dense layers fc6 and fc7
NORM_GROUPS = 32
KERNEL = 7  # the side of VGG's last map, from a picture of 224x224
WIDTH = Option("width", Text("Share of the channels", "채널 비율"), (1.0, 0.5, 0.25, 0.125))
ABOUT = About(
    year=2015,
    idea=Text(
        "VGG16 with its dense layers squeezes the picture into 4096 numbers. A mirrored network "
        "draws it again: unpooling puts values back where the maxima were, and learned "
        "deconvolutions fill the sparse map. Step by step a shape grows from coarse to fine.",
        "VGG16은 완전 연결층까지 거쳐 그림을 4096개의 수로 압축합니다. 거울처럼 뒤집힌 신경망이 "
        "이를 다시 그려 냅니다. 언풀링이 값을 최댓값의 자리로 되돌리고 학습된 디컨볼루션이 "
        "성긴 맵을 채우면서, 형태가 거친 모습에서 점점 섬세하게 자라납니다.",
    ),
    improves_on=Text(
        "FCN enlarges a coarse score map in one to three steps and loses detail; here a deep "
        "network learns to draw the shape.",
        "FCN은 거친 점수 맵을 한두 단계로 키우다 세부를 잃지만, DeconvNet은 형태를 그리는 "
        "법을 깊은 신경망으로 학습합니다.",
    ),
    look_for=Text(
        "Look inside at the decoders one by one: unpooled maps are dots, deconvolution turns them "
        "into a shape. The dense middle sees the whole picture, so small objects suffer.",
        "내부의 디코더를 하나씩 보세요. 언풀링된 맵은 점이지만 디컨볼루션이 이를 형태로 "
        "바꿉니다. 가운데 완전 연결층은 그림 전체를 보므로 작은 물체는 놓치기 쉽습니다.",
    ),
    differs=Text(
        "The network sees the whole picture; the paper's sees object proposals, first easy and "
        "then hard ones, merges their answers and adds a CRF. fc6 and fc7 are normalised by "
        "groups of channels, not by the batch. Dice is minimised beside cross entropy.",
        "신경망이 그림 전체를 봅니다. 논문은 물체 제안을 쉬운 것부터 어려운 것까지 보여 주고 "
        "답을 합친 뒤 CRF를 더합니다. fc6과 fc7은 배치가 아니라 채널 묶음으로 정규화합니다. 교차 "
        "엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
LOOKS = (
    *stage_looks(len(VGG16)),
    Look("middle.fc7", Text("The whole picture as one vector", "그림 전체를 담은 벡터")),
    Look("middle", Text("The first deconvolution, 7x7", "첫 디컨볼루션, 7x7")),
    Look("decoders.1", Text("One 16th, drawn", "16분의 1 크기로 그린 맵")),
    Look("decoders.2", Text("One eighth, drawn", "8분의 1 크기로 그린 맵")),
    Look("decoders.3", Text("One quarter, drawn", "4분의 1 크기로 그린 맵")),
)


class DenseMiddle(nn.Module):
    """fc6 and fc7 as convolutions, and fc6's deconvolution back to the size before."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.fc6 = nn.Sequential(
            nn.Conv2d(in_channels, channels, KERNEL, bias=False),
            nn.GroupNorm(NORM_GROUPS, channels),
            nn.ReLU(inplace=True),
        )
        self.fc7 = nn.Sequential(
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.GroupNorm(NORM_GROUPS, channels),
            nn.ReLU(inplace=True),
        )
        self.deconv = nn.Sequential(
            nn.ConvTranspose2d(channels, in_channels, KERNEL, bias=False),
            nn.BatchNorm2d(in_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, h, w) -> the same shape, by way of (N, 4096, h - 6, w - 6)."""
        height, width = x.shape[-2:]
        down, right = max(KERNEL - height, 0), max(KERNEL - width, 0)
        top, left = down // 2, right // 2
        x = functional.pad(x, (left, right - left, top, down - top))
        x = self.deconv(self.fc7(self.fc6(x)))
        return x[..., top : top + height, left : left + width]


def _deconvolutions(in_channels: int, out_channels: Sequence[int]) -> nn.Sequential:
    """3x3 transposed convolutions that keep the size, with norm and ReLU, one after another."""
    layers: list[nn.Module] = []
    for before, after in zip((in_channels, *out_channels[:-1]), out_channels, strict=True):
        deconv = nn.ConvTranspose2d(before, after, 3, padding=1, bias=False)
        layers += [deconv, nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


@register(
    "deconvnet",
    task=Task.SEMANTIC,
    input_hw=(224, 224),
    paper=PAPER,
    about=ABOUT,
    options=(UNPOOLING, WIDTH),
    looks=LOOKS,
    size_multiple=32,
)
def deconvnet(num_labels: int, *, unpooling: UnpoolKind = "max", width: float = 1.0) -> SegNet:
    """DeconvNet: VGG16 with its dense layers, mirrored by a deconvolution network."""
    stages = [[scaled(c, width) for c in stage] for stage in VGG16]
    ins = [3, *(stage[-1] for stage in stages[:-1])]  # channels before each stage
    outs = [stages[0][0], *ins[1:]]  # channels behind its mirror; the score layer wants 64
    encoders = [chain(i, stage) for i, stage in zip(ins, stages, strict=True)]
    decoders = [
        _deconvolutions(stage[-1], mirror(stage, o)) for o, stage in zip(outs, stages, strict=True)
    ]
    return SegNet(
        encoders,
        decoders[::-1],
        nn.Conv2d(outs[0], num_labels, 1),
        unpooling=unpooling,
        middle=DenseMiddle(stages[-1][-1], scaled(CHANNELS, width)),
    )
