"""SSDlite: SSD's default boxes on MobileNet, with heads as light as the encoder.

Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
CVPR 2018: every convolution of SSD's heads becomes depthwise separable. Howard et al.: "Searching
for MobileNetV3", ICCV 2019, section 6.3: the encoder here, its last stage with half the channels.
Its layers are torchvision's, and all tensors are named as in its `ssdlite320_mobilenet_v3_large`,
so that its weights fit.
"""

import math
from dataclasses import replace
from functools import partial
from itertools import pairwise

from torch import Tensor, nn
from torchvision.models import mobilenet_v3_large
from torchvision.ops.misc import Conv2dNormActivation

from models.about import About, Look, Text
from models.contract import Task
from models.detection.ssd import SSD, make_head
from models.layers.default_boxes import Level
from models.layers.initialise import initialise_he, initialise_scores
from models.registry import register
from models.semantic import WIDTH

PAPER = "Sandler et al.: MobileNetV2, CVPR 2018; Howard et al.: MobileNetV3, ICCV 2019"
SCALES = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
LEVELS = tuple(Level(scale, following, (2, 3)) for scale, following in pairwise(SCALES))
# The first block at stride 32; what its first half gives, at stride 16, is the first map.
LAST_HALVING = 13
EXTRA_CHANNELS = (512, 256, 256, 128)
NORM = partial(nn.BatchNorm2d, eps=0.001)
ABOUT = About(
    year=2018,
    idea=Text(
        "One pass over the picture scores thousands of fixed boxes at six map sizes and shifts "
        "each to fit. Depthwise separable convolutions make the heads as light as the encoder. No "
        "step proposes boxes first.",
        "그림을 한 번만 훑어 여섯 가지 크기의 맵에서 미리 정한 수천 개의 상자에 점수를 매기고 "
        "물체에 맞게 옮깁니다. 깊이별 분리 합성곱 덕분에 머리도 인코더만큼 가볍습니다. 상자를 "
        "먼저 제안하는 단계가 없습니다.",
    ),
    improves_on=Text(
        "SSD of 2016 on VGG16: the same boxes with a small fraction of the parameters.",
        "VGG16을 쓰는 2016년의 SSD와 같은 방식이지만 파라미터는 훨씬 적습니다.",
    ),
    look_for=Text(
        "The yardstick for speed: large objects come at once, small ones flicker or are missed.",
        "속도의 기준입니다. 큰 물체는 바로 잡지만 작은 물체는 깜박이거나 놓칩니다.",
    ),
    differs=Text(
        "The layers and the six scales of its default boxes, from 0.2 to 0.95 of a side, are "
        "torchvision's. SSD's crops chosen by overlap and its zooming out are not built.",
        "층과 기본 상자의 여섯 가지 크기(한 변의 0.2부터 0.95)는 torchvision의 것입니다. SSD의 "
        "증강 가운데 겹침을 보고 고르는 자르기와 축소 확장은 없습니다.",
    ),
)
LOOKS = (
    Look("backbone.features.0", Text("First map, one sixteenth", "첫 맵, 16분의 1 크기")),
    Look("backbone.features.1", Text("Encoder's last maps", "인코더의 마지막 맵")),
    *(
        Look(
            f"head.classification_head.module_list.{i}",
            Text(f"Scores of map {i + 1}, box by box", f"맵 {i + 1}의 상자별 점수"),
        )
        for i in range(len(LEVELS))
    ),
)


class MobileNetMaps(nn.Module):
    """MobileNetV3 large, and four steps further down; `channels` are those of the six maps."""

    def __init__(self, *, width: float) -> None:
        super().__init__()
        layers = mobilenet_v3_large(
            weights=None, width_mult=width, reduced_tail=True, norm_layer=NORM, num_classes=1
        ).features
        split = layers[LAST_HALVING].block
        self.features = nn.Sequential(
            nn.Sequential(*layers[:LAST_HALVING], split[0]),
            nn.Sequential(split[1:], *layers[LAST_HALVING + 1 :]),
        )
        self.channels = [split[0].out_channels, layers[-1].out_channels]
        self.extra = nn.ModuleList()
        for full in EXTRA_CHANNELS:
            after = max(16, int(full * width))
            self.extra.append(_halving(self.channels[-1], after))
            self.channels.append(after)
        initialise_he(self.extra)

    def forward(self, batch: Tensor) -> list[Tensor]:
        """Batch (N, 3, H, W) -> six maps, finest first."""
        x, maps = batch, []
        for block in (*self.features, *self.extra):
            x = block(x)
            maps.append(x)
        return maps


def _halving(before: int, after: int) -> nn.Sequential:
    """1x1, depthwise with stride 2, 1x1: a bottleneck of half the channels."""
    relu6 = partial(Conv2dNormActivation, norm_layer=NORM, activation_layer=nn.ReLU6)
    half = after // 2
    return nn.Sequential(
        relu6(before, half, kernel_size=1),
        relu6(half, half, kernel_size=3, stride=2, groups=half),
        relu6(half, after, kernel_size=1),
    )


def _score_layer(channels: int, columns: int) -> nn.Sequential:
    """Depthwise separable: 3x3 for each channel by itself, then all of them at each cell."""
    depthwise = Conv2dNormActivation(
        channels,
        channels,
        kernel_size=3,
        groups=channels,
        norm_layer=NORM,
        activation_layer=nn.ReLU6,
    )
    pointwise = nn.Conv2d(channels, columns, 1)
    initialise_he(depthwise)
    initialise_scores(pointwise, deviation=0.03)
    return nn.Sequential(depthwise, pointwise)


class SSDLite(SSD):
    """SSD on MobileNetV3."""

    def __init__(self, num_labels: int, *, width: float) -> None:
        super().__init__(num_labels, LEVELS)
        maps = MobileNetMaps(width=width)
        self.backbone = maps
        self.head = make_head(maps.channels, LEVELS, num_labels, _score_layer)

    def grids(self, size_hw: tuple[int, int]) -> list[tuple[int, int]]:
        """Halvings from a sixteenth on, rounded up."""
        height, width = size_hw
        strides = [16 * 2**k for k in range(len(LEVELS))]
        return [(math.ceil(height / s), math.ceil(width / s)) for s in strides]


@register(
    "ssdlite",
    task=Task.DETECTION,
    input_hw=(320, 320),
    paper=PAPER,
    about=ABOUT,
    options=(replace(WIDTH, choices=(1.0, 0.5)),),
    looks=LOOKS,
)
def ssdlite(num_labels: int, *, width: float = 1.0) -> SSDLite:
    """SSDlite: one-shot detection on six maps of MobileNetV3, for machines without a GPU."""
    return SSDLite(num_labels, width=width)
