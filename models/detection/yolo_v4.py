"""YOLOv4: the best of many ideas, tried one by one, around a cross-stage Darknet-53.

Bochkovskiy, Wang, Liao: "YOLOv4: Optimal Speed and Accuracy of Object Detection", 2020. Layers are
those of Darknet's yolov4.cfg. Of the paper's tricks for training, the complete IoU is in the loss
of `yolo_grid`, and mosaic is an augmentation that every training here can ask for.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.about import About, Look, Text
from models.contract import RawTensors, Task
from models.detection.yolo_grid import Anchors, GridDetector, Grids, anchor_fitter
from models.detection.yolo_paper import ASSIGNMENT, RATIO, V4, rule_of
from models.layers.conv import conv_leaky, conv_mish
from models.layers.darknet import CrossStage, PoolPyramid, doubled, five_convs, three_convs
from models.layers.width import scaled
from models.registry import register
from models.semantic import WIDTH

PAPER = "Bochkovskiy, Wang, Liao: YOLOv4, arXiv 2004.10934, 2020"
STRIDES = (8, 16, 32)
REACH = (1.2, 1.1, 1.05)
# Darknet's yolov4 anchors for COCO at 512x512, smallest first: width, height.
COCO_ANCHORS = (
    (12, 16), (19, 36), (40, 28), (36, 75), (76, 55), (72, 146), (142, 110), (192, 243), (459, 401)
)  # fmt: skip
LOOKS = (
    Look("stride8", Text("Fine map, an eighth", "고운 맵, 8분의 1 크기")),
    Look("stride32", Text("Coarse map, one 32nd", "거친 맵, 32분의 1 크기")),
    Look("pyramid", Text("Maxima of three neighbourhoods", "세 이웃 영역의 최댓값")),
    Look("top8", Text("Fine map after the way down", "내려온 뒤의 고운 맵")),
    Look("top32", Text("Coarse map after the way back up", "다시 올라간 뒤의 거친 맵")),
    Look("head8", Text("What the fine cells say", "고운 격자의 칸이 말하는 값")),
    Look("head32", Text("What the coarse cells say", "거친 격자의 칸이 말하는 값")),
)
ABOUT = About(
    year=2020,
    idea=Text(
        "In every stage of the body one part of the channels passes the residual blocks by, which "
        "saves work and keeps gradients varied; its activation is the smooth mish. Maxima over "
        "three neighbourhoods widen what the coarsest map sees. Features then go down to the fine "
        "maps and back up to the coarse ones before three grids answer.",
        "몸통의 단계마다 채널 일부가 잔차 블록을 건너뛰어 계산을 줄이고 기울기를 다양하게 "
        "유지합니다. 활성화 함수는 매끄러운 mish입니다. 세 이웃 영역의 최댓값이 가장 거친 맵의 "
        "시야를 넓힙니다. 특징은 고운 맵으로 내려갔다가 거친 맵으로 다시 올라온 뒤, 세 격자가 "
        "답합니다.",
    ),
    improves_on=Text(
        "YOLOv3 passed features from coarse to fine only. With the way back, a better body and the "
        "complete IoU as box loss, AP on COCO rises by ten points at the same speed.",
        "YOLOv3는 특징을 거친 맵에서 고운 맵으로만 넘겼습니다. 돌아오는 길과 더 나은 몸통, 상자 "
        "손실로 쓰는 complete IoU 덕분에 같은 속도에서 COCO AP가 10점 오릅니다.",
    ),
    look_for=Text(
        "Tight boxes, and objects on the border of two cells: centres may leave their cell a "
        "little.",
        "상자가 얼마나 꼭 맞는지, 그리고 두 칸의 경계에 놓인 물체를 보세요. 중심이 자기 칸을 조금 "
        "벗어날 수 있습니다.",
    ),
    differs=Text(
        "By default every anchor within a factor of four of a box's size learns it, where the "
        "paper takes those of enough overlap (assignment: paper). DropBlock, batch norm across "
        "batches, self-adversarial training, smoothed labels and suppression by distance are not "
        "built; mosaic is an option of the training. The input keeps its size in training, in "
        "the paper it changes.",
        "논문은 겹침이 충분한 앵커가 배우지만(assignment: paper), 기본으로는 크기 차이가 네 배 "
        "안인 앵커가 모두 배웁니다. DropBlock, 배치 사이의 정규화(CmBN), 자기 적대 학습(SAT), "
        "레이블 스무딩, 거리에 따른 억제(DIoU-NMS)는 없습니다. 모자이크는 학습 옵션입니다. "
        "학습하는 동안 입력 크기가 그대로이며, 논문에서는 바뀝니다.",
    ),
)


class YoloV4(GridDetector):
    """CSPDarknet-53, a pyramid of poolings, down to stride 8 and back up, a head at each stride."""

    def __init__(
        self, num_labels: int, anchors: Anchors, *, width: float, reach: tuple[float, ...]
    ) -> None:
        super().__init__(num_labels, Grids(STRIDES, reach=reach), anchors)
        c = [scaled(32 << k, width) for k in range(6)]  # 32, 64 ... 1024
        self.stride8 = nn.Sequential(
            conv_mish(3, c[0]),
            CrossStage(c[0], c[1], 1, first=True),
            CrossStage(c[1], c[2], 2),
            CrossStage(c[2], c[3], 8),
        )
        self.stride16 = CrossStage(c[3], c[4], 8)
        self.stride32 = CrossStage(c[4], c[5], 4)
        self.before_pyramid = three_convs(c[5], c[4])
        self.pyramid = PoolPyramid()
        self.after_pyramid = three_convs(4 * c[4], c[4])
        self.raise16 = conv_leaky(c[4], c[3], kernel=1)
        self.side16 = conv_leaky(c[4], c[3], kernel=1)
        self.neck16 = five_convs(2 * c[3], c[3])
        self.raise8 = conv_leaky(c[3], c[2], kernel=1)
        self.side8 = conv_leaky(c[3], c[2], kernel=1)
        self.top8 = five_convs(2 * c[2], c[2])
        self.head8 = nn.Sequential(conv_leaky(c[2], c[3]), self.answer(c[3]))
        self.down16 = conv_leaky(c[2], c[3], stride=2)
        self.top16 = five_convs(2 * c[3], c[3])
        self.head16 = nn.Sequential(conv_leaky(c[3], c[4]), self.answer(c[4]))
        self.down32 = conv_leaky(c[3], c[4], stride=2)
        self.top32 = five_convs(2 * c[4], c[4])
        self.head32 = nn.Sequential(conv_leaky(c[4], c[5]), self.answer(c[5]))
        for head in (self.head8, self.head16, self.head32):
            self.start_rare(head[1])

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/stride, W/stride) for the strides 8, 16 and 32."""
        fine = self.stride8(self.pad(batch))  # (N, 256, H/8, W/8)
        middle = self.stride16(fine)  # (N, 512, H/16, W/16)
        coarse = self.before_pyramid(self.stride32(middle))  # (N, 512, H/32, W/32)
        coarse = self.after_pyramid(self.pyramid(coarse))
        raised = doubled(self.raise16(coarse))
        middle = self.neck16(torch.cat([self.side16(middle), raised], dim=1))
        raised = doubled(self.raise8(middle))
        fine = self.top8(torch.cat([self.side8(fine), raised], dim=1))  # (N, 128, H/8, W/8)
        middle = self.top16(torch.cat([self.down16(fine), middle], dim=1))
        coarse = self.top32(torch.cat([self.down32(middle), coarse], dim=1))
        return self.head8(fine), self.head16(middle), self.head32(coarse)


@register(
    "yolo_v4",
    task=Task.DETECTION,
    input_hw=(512, 512),
    paper=PAPER,
    about=ABOUT,
    options=(WIDTH, ASSIGNMENT),
    looks=LOOKS,
    fit_options=anchor_fitter(9),
    size_multiple=32,
)
def yolo_v4(
    num_labels: int,
    *,
    anchors: Anchors = COCO_ANCHORS,
    width: float = 1.0,
    reach: Sequence[float] = REACH,
    assignment: str = RATIO,
) -> YoloV4:
    """YOLOv4: cross-stage Darknet-53, pooling pyramid, three grids.

    `reach`: how far a centre moves in each grid, in cells, finest first (Darknet's scale_x_y).
    """
    model = YoloV4(num_labels, anchors, width=width, reach=tuple(reach))
    model.rule = rule_of(assignment, V4)
    return model
