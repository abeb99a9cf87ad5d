"""YOLOv3 and YOLOv3-tiny: one look, three anchors a cell, on three or two grids.

Redmon, Farhadi: "YOLOv3: An Incremental Improvement", 2018. Layers are those of Darknet's
yolov3.cfg and yolov3-tiny.cfg; the loss is the newer one of `yolo_grid`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.about import About, Look, Text
from models.backbones.sequential import scaled
from models.contract import RawTensors, Task
from models.detection.yolo_grid import Anchors, GridDetector, Grids, anchor_fitter
from models.layers.conv import conv_norm_leaky
from models.registry import register
from models.semantic import WIDTH

PAPER = "Redmon, Farhadi: YOLOv3, arXiv 1804.02767, 2018"
TINY_GRIDS = Grids(strides=(32, 16))
# Darknet's yolov3-tiny anchors for 416x416, smallest first: width, height.
TINY_COCO_ANCHORS = ((10, 14), (23, 27), (37, 58), (81, 82), (135, 169), (344, 319))
TINY_LOOKS = (
    Look("stride16", Text("Fine map, one sixteenth", "고운 맵, 16분의 1 크기")),
    Look("stride32", Text("Coarse map, one 32nd", "거친 맵, 32분의 1 크기")),
    Look("head32", Text("What the coarse cells say", "거친 격자의 칸이 말하는 값")),
    Look("head16", Text("What the fine cells say", "고운 격자의 칸이 말하는 값")),
)
TINY_ABOUT = About(
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
)


class YoloV3Tiny(GridDetector):
    """Seven convolutions down to stride 32, a head there, and one at stride 16."""

    def __init__(self, num_labels: int, anchors: Anchors, *, width: float) -> None:
        super().__init__(num_labels, TINY_GRIDS, anchors)
        c = [scaled(16 << k, width) for k in range(7)]  # 16, 32 ... 1024
        halve = nn.MaxPool2d(2)
        self.stride16 = nn.Sequential(
            conv_norm_leaky(3, c[0]), halve, conv_norm_leaky(c[0], c[1]), halve,
            conv_norm_leaky(c[1], c[2]), halve, conv_norm_leaky(c[2], c[3]), halve,
            conv_norm_leaky(c[3], c[4]),
        )  # fmt: skip
        # Darknet's pooling of size 2 and stride 1 pads on the right and at the bottom.
        self.stride32 = nn.Sequential(
            halve, conv_norm_leaky(c[4], c[5]), nn.ReplicationPad2d((0, 1, 0, 1)),
            nn.MaxPool2d(2, 1), conv_norm_leaky(c[5], c[6]), conv_norm_leaky(c[6], c[4], kernel=1),
        )  # fmt: skip
        self.head32 = nn.Sequential(conv_norm_leaky(c[4], c[5]), self.answer(c[5]))
        self.lateral = conv_norm_leaky(c[4], c[3], kernel=1)
        self.head16 = nn.Sequential(conv_norm_leaky(c[3] + c[4], c[4]), self.answer(c[4]))
        for head in (self.head32, self.head16):
            self.start_rare(head[1])

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/32, W/32) and (N, A(5+K), H/16, W/16)."""
        fine = self.stride16(self.pad(batch))  # (N, 256, H/16, W/16)
        coarse = self.stride32(fine)  # (N, 256, H/32, W/32)
        raised = functional.interpolate(self.lateral(coarse), scale_factor=2.0, mode="nearest")
        return self.head32(coarse), self.head16(torch.cat([raised, fine], dim=1))


@register(
    "yolo_v3_tiny",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=PAPER,
    about=TINY_ABOUT,
    options=(WIDTH,),
    looks=TINY_LOOKS,
    fit_options=anchor_fitter(6),
    size_multiple=32,
)
def yolo_v3_tiny(
    num_labels: int, *, anchors: Anchors = TINY_COCO_ANCHORS, width: float = 1.0
) -> YoloV3Tiny:
    """YOLOv3-tiny: one-shot detection at two scales."""
    return YoloV3Tiny(num_labels, anchors, width=width)
