"""Hypercolumns: at each pixel the features of all depths in one long vector.

Hariharan, Arbelaez, Girshick, Malik: "Hypercolumns for Object Segmentation and Fine-grained
Localization", CVPR 2015. Every depth's map is brought to the picture's size and stacked; a logistic
classifier reads the column at each pixel. Both are linear, so each depth may be classified first,
at its own small size, and the scores brought up and added: the same numbers for a fraction of the
work. The paper segments objects inside boxes, with a grid of classifiers that depend on the place
in the box; without boxes there is one place, so here one classifier serves all pixels.
"""

from collections.abc import Sequence
from functools import reduce

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.contract import RawTensors
from models.layers.pyramid import stack_columns
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

PAPER = "Hariharan, Arbelaez, Girshick, Malik: Hypercolumns, CVPR 2015"
SCORE_DEVIATION = 0.01
ABOUT = About(
    year=2015,
    idea=Text(
        "The last layer of a network knows what, its first layers know where. At each pixel the "
        "hypercolumn stacks the features of all depths, brought to one size. One logistic "
        "classifier reads the column and names the pixel.",
        "신경망의 마지막 층은 무엇인지를, 처음 층들은 어디인지를 압니다. 하이퍼컬럼은 픽셀마다 "
        "모든 깊이의 특징을 같은 크기로 맞춰 쌓습니다. 로지스틱 분류기 하나가 이 기둥을 읽고 "
        "픽셀의 레이블을 정합니다.",
    ),
    improves_on=Text(
        "Until then a pixel was classified from the last layer alone. FCN adds the scores of three "
        "depths step by step; here every depth has its say at once.",
        "그전에는 마지막 층만으로 픽셀을 분류했습니다. FCN은 세 깊이의 점수를 차례로 더하지만, "
        "여기서는 모든 깊이가 한꺼번에 목소리를 냅니다.",
    ),
    look_for=Text(
        "Look inside at each depth's scores: the first layers vote on color and edges, the last "
        "on the object. Stacking first or scoring first gives the same picture at another speed.",
        "내부에서 깊이별 점수를 보세요. 처음 층은 색과 윤곽에, 마지막 층은 물체에 투표합니다. "
        "먼저 쌓든 먼저 점수를 매기든 결과는 같고 속도만 다릅니다.",
    ),
    differs=Text(
        "The paper labels the inside of boxes, by a grid of classifiers; here one classifier "
        "serves all pixels of the picture, and the network learns with it. Dice is minimised "
        "beside cross entropy.",
        "논문은 분류기 격자로 상자 안을 칠하지만, 여기서는 분류기 하나가 그림의 모든 픽셀을 맡고 "
        "신경망도 함께 배웁니다. 교차 엔트로피와 함께 Dice 손실도 줄입니다.",
    ),
)
BACKBONES = ("vgg16", "vgg16_bn", "resnet18", "resnet50", "mobilenet_v2")
OPTIONS = (
    encoder_option(*BACKBONES, *LITE),
    WIDTH,
    Option(
        "stacked",
        Text("Stack the columns, then classify", "기둥을 쌓은 뒤 분류"),
        (False, True),
        live=True,
    ),
)
# Every encoder of the option has these five depths.
LOOKS = (
    *(
        Look(f"classifiers.{i}", Text(f"Scores of depth {i + 1}", f"깊이 {i + 1}의 점수"), "scores")
        for i in range(5)
    ),
    Look("sum", Text("All depths together", "모든 깊이의 합"), "scores"),
)


class Hypercolumn(SemanticModel):
    """An encoder, and one logistic classifier over the features of all of its depths.

    `stacked` builds the columns and classifies them, otherwise each depth is classified at its own
    size. The scores are equal.
    """

    def __init__(self, backbone: backbones.Backbone, num_labels: int, *, stacked: bool) -> None:
        super().__init__()
        self.backbone = backbone
        # The parts of one classifier that belong to each depth; its bias is with the first.
        self.classifiers = nn.ModuleList(
            nn.Conv2d(channels, num_labels, 1, bias=depth == 0)
            for depth, channels in enumerate(backbone.channels)
        )
        for part in self._parts():
            nn.init.normal_(part.weight, std=SCORE_DEVIATION)
        self.sum = nn.Identity()
        self.stacked = stacked

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> label scores ((N, K, H, W),). Odd sizes are padded, then cropped."""
        height, width = batch.shape[-2:]
        padded = pad_to_multiple(batch, self.backbone.strides[-1])
        features = self.backbone(padded)
        classify = self._classify_columns if self.stacked else self._classify_depths
        scores = self.sum(classify(features, padded.shape[-2:]))  # (N, K, H', W')
        return (scores[..., :height, :width],)

    def _classify_columns(self, features: list[Tensor], size_hw: Sequence[int]) -> Tensor:
        columns = stack_columns(features, size_hw)  # (N, sum C_i, H, W)
        weight = torch.cat([part.weight for part in self._parts()], dim=1)  # (K, sum C_i, 1, 1)
        return functional.conv2d(columns, weight, self._parts()[0].bias)  # (N, K, H, W)

    def _classify_depths(self, features: list[Tensor], size_hw: Sequence[int]) -> Tensor:
        pairs = zip(self._parts(), features, strict=True)
        return reduce(torch.add, [resize_scores(part(f), size_hw) for part, f in pairs])

    def _parts(self) -> list[nn.Conv2d]:
        return [part for part in self.classifiers if isinstance(part, nn.Conv2d)]


@register(
    "hypercolumn",
    task=Task.SEMANTIC,
    input_hw=(256, 256),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
)
def hypercolumn(
    num_labels: int, *, backbone: str = "vgg16", width: float = 1.0, stacked: bool = False
) -> Hypercolumn:
    """Hypercolumns: features of all depths, classified pixel by pixel."""
    encoder = backbones.build(backbone, width=width)
    return Hypercolumn(encoder, num_labels, stacked=stacked)
