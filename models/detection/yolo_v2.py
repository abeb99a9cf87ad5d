"""YOLOv2: anchors found in the data, boxes placed within their cell, and a finer map passed on.

Redmon, Farhadi: "YOLO9000: Better, Faster, Stronger", CVPR 2017. Layers are those of Darknet's
yolov2.cfg; the loss is the newer one of `yolo_grid`.
"""

import torch
from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.contract import RawTensors, Task
from models.detection.yolo_grid import Anchors, GridDetector, Grids, anchor_fitter
from models.detection.yolo_paper import ASSIGNMENT, RATIO, V2, rule_of
from models.layers.conv import conv_leaky
from models.layers.darknet import (
    DARKNET19_TO_16,
    DARKNET19_TO_32,
    reorg,
    reorg_as_darknet,
    row_of_layers,
)
from models.layers.width import scaled
from models.registry import register
from models.semantic import WIDTH

PAPER = "Redmon, Farhadi: YOLO9000, CVPR 2017"
GRIDS = Grids(strides=(32,), anchors=5, one_label=True)
# Darknet's yolov2 anchors for COCO at 416x416, times the stride: width, height.
COCO_ANCHORS = ((18, 22), (60, 66), (107, 175), (252, 113), (313, 293))
REORG = {"neighbours": reorg, "darknet": reorg_as_darknet}
OPTIONS = (
    WIDTH,
    Option(
        "passthrough",
        Text(
            "Passthrough: neighbouring pixels, or in the order of Darknet's files",
            "패스스루: 이웃한 픽셀끼리 또는 Darknet 파일의 순서대로",
        ),
        tuple(REORG),
        live=True,
    ),
    ASSIGNMENT,
)
LOOKS = (
    Look("stride16", Text("Fine map, one sixteenth", "고운 맵, 16분의 1 크기")),
    Look("stride32", Text("Coarse map, one 32nd", "거친 맵, 32분의 1 크기")),
    Look("passed", Text("Fine map, four pixels side by side", "네 픽셀씩 나란히 놓은 고운 맵")),
    Look("head", Text("What the cells say, anchor by anchor", "앵커별로 칸이 말하는 값")),
)
ABOUT = About(
    year=2017,
    idea=Text(
        "No dense layers any more: every cell of a 13x13 grid answers for five anchors, whose "
        "sizes come from k-means over the training boxes. The network says how to change an anchor "
        "and where in its own cell the centre lies. A passthrough lays a map of twice the "
        "resolution beside the last one, four pixels at a time.",
        "더는 완전 연결층이 없습니다. 13x13 격자의 칸마다 앵커 다섯 개에 대해 답하며, 앵커의 "
        "크기는 학습 상자에 k-평균을 적용해 얻습니다. 신경망은 앵커를 얼마나 바꿀지, 중심이 "
        "자기 칸의 어디에 있는지를 말합니다. 패스스루는 해상도가 두 배인 맵을 네 픽셀씩 묶어 "
        "마지막 맵 옆에 놓습니다.",
    ),
    improves_on=Text(
        "YOLO's cell knew one object and seldom its exact box. With anchors, batch norm and "
        "Darknet-19 more objects are found, at any input size that 32 divides.",
        "YOLO의 칸은 물체 하나만 알았고 상자도 부정확했습니다. 앵커와 배치 정규화, Darknet-19 "
        "덕분에 더 많은 물체를 찾으며, 32로 나누어지는 어떤 입력 크기에서도 동작합니다.",
    ),
    look_for=Text(
        "Click an object to see which anchors learn it. Small objects within one cell of 32 pixels "
        "still compete.",
        "물체를 눌러 어느 앵커가 그것을 학습하는지 보세요. 32픽셀 칸 하나에 든 작은 물체들은 "
        "여전히 서로 경쟁합니다.",
    ),
    differs=Text(
        "By default the loss is newer: complete IoU in place of squared errors, every anchor "
        "within a factor of four of a box's size learns it, not the best one alone, and sums are "
        "divided by the anchors that learn. With assignment: paper it is the paper's. The input "
        "keeps its size in training, in the paper it changes. It does not learn labels of whole "
        "pictures beside boxes (YOLO9000).",
        "기본 손실은 더 새것입니다. 제곱 오차 대신 complete IoU를 쓰고, 가장 잘 맞는 앵커 하나가 "
        "아니라 크기 차이가 네 배 안인 앵커가 모두 배우며, 합을 배우는 앵커 수로 나눕니다. "
        "assignment: paper로 하면 논문과 같습니다. 학습하는 동안 입력 크기가 그대로이며, "
        "논문에서는 바뀝니다. 상자와 함께 그림 전체의 레이블을 배우지는 않습니다(YOLO9000).",
    ),
)


class YoloV2(GridDetector):
    """Darknet-19, two further convolutions, the passthrough, and one grid at stride 32."""

    def __init__(
        self, num_labels: int, anchors: Anchors, *, width: float, passthrough: str
    ) -> None:
        if passthrough not in REORG:
            raise ValueError(f"The passthrough is one of {', '.join(REORG)}, not {passthrough}.")
        super().__init__(num_labels, GRIDS, anchors)
        self.reorg = REORG[passthrough]
        self.stride16, fine = row_of_layers(DARKNET19_TO_16, width=width)
        more = (*DARKNET19_TO_32, (3, 1024, 1), (3, 1024, 1))
        self.stride32, coarse = row_of_layers(more, in_channels=fine, width=width)
        passed = scaled(64, width)
        self.lateral = conv_leaky(fine, passed, kernel=1)
        self.passed = nn.Identity()
        self.head = nn.Sequential(conv_leaky(4 * passed + coarse, coarse), self.answer(coarse))
        self.start_rare(self.head[1])

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/32, W/32)."""
        fine = self.stride16(self.pad(batch))  # (N, 512, H/16, W/16)
        coarse = self.stride32(fine)  # (N, 1024, H/32, W/32)
        passed = self.passed(self.reorg(self.lateral(fine)))  # (N, 256, H/32, W/32)
        return (self.head(torch.cat([passed, coarse], dim=1)),)


@register(
    "yolo_v2",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
    fit_options=anchor_fitter(5),
    size_multiple=32,
)
def yolo_v2(
    num_labels: int,
    *,
    anchors: Anchors = COCO_ANCHORS,
    width: float = 1.0,
    passthrough: str = "neighbours",
    assignment: str = RATIO,
) -> YoloV2:
    """YOLOv2: five anchors a cell, fitted to the data, and a passthrough."""
    model = YoloV2(num_labels, anchors, width=width, passthrough=passthrough)
    model.rule = rule_of(assignment, V2)
    return model
