"""YOLOv3-tiny: one look, two scales, three anchors at each.

Redmon, Farhadi: "YOLOv3: An Incremental Improvement", 2018. The layers are those of Darknet's
yolov3-tiny.cfg. Three things of the loss are newer, because they train better from scratch: the box
loss is the complete IoU (Zheng et al. 2020), every anchor within a factor of four of a box's size
learns it, not the best one alone (as in YOLOv5), and sums are divided by the number of learning
anchors with the box weighing five (Ge et al., YOLOX, 2021).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import box_iou, complete_box_iou_loss

from models.about import About, Text
from models.contract import (
    DetectionTarget,
    Output,
    RawTensors,
    Target,
    Task,
)
from models.detector import Detector, Matches, Step, candidates, detection_targets, step_of_grid
from models.layers.anchors import cell_corners, kmeans_anchors
from models.layers.conv import conv_norm_leaky
from models.registry import register

PAPER = "Redmon, Farhadi: YOLOv3, arXiv 1804.02767, 2018"
STRIDES = (32, 16)
ANCHORS_PER_SCALE = 3
# Darknet's yolov3-tiny anchors for 416x416, smallest first: width, height.
COCO_ANCHORS = ((10, 14), (23, 27), (37, 58), (81, 82), (135, 169), (344, 319))
MAX_SIZE_RATIO = 4.0
IGNORE_IOU = 0.5
BOX_WEIGHT = 5.0
PRIOR = 0.01
STEPS = (
    Text("The coarse grid's boxes", "거친 격자의 상자"),
    Text("The fine grid's boxes", "고운 격자의 상자"),
)
ABOUT = About(
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


class YoloV3Tiny(Detector):
    """Seven convolutions down to stride 32, a head there, and one at stride 16.

    `anchors` are six (width, height) in input pixels, smallest first; the larger three belong to
    stride 32. Any input size works: it is padded to a multiple of 32.
    """

    anchors: Tensor

    def __init__(self, num_labels: int, *, anchors: Sequence[Sequence[float]]) -> None:
        if len(anchors) != len(STRIDES) * ANCHORS_PER_SCALE:
            raise ValueError(f"yolo_v3_tiny has 6 anchors, not {len(anchors)}.")
        super().__init__()
        self.num_labels = num_labels
        table = torch.tensor([list(a) for a in anchors], dtype=torch.float32).reshape(2, 3, 2)
        if not all(0 < side < math.inf for anchor in anchors for side in anchor):
            raise ValueError(f"Anchors have a width and a height above 0, not {anchors}.")
        self.register_buffer("anchors", table.flip(0), persistent=False)  # (scale, A, 2)
        halve = nn.MaxPool2d(2)
        self.stride16 = nn.Sequential(
            conv_norm_leaky(3, 16), halve, conv_norm_leaky(16, 32), halve,
            conv_norm_leaky(32, 64), halve, conv_norm_leaky(64, 128), halve,
            conv_norm_leaky(128, 256),
        )  # fmt: skip
        # Darknet's pooling of size 2 and stride 1 pads on the right and at the bottom.
        self.stride32 = nn.Sequential(
            halve, conv_norm_leaky(256, 512), nn.ReplicationPad2d((0, 1, 0, 1)), nn.MaxPool2d(2, 1),
            conv_norm_leaky(512, 1024), conv_norm_leaky(1024, 256, kernel=1),
        )  # fmt: skip
        channels = ANCHORS_PER_SCALE * (5 + num_labels)
        self.head32 = nn.Sequential(conv_norm_leaky(256, 512), nn.Conv2d(512, channels, 1))
        self.lateral = conv_norm_leaky(256, 128, kernel=1)
        self.head16 = nn.Sequential(conv_norm_leaky(384, 256), nn.Conv2d(256, channels, 1))
        for head in (self.head32, self.head16):
            self._start_rare(head[1])

    def _start_rare(self, conv: nn.Module) -> None:
        """Start with objects rare, so that the first steps do not drown in empty cells."""
        assert isinstance(conv, nn.Conv2d)
        assert conv.bias is not None
        with torch.no_grad():
            bias = conv.bias.view(ANCHORS_PER_SCALE, -1)
            bias[:, 4:] = math.log(PRIOR / (1 - PRIOR))

    def forward(self, batch: Tensor) -> RawTensors:
        """(N, 3, H, W) -> (N, A(5+K), H/32, W/32) and (N, A(5+K), H/16, W/16)."""
        height, width = batch.shape[-2:]
        batch = functional.pad(batch, (0, -width % STRIDES[0], 0, -height % STRIDES[0]))
        fine = self.stride16(batch)  # (N, 256, H/16, W/16)
        coarse = self.stride32(fine)  # (N, 256, H/32, W/32)
        raised = functional.interpolate(self.lateral(coarse), scale_factor=2.0, mode="nearest")
        return self.head32(coarse), self.head16(torch.cat([raised, fine], dim=1))

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every anchor with each label that scores above 0.001."""
        boxes, scores = [], []
        for scale, tensor in enumerate(raw):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            boxes.append(self._boxes(grid, scale).flatten(1, 3))
            scores.append((grid[..., 4:5].sigmoid() * grid[..., 5:].sigmoid()).flatten(1, 3))
        return [
            candidates(b, s) for b, s in zip(torch.cat(boxes, 1), torch.cat(scores, 1), strict=True)
        ]

    def steps(self, raw: RawTensors) -> list[tuple[Step, ...]]:
        """Per picture, every box of either grid."""
        steps: list[list[Step]] = [[] for _ in range(len(raw[0]))]
        for scale, tensor in enumerate(raw):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            sure = grid[..., 4:].sigmoid()
            for found, boxes, chances in zip(steps, self._boxes(grid, scale), sure, strict=True):
                found.append(step_of_grid(STEPS[scale], boxes, chances[..., 0], chances[..., 1:]))
        return [tuple(found) for found in steps]

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that learn an object, each in the middle of its cell."""
        objects = torch.arange(len(target.boxes), device=target.boxes.device)
        numbered = DetectionTarget(target.boxes, objects)
        found, learned = [], []
        for scale, stride in enumerate(STRIDES):
            cells = [-(-side // STRIDES[0]) * STRIDES[0] // stride for side in size_hw]
            grid = target.boxes.new_zeros(1, ANCHORS_PER_SCALE, *cells, 0)
            (_, anchor, row, column), _, which = self._assign([numbered], scale, grid)
            middles = (torch.stack([column, row], dim=1) + 0.5) * stride  # (P, 2)
            halves = self.anchors[scale][anchor] / 2
            found.append(torch.cat([middles - halves, middles + halves], dim=1))
            learned.append(which)
        return Matches(torch.cat(found), torch.cat(learned))

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Complete IoU of the boxes, binary cross entropy of objectness and labels."""
        truths = detection_targets(targets)
        box_loss, object_loss, label_loss = [], [], []
        count = batch.new_zeros(())
        for scale, tensor in enumerate(self(batch)):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            boxes = self._boxes(grid, scale)  # (N, A, H, W, 4)
            where, truth_boxes, truth_labels = self._assign(truths, scale, grid)
            count = count + len(truth_labels)
            chosen = grid[where]  # (P, 5 + K)
            box_loss.append(complete_box_iou_loss(boxes[where], truth_boxes, reduction="sum"))
            hot = functional.one_hot(truth_labels, self.num_labels).float()
            label_loss.append(
                functional.binary_cross_entropy_with_logits(chosen[:, 5:], hot, reduction="sum")
            )
            object_loss.append(_objectness_loss(grid[..., 4], boxes.detach(), where, truths))
        count = count.clamp(min=1)
        return {
            "box": BOX_WEIGHT * torch.stack(box_loss).sum() / count,
            "object": torch.stack(object_loss).sum() / count,
            "label": torch.stack(label_loss).sum() / count,
        }

    def _grid(self, tensor: Tensor) -> Tensor:
        n, _, h, w = tensor.shape
        grid = tensor.view(n, ANCHORS_PER_SCALE, 5 + self.num_labels, h, w)
        return grid.permute(0, 1, 3, 4, 2)  # (N, A, H, W, 5 + K)

    def _boxes(self, grid: Tensor, scale: int) -> Tensor:
        """Offsets to xyxy in input pixels: centre by sigmoid in its cell, size by exp."""
        h, w = grid.shape[2:4]
        centers = (grid[..., :2].sigmoid() + cell_corners(h, w, grid.device)) * STRIDES[scale]
        sizes = grid[..., 2:4].clamp(max=6).exp() * self.anchors[scale][:, None, None]
        return torch.cat([centers - sizes / 2, centers + sizes / 2], dim=-1)  # (N, A, H, W, 4)

    def _assign(
        self, truths: Sequence[DetectionTarget], scale: int, grid: Tensor
    ) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        """Which anchors learn which box: indices (picture, anchor, row, column), boxes, labels."""
        pictures = torch.cat([torch.full_like(t.labels, i) for i, t in enumerate(truths)])  # (M,)
        boxes = torch.cat([t.boxes for t in truths])  # (M, 4)
        labels = torch.cat([t.labels for t in truths])
        sizes = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1)
        fits = self._fits(sizes)[:, scale]  # (M, A)
        box_index, anchor = fits.nonzero(as_tuple=True)
        centers = (boxes[box_index, :2] + boxes[box_index, 2:]) / (2 * STRIDES[scale])
        column = centers[:, 0].long().clamp(0, grid.shape[3] - 1)
        row = centers[:, 1].long().clamp(0, grid.shape[2] - 1)
        return (pictures[box_index], anchor, row, column), boxes[box_index], labels[box_index]

    def _fits(self, sizes: Tensor) -> Tensor:
        """Whether an anchor learns a box of this size: (M, 2) -> (M, scale, A) bool."""
        anchors = self.anchors.reshape(-1, 2)  # (6, 2)
        ratio = sizes[:, None] / anchors[None]  # (M, 6, 2)
        far = torch.maximum(ratio, 1 / ratio).amax(2)  # (M, 6)
        fits = far < MAX_SIZE_RATIO
        if len(sizes):
            fits[torch.arange(len(sizes), device=sizes.device), far.argmin(1)] = True
        return fits.view(-1, len(STRIDES), ANCHORS_PER_SCALE)


