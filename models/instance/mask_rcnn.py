"""Mask R-CNN by torchvision: the yardstick of the instance systems, to train as well.

He, Gkioxari, Dollar, Girshick: "Mask R-CNN", ICCV 2017, with the feature pyramid of Lin et al.,
2017. The network and its losses are torchvision's own; here it learns from our targets.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

from models.about import About, Option, Text
from models.backbones.torchvision_resnet import TorchvisionResNet
from models.contract import Target, Task
from models.detector import detection_targets
from models.registry import register
from models.semantic import encoder_option
from models.yardstick.detection import DetectionYardstick, ids_kept

MAX_OBJECTS = 100
LEVELS = 5
RATIOS = (0.5, 1.0, 2.0)
ABOUT = About(
    year=2017,
    idea=Text(
        "Faster R-CNN with one more head: inside each box it decides pixel by pixel what belongs "
        "to the object. Features are read between pixels by interpolation, never rounded to "
        "cells, so that masks lie where the object is. Each label has its own mask.",
        "Faster R-CNN에 머리를 하나 더했습니다. 상자마다 어느 픽셀이 물체에 속하는지 정합니다. "
        "특징을 칸에 맞춰 반올림하지 않고 보간으로 읽으므로 마스크가 물체의 제자리에 놓입니다. "
        "레이블마다 마스크가 따로 있습니다.",
    ),
    improves_on=Text(
        "Faster R-CNN gives boxes only; semantic networks cannot tell two neighbours of one label "
        "apart. This does both.",
        "Faster R-CNN은 상자만 주고, 의미 분할 신경망은 같은 레이블의 이웃한 두 물체를 구별하지 "
        "못합니다. 이 모델은 둘 다 해냅니다.",
    ),
    look_for=Text(
        "Two objects of one label that touch stay two, each with its own outline.",
        "맞닿은 같은 레이블의 두 물체가 저마다의 윤곽을 가진 둘로 남는지 보세요.",
    ),
    differs=Text(
        "It is torchvision's network. Batch norm learns, where the paper's stays fixed, a "
        "quarter of torchvision's regions are learned from, and the smallest anchor is an "
        "option.",
        "torchvision의 신경망입니다. 논문은 배치 정규화를 고정하지만 여기서는 함께 배우고, "
        "torchvision의 4분의 1만큼의 영역에서 배우며, 가장 작은 앵커는 옵션입니다.",
    ),
)
OPTIONS = (
    encoder_option("resnet50", "resnet18"),
    Option(
        "smallest_anchor",
        Text("Side of the smallest anchors, in input pixels", "가장 작은 앵커의 한 변(입력 픽셀)"),
        (32, 16, 8),
    ),
)


class MaskRcnn(DetectionYardstick):
    """torchvision's Mask R-CNN with its losses."""

    def train(self, mode: bool = True) -> "MaskRcnn":
        """Switch as any other network."""
        nn.Module.train(self, mode)
        return self

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """The five losses of torchvision: two of the proposals, label, box and mask."""
        wanted = [
            {"boxes": t.boxes, "labels": t.labels + 1, "masks": _masks(t.masks, batch)}
            for t in detection_targets(targets)
        ]
        with torch.autocast(batch.device.type, enabled=False):
            losses: dict[str, Tensor] = self.network(list(batch.float()), wanted)
        return {name.removeprefix("loss_"): value for name, value in losses.items()}


def _masks(masks: Tensor | None, batch: Tensor) -> Tensor:
    if masks is None:
        raise ValueError("Mask R-CNN learns from masks, and this target has none.")
    return masks.to(batch.device, torch.uint8)


@register(
    "mask_rcnn",
    task=Task.INSTANCE,
    input_hw=(640, 640),
    paper="He, Gkioxari, Dollar, Girshick: Mask R-CNN, ICCV 2017",
    about=ABOUT,
    options=OPTIONS,
    backends=("torch",),
)
def mask_rcnn(
    num_labels: int,
    *,
    backbone: str = "resnet50",
    smallest_anchor: int = 32,
    kept: Sequence[int] | None = None,
) -> MaskRcnn:
    """Mask R-CNN with a feature pyramid, by torchvision: boxes and masks.

    `kept` is for torchvision's own weights: see DetectionYardstick.
    """
    ids = ids_kept(num_labels, kept)
    encoder = resnet_fpn_backbone(
        backbone_name=backbone, weights=None, norm_layer=nn.BatchNorm2d, trainable_layers=5
    )
    encoder.body = TorchvisionResNet(encoder.body, backbone)
    sides = tuple((smallest_anchor * 2**level,) for level in range(LEVELS))
    network = MaskRCNN(
        encoder,
        max(ids) + 1,
        rpn_anchor_generator=AnchorGenerator(sides, (RATIOS,) * LEVELS),
        box_detections_per_img=MAX_OBJECTS,
        # In training, a quarter of torchvision's regions: pictures here are small, and CPUs slow.
        rpn_post_nms_top_n_train=500,
        box_batch_size_per_image=128,
    )
    if kept is not None:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 0.0  # what torchvision's weights for this network were trained with
    return MaskRcnn(network, ids)
