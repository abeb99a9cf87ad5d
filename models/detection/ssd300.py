"""SSD: thousands of default boxes on six maps, each scored and moved in one pass.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu, Berg: "SSD: Single Shot MultiBox Detector", ECCV 2016.
Tensors are named as torchvision's `ssd300_vgg16`, so that its weights fit. Maps are rounded up at
every halving, and one too small for the last windows is filled up with zeros, so any input works;
at 300x300 all is as in the paper: 8732 default boxes. `norm="batch"` normalises after each
convolution, which the paper did not: it started from an encoder trained on ImageNet.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.backbones.sequential import pad
from models.backbones.vgg import vgg_features
from models.contract import Task
from models.detection.ssd import SSD, make_head
from models.layers.default_boxes import Level
from models.layers.initialise import initialise_he, initialise_scores
from models.layers.width import scaled
from models.registry import register
from models.semantic import WIDTH

PAPER = "Liu et al.: SSD, ECCV 2016"
LEVELS = (
    Level(0.07, 0.15, (2,), stride=8),
    Level(0.15, 0.33, (2, 3), stride=16),
    Level(0.33, 0.51, (2, 3), stride=32),
    Level(0.51, 0.69, (2, 3), stride=64),
    Level(0.69, 0.87, (2,)),
    Level(0.87, 1.05, (2,)),
)
# The first of the maps' blocks after the first map whose window is not padded.
FIRST_UNPADDED = 3
L2_SCALE = 20.0
NORMS = ("none", "batch")
ABOUT = About(
    year=2016,
    idea=Text(
        "Over six maps, from fine to a single cell, lie 8732 default boxes of several shapes. One "
        "pass scores every label in each of them and moves it onto the object. In training only "
        "the worst mistaken empty boxes count, three for each that holds an object.",
        "고운 맵부터 한 칸짜리 맵까지 여섯 맵 위에 여러 모양의 기본 상자 8732개가 놓여 있습니다. "
        "한 번의 계산으로 상자마다 모든 레이블의 점수를 매기고 상자를 물체 위로 옮깁니다. 학습할 "
        "때는 빈 상자 중 가장 크게 틀린 것만, 물체가 있는 상자 하나에 세 개꼴로 셈에 넣습니다.",
    ),
    improves_on=Text(
        "YOLO looked at one coarse map of 7x7 cells and missed small things; Faster R-CNN needed a "
        "second stage. Boxes on maps of several sizes make one pass do.",
        "YOLO는 7x7칸의 거친 맵 하나만 보아 작은 물체를 놓쳤고, Faster R-CNN은 두 번째 단계가 "
        "필요했습니다. 여러 크기의 맵에 놓인 상자 덕분에 한 번으로 충분합니다.",
    ),
    look_for=Text(
        "Which map finds what: small objects on the first, large ones on the last. The smallest "
        "are missed still, as only shallow features see them.",
        "어느 맵이 무엇을 찾는지 보세요. 작은 물체는 첫 맵이, 큰 물체는 마지막 맵이 찾습니다. 가장 "
        "작은 물체는 얕은 특징만 볼 수 있어 여전히 놓칩니다.",
    ),
    differs=Text(
        "The default boxes are those of the paper's COCO model, from 0.07 of a side on; for VOC "
        "it begins at 0.1. Batch norm is an option of ours. Of the paper's augmentation the "
        "crops chosen by overlap and the zooming out are not built.",
        "기본 상자는 한 변의 0.07부터 시작하는 논문의 COCO 모델 것이며, VOC에서는 0.1부터입니다. "
        "배치 정규화는 논문에 없는 옵션입니다. 논문의 증강 가운데 겹침을 보고 고르는 자르기와 "
        "축소 확장은 없습니다.",
    ),
)
OPTIONS = (
    WIDTH,
    Option(
        "norm",
        Text(
            "Batch norm after each convolution, or none as in the paper", "합성곱 뒤의 배치 정규화"
        ),
        NORMS,
    ),
)
LOOKS = (
    Look("backbone.normalised", Text("Fourth convolutions, normalised", "정규화한 네 번째 합성곱")),
    Look("backbone.extra.0", Text("fc7, one sixteenth", "fc7, 16분의 1 크기")),
    *(
        Look(
            f"head.classification_head.module_list.{i}",
            Text(f"Scores of map {i + 1}, box by box", f"맵 {i + 1}의 상자별 점수"),
        )
        for i in range(len(LEVELS))
    ),
)


class VGGMaps(nn.Module):
    """VGG16 with its dense layers as convolutions, and four steps further down to one cell.

    `channels` are those of the six maps. The fourth convolutions' numbers are much larger than the
    others', so each pixel's features get length 1, times a learned scale for each channel.
    """

    def __init__(self, *, width: float, norm: str) -> None:
        super().__init__()
        if norm not in NORMS:
            raise ValueError(f"The norm is one of {', '.join(NORMS)}, not {norm}.")
        is_normed = norm == "batch"
        vgg = vgg_features(16, batch_norm=is_normed, width=width)
        pad(vgg)
        pool4, pool5 = [i for i, m in enumerate(vgg) if isinstance(m, nn.MaxPool2d)][-2:]
        c128, c256, c512, c1024 = (scaled(channels, width) for channels in (128, 256, 512, 1024))
        self.channels = (c512, c1024, c512, c256, c256, c256)
        self.features = vgg[:pool4]
        self.scale_weight = nn.Parameter(torch.full((c512,), L2_SCALE))
        self.normalised = nn.Identity()  # a place to look at
        dense = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            *_conv(c512, c1024, 3, norm=is_normed, padding=6, dilation=6),
            *_conv(c1024, c1024, 1, norm=is_normed),
        )
        self.extra = nn.ModuleList([nn.Sequential(*vgg[pool4:pool5], dense)])
        before = c1024
        for middle, after, is_last in (
            (c256, c512, False), (c128, c256, False), (c128, c256, False), (c128, c256, True)
        ):  # fmt: skip
            halves = {"stride": 2, "padding": 1} if len(self.extra) < FIRST_UNPADDED else {}
            # One cell is the last map: nothing to normalise over.
            self.extra.append(
                nn.Sequential(
                    *_conv(before, middle, 1, norm=is_normed),
                    *_conv(middle, after, 3, norm=is_normed and not is_last, **halves),
                )
            )
            before = after
        initialise_he(self.extra)

    def forward(self, batch: Tensor) -> list[Tensor]:
        """Batch (N, 3, H, W) -> six maps, finest first."""
        x = self.features(batch)
        scale = self.scale_weight[:, None, None]
        maps = [self.normalised(scale * functional.normalize(x.float()))]
        for index, block in enumerate(self.extra):
            x = block(_at_least(x, 3) if index >= FIRST_UNPADDED else x)
            maps.append(x)
        return maps


def _conv(before: int, after: int, kernel: int, *, norm: bool, **how: int) -> list[nn.Module]:
    """Convolution, batch norm if wanted, ReLU."""
    layers: list[nn.Module] = [nn.Conv2d(before, after, kernel, **how)]  # type: ignore[arg-type]
    layers += [nn.BatchNorm2d(after)] if norm else []
    return [*layers, nn.ReLU(inplace=True)]


def _at_least(x: Tensor, side: int) -> Tensor:
    """A map (N, C, h, w) filled up on the right and at the bottom to h and w of at least `side`."""
    height, width = x.shape[-2:]
    return functional.pad(x, (0, max(0, side - width), 0, max(0, side - height)))


class SSD300(SSD):
    """SSD on VGG16."""

    def __init__(self, num_labels: int, *, width: float, norm: str) -> None:
        super().__init__(num_labels, LEVELS)
        maps = VGGMaps(width=width, norm=norm)
        self.backbone = maps
        self.head = make_head(maps.channels, LEVELS, num_labels, _score_layer)

    def grids(self, size_hw: tuple[int, int]) -> list[tuple[int, int]]:
        """Four halvings from an eighth on, then windows of three cells without padding."""
        sides = [[math.ceil(side / 8) for side in size_hw]]
        for index in range(len(LEVELS) - 1):
            is_halved = index < FIRST_UNPADDED
            sides.append([(s + 1) // 2 if is_halved else max(1, s - 2) for s in sides[-1]])
        return [(height, width) for height, width in sides]


def _score_layer(channels: int, columns: int) -> nn.Module:
    layer = nn.Conv2d(channels, columns, 3, padding=1)
    initialise_scores(layer, deviation=0.01)
    return layer


@register(
    "ssd300",
    task=Task.DETECTION,
    input_hw=(300, 300),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def ssd300(num_labels: int, *, width: float = 1.0, norm: str = "none") -> SSD300:
    """SSD300: one-shot detection on six maps of VGG16."""
    return SSD300(num_labels, width=width, norm=norm)
