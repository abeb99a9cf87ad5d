"""YOLOv2-tiny, YOLOv3-tiny and YOLOv4-tiny: their large sisters' heads on a body of few layers.

Layers are those of Darknet's yolov2-tiny.cfg, yolov3-tiny.cfg and yolov4-tiny.cfg; the loss is the
newer one of `yolo_grid`.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.about import About, Look, Text
from models.contract import RawTensors, Task
from models.detection.yolo_grid import Anchors, GridDetector, Grids, anchor_fitter
from models.detection.yolo_paper import ASSIGNMENT, RATIO, V2, V3, V4, rule_of
from models.detection.yolo_v2 import COCO_ANCHORS as V2_ANCHORS
from models.detection.yolo_v2 import GRIDS as V2_GRIDS
from models.detection.yolo_v2 import PAPER as V2_PAPER
from models.detection.yolo_v3 import PAPER as V3_PAPER
from models.layers.conv import conv_leaky
from models.layers.darknet import TINY_TO_16, TINY_TO_32, HalfStage, doubled, row_of_layers
from models.layers.width import scaled
from models.registry import register
from models.semantic import WIDTH

V4_PAPER = "Wang, Bochkovskiy, Liao: Scaled-YOLOv4, CVPR 2021"
STRIDES = (32, 16)
REACH = (1.05, 1.05)
# Darknet's anchors for COCO at 416x416, smallest first: width, height.
COCO_ANCHORS = ((10, 14), (23, 27), (37, 58), (81, 82), (135, 169), (344, 319))
V2_LOOKS = (
    Look("stride16", Text("Fine map, one sixteenth", "고운 맵, 16분의 1 크기")),
    Look("stride32", Text("Coarse map, one 32nd", "거친 맵, 32분의 1 크기")),
    Look("head", Text("What the cells say, anchor by anchor", "앵커별로 칸이 말하는 값")),
)
LOOKS = (
    *V2_LOOKS[:2],
    Look("head32", Text("What the coarse cells say", "거친 격자의 칸이 말하는 값")),
    Look("head16", Text("What the fine cells say", "고운 격자의 칸이 말하는 값")),
)
V2_ABOUT = About(
    year=2017,
    idea=Text(
        "YOLOv2's grid of five anchors a cell, on nine convolutions in place of twenty-three and "
        "without the passthrough. After the fifth halving the maps keep their size: the last "
        "pooling moves on by one pixel.",
        "YOLOv2처럼 칸마다 앵커 다섯 개로 답하지만, 합성곱 스물세 개 대신 아홉 개만 쓰고 "
        "패스스루도 없습니다. 다섯 번 절반으로 줄인 뒤에는 맵의 크기를 유지합니다. 마지막 풀링은 "
        "한 픽셀씩 움직입니다.",
    ),
    improves_on=Text(
        "A fifth of YOLOv2's work for a picture, for machines without a GPU. It misses more.",
        "그림 한 장에 드는 계산이 YOLOv2의 5분의 1로, GPU가 없는 컴퓨터를 위한 것입니다. 대신 더 "
        "많이 놓칩니다.",
    ),
    look_for=Text(
        "What is lost beside yolo_v2: small objects first, then the exact edges of large ones.",
        "yolo_v2와 견주어 무엇을 잃는지 보세요. 작은 물체가 먼저, 그다음은 큰 물체의 정확한 "
        "경계입니다.",
    ),
    differs=Text(
        "The layers are Darknet's. By default the loss is newer: complete IoU in place of "
        "squared errors, every anchor within a factor of four of a box's size learns it, not the "
        "best one alone, and sums are divided by the anchors that learn. With assignment: paper "
        "it is the paper's. The input keeps its size in training, in the paper it changes.",
        "층은 Darknet의 것입니다. 기본 손실은 더 새것입니다. 제곱 오차 대신 complete IoU를 쓰고, "
        "가장 잘 맞는 앵커 하나가 아니라 크기 차이가 네 배 안인 앵커가 모두 배우며, 합을 배우는 "
        "앵커 수로 나눕니다. assignment: paper로 하면 논문과 같습니다. 학습하는 동안 입력 크기가 "
        "그대로이며, 논문에서는 바뀝니다.",
    ),
)
V3_ABOUT = About(
    year=2018,
    idea=Text(
        "The network looks once. Every cell of two coarse maps says for three anchor boxes whether "
        "an object is centred there, how far its box differs from the anchor, and what it is. "
        "Overlapping answers are thinned out afterwards.",
        "신경망은 그림을 한 번만 봅니다. 거친 두 맵의 칸마다 앵커 상자 세 개에 대해, 물체의 "
        "중심이 그곳에 있는지, 상자가 앵커와 얼마나 다른지, 무엇인지를 말합니다. 겹치는 답은 "
        "나중에 솎아 냅니다.",
    ),
    improves_on=Text(
        "YOLOv2 answered at one scale; the second, finer map finds smaller objects. Tiny is the "
        "variant with seven convolutions down, for machines without a GPU.",
        "YOLOv2는 한 가지 크기의 맵에서만 답했지만, 두 번째의 더 고운 맵이 작은 물체를 찾습니다. "
        "Tiny는 GPU가 없는 컴퓨터를 위해 아래로 내려가는 합성곱을 일곱 개만 둔 변형입니다.",
    ),
    look_for=Text(
        "Speed, and crowds: small objects close together share a cell and some are lost.",
        "속도와 밀집된 장면을 보세요. 가까이 붙은 작은 물체는 한 칸을 나눠 쓰므로 일부를 놓칩니다.",
    ),
    differs=Text(
        "The layers are Darknet's. By default the loss is newer: complete IoU in place of "
        "squared errors, every anchor within a factor of four of a box's size learns it, not the "
        "best one alone, and sums are divided by the anchors that learn. With assignment: paper "
        "it is the paper's. The input keeps its size in training, in the paper it changes.",
        "층은 Darknet의 것입니다. 기본 손실은 더 새것입니다. 제곱 오차 대신 complete IoU를 쓰고, "
        "가장 잘 맞는 앵커 하나가 아니라 크기 차이가 네 배 안인 앵커가 모두 배우며, 합을 배우는 "
        "앵커 수로 나눕니다. assignment: paper로 하면 논문과 같습니다. 학습하는 동안 입력 크기가 "
        "그대로이며, 논문에서는 바뀝니다.",
    ),
)
V4_ABOUT = About(
    year=2020,
    idea=Text(
        "YOLOv3-tiny's two grids on a cross-stage body. In each of three stages only half of the "
        "channels go through two convolutions; what they make is laid behind what came in. The "
        "leaky activation stays, which costs less than mish.",
        "YOLOv3-tiny의 두 격자를 교차 단계 몸통 위에 얹었습니다. 세 단계마다 채널의 절반만 합성곱 "
        "두 개를 지나고, 그 결과를 들어온 것 뒤에 놓습니다. 활성화 함수는 mish보다 싼 leaky를 "
        "그대로 씁니다.",
    ),
    improves_on=Text(
        "YOLOv3-tiny put most of its weights into one wide layer. Spread over cross stages, two "
        "thirds of the weights find more: the Scaled-YOLOv4 paper gives 22 AP on COCO.",
        "YOLOv3-tiny는 가중치 대부분을 넓은 층 하나에 두었습니다. 이를 교차 단계에 나누면 "
        "3분의 2의 가중치로 더 많이 찾습니다. Scaled-YOLOv4 논문의 COCO AP는 22입니다.",
    ),
    look_for=Text(
        "The same frame with yolo_v3_tiny: as quick, with tighter boxes.",
        "같은 화면을 yolo_v3_tiny와 견주어 보세요. 속도는 비슷하고 상자는 더 꼭 맞습니다.",
    ),
    differs=Text(
        "The layers are Darknet's. By default every anchor within a factor of four of a box's "
        "size learns it, where YOLOv4 takes those of enough overlap (assignment: paper).",
        "층은 Darknet의 것입니다. YOLOv4는 겹침이 충분한 앵커가 배우지만(assignment: paper), "
        "기본으로는 크기 차이가 네 배 안인 앵커가 모두 배웁니다.",
    ),
)


class YoloV2Tiny(GridDetector):
    """Seven convolutions down to stride 32, and one grid there."""

    def __init__(
        self, num_labels: int, anchors: Anchors, *, width: float, head_channels: int
    ) -> None:
        super().__init__(num_labels, V2_GRIDS, anchors)
        self.stride16, fine = row_of_layers(TINY_TO_16, width=width)
        self.stride32, coarse = row_of_layers(TINY_TO_32, in_channels=fine, width=width)
        channels = scaled(head_channels, width)
        self.head = nn.Sequential(conv_leaky(coarse, channels), self.answer(channels))
        self.start_rare(self.head[1])

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/32, W/32)."""
        return (self.head(self.stride32(self.stride16(self.pad(batch)))),)


