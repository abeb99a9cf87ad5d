"""YOLOv3: one look, three anchors a cell, on three grids.

Redmon, Farhadi: "YOLOv3: An Incremental Improvement", 2018. Layers are those of Darknet's
yolov3.cfg or, with the pyramid, yolov3-spp.cfg; the loss is the newer one of `yolo_grid`.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.about import About, Look, Option, Text
from models.backbones import backbone as backbones
from models.contract import RawTensors, Task
from models.detection.yolo_grid import Anchors, GridDetector, Grids, anchor_fitter
from models.detection.yolo_paper import ASSIGNMENT, RATIO, V3, rule_of
from models.layers.conv import conv_leaky
from models.layers.darknet import PoolPyramid, darknet53_stage, doubled, five_convs, three_convs
from models.layers.width import scaled
from models.registry import register
from models.semantic import LITE, WIDTH, encoder_option

PAPER = "Redmon, Farhadi: YOLOv3, arXiv 1804.02767, 2018"
GRIDS = Grids(strides=(32, 16, 8))
# Darknet's anchors for COCO at 416x416, smallest first: width, height.
COCO_ANCHORS = (
    (10, 13), (16, 30), (33, 23), (30, 61), (62, 45), (59, 119), (116, 90), (156, 198), (373, 326)
)  # fmt: skip
DARKNET = "darknet53"
OPTIONS = (
    encoder_option(DARKNET, *LITE),
    WIDTH,
    Option(
        "pyramid",
        Text(
            "Maxima of three neighbourhoods before the coarse grid (YOLOv3-SPP)",
            "거친 격자 앞에 세 이웃 영역의 최댓값을 놓기(YOLOv3-SPP)",
        ),
        (False, True),
    ),
    ASSIGNMENT,
)
LOOKS = (
    Look("stride8", Text("Fine map, an eighth", "고운 맵, 8분의 1 크기")),
    Look("stride32", Text("Coarse map, one 32nd", "거친 맵, 32분의 1 크기")),
    Look("neck8", Text("Fine map, with what coarse ones know", "거친 맵의 정보를 더한 고운 맵")),
    Look("head32", Text("What the coarse cells say", "거친 격자의 칸이 말하는 값")),
    Look("head8", Text("What the fine cells say", "고운 격자의 칸이 말하는 값")),
)
ABOUT = About(
    year=2018,
    idea=Text(
        "Darknet-53, with residual blocks, makes maps of three sizes. From the coarsest down, each "
        "is doubled and laid beside the next finer one, and on each a grid answers for three "
        "anchors a cell. Labels need not exclude each other: each has a probability of its own.",
        "잔차 블록을 갖춘 Darknet-53이 세 가지 크기의 맵을 만듭니다. 가장 거친 맵부터 두 배로 키워 "
        "다음 고운 맵 옆에 놓고, 맵마다 격자의 칸이 앵커 세 개씩에 대해 답합니다. 레이블은 서로 "
        "배타적이지 않아도 되며 저마다 자기 확률을 가집니다.",
    ),
    improves_on=Text(
        "YOLOv2 answered on one grid of 32 pixels a cell; cells of 16 and of 8 pixels find the "
        "small objects it missed.",
        "YOLOv2는 한 칸이 32픽셀인 격자 하나로만 답했지만, 16픽셀과 8픽셀 칸이 놓치던 작은 물체를 "
        "찾습니다.",
    ),
    look_for=Text(
        "Click objects of different sizes: large ones are learned by coarse cells, small ones by "
        "fine ones.",
        "크기가 다른 물체를 눌러 보세요. 큰 물체는 거친 칸이, 작은 물체는 고운 칸이 학습합니다.",
    ),
    differs=Text(
        "By default the loss is newer: complete IoU in place of squared errors, every anchor "
        "within a factor of four of a box's size learns it, not the best one alone, and sums are "
        "divided by the anchors that learn. With assignment: paper it is the paper's. The input "
        "keeps its size in training, in the paper it changes. Encoders beside Darknet-53 are "
        "ours.",
        "기본 손실은 더 새것입니다. 제곱 오차 대신 complete IoU를 쓰고, 가장 잘 맞는 앵커 하나가 "
        "아니라 크기 차이가 네 배 안인 앵커가 모두 배우며, 합을 배우는 앵커 수로 나눕니다. "
        "assignment: paper로 하면 논문과 같습니다. 학습하는 동안 입력 크기가 그대로이며, "
        "논문에서는 바뀝니다. Darknet-53 밖의 인코더는 논문에 없습니다.",
    ),
)


class YoloV3(GridDetector):
    """An encoder, and a head at each of the strides 32, 16 and 8, every one fed by the coarser.

    The encoder is Darknet-53 or a backbone that ends in these strides; `width` is that of Darknet
    and of the heads.
    """

    def __init__(
        self, num_labels: int, anchors: Anchors, *, backbone: str, width: float, pyramid: bool
    ) -> None:
        super().__init__(num_labels, GRIDS, anchors)
        c = [scaled(32 << k, width) for k in range(6)]  # 32, 64 ... 1024
        fine, middle, coarse = c[3:]
        if backbone == DARKNET:
            self.stride8 = nn.Sequential(
                conv_leaky(3, c[0]),
                darknet53_stage(c[0], c[1], 1),
                darknet53_stage(c[1], c[2], 2),
                darknet53_stage(c[2], c[3], 8),
            )
            self.stride16 = darknet53_stage(c[3], c[4], 8)
            self.stride32 = darknet53_stage(c[4], c[5], 4)
        else:
            self.encoder = backbones.build(backbone)
            if self.encoder.strides[-3:] != GRIDS.strides[::-1]:
                raise ValueError(f"{backbone} does not end in the strides 8, 16 and 32.")
            fine, middle, coarse = self.encoder.channels[-3:]
        self.neck32 = _with_pyramid(coarse, c[4]) if pyramid else five_convs(coarse, c[4])
        self.head32 = nn.Sequential(conv_leaky(c[4], c[5]), self.answer(c[5]))
        self.lateral32 = conv_leaky(c[4], c[3], kernel=1)
        self.neck16 = five_convs(c[3] + middle, c[3])
        self.head16 = nn.Sequential(conv_leaky(c[3], c[4]), self.answer(c[4]))
        self.lateral16 = conv_leaky(c[3], c[2], kernel=1)
        self.neck8 = five_convs(c[2] + fine, c[2])
        self.head8 = nn.Sequential(conv_leaky(c[2], c[3]), self.answer(c[3]))
        for head in (self.head32, self.head16, self.head8):
            self.start_rare(head[1])

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/stride, W/stride) for the strides 32, 16 and 8."""
        fine, middle, coarse = self._features(self.pad(batch))
        coarse = self.neck32(coarse)  # (N, 512, H/32, W/32)
        middle = self.neck16(torch.cat([doubled(self.lateral32(coarse)), middle], dim=1))
        fine = self.neck8(torch.cat([doubled(self.lateral16(middle)), fine], dim=1))
        return self.head32(coarse), self.head16(middle), self.head8(fine)

    def _features(self, batch: Tensor) -> Sequence[Tensor]:
        """(N, 3, H, W) -> maps at one 8th, 16th and 32nd of its size."""
        if hasattr(self, "encoder"):
            return self.encoder(batch)[-3:]
        fine = self.stride8(batch)  # (N, 256, H/8, W/8)
        middle = self.stride16(fine)  # (N, 512, H/16, W/16)
        return fine, middle, self.stride32(middle)  # the last (N, 1024, H/32, W/32)


def _with_pyramid(in_channels: int, channels: int) -> nn.Sequential:
    after = three_convs(4 * channels, channels)
    return nn.Sequential(three_convs(in_channels, channels), PoolPyramid(), after)


@register(
    "yolo_v3",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=PAPER,
    about=ABOUT,
    options=OPTIONS,
    looks=LOOKS,
    fit_options=anchor_fitter(9),
    size_multiple=32,
)
def yolo_v3(
    num_labels: int,
    *,
    anchors: Anchors = COCO_ANCHORS,
    backbone: str = DARKNET,
    width: float = 1.0,
    pyramid: bool = False,
    assignment: str = RATIO,
) -> YoloV3:
    """YOLOv3: Darknet-53 and three grids."""
    model = YoloV3(num_labels, anchors, backbone=backbone, width=width, pyramid=pyramid)
    model.rule = rule_of(assignment, V3)
    return model