def _objectness_loss(
    logits: Tensor, boxes: Tensor, where: tuple[Tensor, ...], truths: Sequence[DetectionTarget]
) -> Tensor:
    """Binary cross entropy; an anchor not learning a box but lying well on one is left out."""
    learning = torch.zeros_like(logits)
    learning[where] = 1
    weight = torch.ones_like(logits)
    for picture, truth in enumerate(truths):
        if len(truth.boxes):
            overlap = box_iou(boxes[picture].reshape(-1, 4), truth.boxes).amax(1)
            weight[picture] = (overlap < IGNORE_IOU).view_as(weight[picture]).float()
    weight = torch.maximum(weight, learning)
    return functional.binary_cross_entropy_with_logits(logits, learning, weight, reduction="sum")


def fit_anchors(sizes_wh: NDArray[np.float32], generator: np.random.Generator) -> dict[str, Any]:
    """Six anchors by k-means over the training boxes (N, 2) in input pixels."""
    anchors = kmeans_anchors(sizes_wh, len(STRIDES) * ANCHORS_PER_SCALE, generator)
    return {"anchors": [[round(float(v), 1) for v in anchor] for anchor in anchors]}


@register(
    "yolo_v3_tiny",
    task=Task.DETECTION,
    input_hw=(416, 416),
    paper=PAPER,
    about=ABOUT,
    fit_options=fit_anchors,
    size_multiple=32,
)
def yolo_v3_tiny(
    num_labels: int, *, anchors: Sequence[Sequence[float]] = COCO_ANCHORS
) -> YoloV3Tiny:
    """YOLOv3-tiny: one-shot detection at two scales."""
    return YoloV3Tiny(num_labels, anchors=anchors)