class TwoGrids(GridDetector):
    """A grid at stride 32 and, fed by what that one knows, a grid at stride 16.

    `stride16` and `stride32` are the body, the second with `channels` channels.
    """

    def __init__(
        self,
        num_labels: int,
        grids: Grids,
        anchors: Anchors,
        *,
        stride16: nn.Module,
        stride32: nn.Module,
        channels: int,
    ) -> None:
        super().__init__(num_labels, grids, anchors)
        self.stride16, self.stride32 = stride16, stride32
        self.head32 = nn.Sequential(conv_leaky(channels, 2 * channels), self.answer(2 * channels))
        passed = channels // 2
        self.lateral = conv_leaky(channels, passed, kernel=1)
        self.head16 = nn.Sequential(conv_leaky(passed + channels, channels), self.answer(channels))
        for head in (self.head32, self.head16):
            self.start_rare(head[1], labels=True)

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/32, W/32) and (N, A(5+K), H/16, W/16)."""
        fine = self.stride16(self.pad(batch))  # (N, 256 or 512, H/16, W/16)
        coarse = self.stride32(fine)  # (N, 256, H/32, W/32)
        merged = torch.cat([doubled(self.lateral(coarse)), self.for_head(fine)], dim=1)
        return self.head32(coarse), self.head16(merged)

    def for_head(self, fine: Tensor) -> Tensor:
        """The part of the finer map (N, C, h, w) that its grid is read from: all of it."""
        return fine


class YoloV3Tiny(TwoGrids):
    """Seven convolutions down to stride 32."""

    def __init__(self, num_labels: int, anchors: Anchors, *, width: float) -> None:
        stride16, channels = row_of_layers(TINY_TO_16, width=width)
        plan = (*TINY_TO_32, (1, 256, 1))
        stride32, _ = row_of_layers(plan, in_channels=channels, width=width)
        body = {"stride16": stride16, "stride32": stride32}
        super().__init__(num_labels, Grids(STRIDES), anchors, **body, channels=channels)


class YoloV4Tiny(TwoGrids):
    """Two halving convolutions, three cross stages with poolings between."""

    def __init__(
        self, num_labels: int, anchors: Anchors, *, width: float, reach: tuple[float, ...]
    ) -> None:
        c = [scaled(32 << k, width) for k in range(5)]  # 32, 64 ... 512
        stride16 = nn.Sequential(conv_leaky(3, c[0], stride=2), conv_leaky(c[0], c[1], stride=2))
        for k, channels in enumerate(c[1:4]):
            stride16.extend([nn.MaxPool2d(2)] if k else [])
            stride16.append(HalfStage(channels))
        stride32 = nn.Sequential(
            nn.MaxPool2d(2), conv_leaky(c[4], c[4]), conv_leaky(c[4], c[3], kernel=1)
        )
        body = {"stride16": stride16, "stride32": stride32}
        super().__init__(num_labels, Grids(STRIDES, reach=reach), anchors, **body, channels=c[3])

    def for_head(self, fine: Tensor) -> Tensor:
        """(N, C, h, w) -> (N, C / 2, h, w): what the last stage has laid behind its own input."""
        return fine.chunk(2, dim=1)[1]


@register(
    "yolo_v2_tiny",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=V2_PAPER,
    about=V2_ABOUT,
    options=(WIDTH, ASSIGNMENT),
    looks=V2_LOOKS,
    fit_options=anchor_fitter(5),
    size_multiple=32,
)
def yolo_v2_tiny(
    num_labels: int,
    *,
    anchors: Anchors = V2_ANCHORS,
    width: float = 1.0,
    head_channels: int = 512,
    assignment: str = RATIO,
) -> YoloV2Tiny:
    """YOLOv2-tiny: one grid, nine convolutions; its VOC version has 1024 `head_channels`."""
    model = YoloV2Tiny(num_labels, anchors, width=width, head_channels=head_channels)
    model.rule = rule_of(assignment, V2)
    return model


@register(
    "yolo_v3_tiny",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=V3_PAPER,
    about=V3_ABOUT,
    options=(WIDTH, ASSIGNMENT),
    looks=LOOKS,
    fit_options=anchor_fitter(6),
    size_multiple=32,
)
def yolo_v3_tiny(
    num_labels: int,
    *,
    anchors: Anchors = COCO_ANCHORS,
    width: float = 1.0,
    assignment: str = RATIO,
) -> YoloV3Tiny:
    """YOLOv3-tiny: one-shot detection at two scales."""
    model = YoloV3Tiny(num_labels, anchors, width=width)
    model.rule = rule_of(assignment, V3)
    return model


@register(
    "yolo_v4_tiny",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=V4_PAPER,
    about=V4_ABOUT,
    options=(WIDTH, ASSIGNMENT),
    looks=LOOKS,
    fit_options=anchor_fitter(6),
    size_multiple=32,
)
def yolo_v4_tiny(
    num_labels: int,
    *,
    anchors: Anchors = COCO_ANCHORS,
    width: float = 1.0,
    reach: Sequence[float] = REACH,
    assignment: str = RATIO,
) -> YoloV4Tiny:
    """YOLOv4-tiny: cross stages of half the channels, two grids.

    `reach`: how far a centre moves in each grid, in cells, coarse first (Darknet's scale_x_y).
    """
    model = YoloV4Tiny(num_labels, anchors, width=width, reach=tuple(reach))
    model.rule = rule_of(assignment, V4)
    return model
