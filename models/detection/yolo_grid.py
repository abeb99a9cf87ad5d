"""What YOLO's versions 2 to 4 share: grids whose cells answer by anchors, and how they learn.

Redmon, Farhadi: "YOLO9000", CVPR 2017 (anchors, boxes placed within their cell) and "YOLOv3", 2018
(several grids). They learn as their papers say (`yolo_paper`) with the option `assignment` "paper".
By default three things are newer: the box loss is the complete IoU (Zheng et al. 2020), every
anchor within a factor of four of a box's size learns it, not the best one alone (as in YOLOv5), and
sums are divided by the number of learning anchors with the box weighing five (Ge et al., YOLOX,
2021).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torchvision.ops import box_iou, complete_box_iou_loss

from models.about import Text
from models.contract import DetectionTarget, Output, RawTensors, Target
from models.detection.yolo_paper import (
    Learned,
    PaperRule,
    box_loss,
    fits_shape,
    objectness_loss,
)
from models.detector import (
    Detector,
    DetectorStep,
    Matches,
    candidates,
    detection_targets,
    step_of_grid,
)
from models.layers.anchors import cell_corners, kmeans_anchors

MAX_SIZE_RATIO = 4.0
IGNORE_IOU = 0.5
BOX_WEIGHT = 5.0
PRIOR = 0.01
MAX_LOG_SIZE = 6.0

Anchors = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Grids:
    """A detector's grids, in the order in which it gives them.

    `strides` are their cells' sides in pixels; each has `anchors` anchors. `one_label`: labels
    exclude each other (softmax), else each is a question of its own. `reach` is how far, in cells,
    a centre can move: 1 leaves the borders out of reach (Bochkovskiy et al., YOLOv4, 2020).
    """

    strides: tuple[int, ...]
    anchors: int = 3
    one_label: bool = False
    reach: tuple[float, ...] = (1.0, 1.0, 1.0)


class GridDetector(Detector):
    """A detector whose raw tensors are grids (N, A(5+K), H/stride, W/stride).

    `anchors` are (width, height) in input pixels, smallest first; the finest grid has the smallest.
    Any input size works: `pad` fills it up to a multiple of the coarsest stride. It learns by
    `rule`, if it has one.
    """

    anchors: Tensor
    rule: PaperRule | None = None

    def __init__(self, num_labels: int, grids: Grids, anchors: Anchors) -> None:
        wanted = len(grids.strides) * grids.anchors
        if len(anchors) != wanted:
            raise ValueError(f"This model has {wanted} anchors, not {len(anchors)}.")
        if not all(0 < side < math.inf for anchor in anchors for side in anchor):
            raise ValueError(f"Anchors have a width and a height above 0, not {anchors}.")
        if len(grids.reach) < len(grids.strides) or not all(each > 0 for each in grids.reach):
            raise ValueError(f"Each grid has a reach above 0, not {grids.reach}.")
        super().__init__()
        self.num_labels = num_labels
        self.grids = grids
        table = torch.tensor([list(a) for a in anchors], dtype=torch.float32)
        table = table.reshape(-1, grids.anchors, 2)
        if grids.strides[0] > grids.strides[-1]:
            table = table.flip(0)
        self.register_buffer("anchors", table, persistent=False)  # (scale, A, 2)

    def answer(self, channels: int) -> nn.Conv2d:
        """The convolution that a head ends in."""
        return nn.Conv2d(channels, self.grids.anchors * (5 + self.num_labels), 1)

    def start_rare(self, conv: nn.Module, *, labels: bool = False) -> None:
        """Start with objects rare, so that the first steps do not drown in empty cells; the labels
        too, if wanted, though only learning anchors are asked for theirs."""
        assert isinstance(conv, nn.Conv2d)
        assert conv.bias is not None
        with torch.no_grad():
            bias = conv.bias.view(self.grids.anchors, -1)  # (A, 5 + K)
            bias[:, 4] = math.log(PRIOR / (1 - PRIOR))
            bias[:, 5:] = bias[:, 4:5] if labels else 0

    def pad(self, batch: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 3, h, w) with zeros on the right and at the bottom, as the coarsest
        stride needs it."""
        height, width = batch.shape[-2:]
        coarse = max(self.grids.strides)
        return functional.pad(batch, (0, -width % coarse, 0, -height % coarse))

    def outputs(self, raw: RawTensors) -> list[Output]:
        """Every anchor with each label that scores above 0.001."""
        boxes, scores = [], []
        for scale, tensor in enumerate(raw):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            boxes.append(self._boxes(grid, scale).flatten(1, 3))
            scores.append((grid[..., 4:5].sigmoid() * self._chances(grid)).flatten(1, 3))
        return [
            candidates(b, s) for b, s in zip(torch.cat(boxes, 1), torch.cat(scores, 1), strict=True)
        ]

    def steps(self, raw: RawTensors) -> list[tuple[DetectorStep, ...]]:
        """Per picture, every box of each grid."""
        steps: list[list[DetectorStep]] = [[] for _ in range(len(raw[0]))]
        for scale, tensor in enumerate(raw):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            text = _step_text(self.grids.strides[scale])
            parts = (self._boxes(grid, scale), grid[..., 4].sigmoid(), self._chances(grid))
            for found, boxes, sure, chances in zip(steps, *parts, strict=True):
                found.append(step_of_grid(text, boxes, sure, chances))
        return [tuple(found) for found in steps]

    def matches(self, size_hw: tuple[int, int], target: DetectionTarget) -> Matches:
        """The anchors that learn an object, each in the middle of its cell."""
        objects = torch.arange(len(target.boxes), device=target.boxes.device)
        numbered = DetectionTarget(target.boxes, objects)
        found, learned = [], []
        coarse = max(self.grids.strides)
        for scale, stride in enumerate(self.grids.strides):
            cells = [-(-side // coarse) * coarse // stride for side in size_hw]
            grid = target.boxes.new_zeros(1, self.grids.anchors, *cells, 0)
            (_, anchor, row, column), _, which = self._assign([numbered], scale, grid)
            middles = (torch.stack([column, row], dim=1) + 0.5) * stride  # (P, 2)
            halves = self.anchors[scale][anchor] / 2
            found.append(torch.cat([middles - halves, middles + halves], dim=1))
            learned.append(which)
        return Matches(torch.cat(found), torch.cat(learned))

    def losses(self, batch: Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Of boxes, objectness and labels: complete IoU and cross entropies, or the paper's."""
        truths = detection_targets(targets)
        if self.rule is not None:
            return self._paper_losses(batch, truths, self.rule)
        box_loss, object_loss, label_loss = [], [], []
        count = batch.new_zeros(())
        for scale, tensor in enumerate(self(batch)):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            boxes = self._boxes(grid, scale)  # (N, A, H, W, 4)
            where, truth_boxes, truth_labels = self._assign(truths, scale, grid)
            count = count + len(truth_labels)
            chosen = grid[where]  # (P, 5 + K)
            box_loss.append(complete_box_iou_loss(boxes[where], truth_boxes, reduction="sum"))
            label_loss.append(self._label_loss(chosen[:, 5:], truth_labels))
            object_loss.append(_objectness_loss(grid[..., 4], boxes.detach(), where, truths))
        count = count.clamp(min=1)
        return {
            "box": BOX_WEIGHT * torch.stack(box_loss).sum() / count,
            "object": torch.stack(object_loss).sum() / count,
            "label": torch.stack(label_loss).sum() / count,
        }

    def _paper_losses(
        self, batch: Tensor, truths: Sequence[DetectionTarget], rule: PaperRule
    ) -> dict[str, Tensor]:
        size_hw = (batch.shape[2], batch.shape[3])
        known = [truth.boxes for truth in truths]
        found: dict[str, list[Tensor]] = {"box": [], "object": [], "label": []}
        for scale, tensor in enumerate(self(batch)):
            grid = self._grid(tensor.float())  # (N, A, H, W, 5 + K)
            boxes = self._boxes(grid, scale)  # (N, A, H, W, 4)
            where, truth_boxes, labels = self._assign(truths, scale, grid)
            sizes = self.anchors[scale][where[1]]
            learned = Learned(where, truth_boxes, sizes, self.grids.strides[scale])
            chosen = grid[where]  # (P, 5 + K)
            found["box"].append(box_loss(chosen[:, :4], boxes[where], learned, size_hw, rule))
            logits = grid[..., 4]
            found["object"].append(objectness_loss(logits, boxes.detach(), learned, known, rule))
            found["label"].append(rule.label * self._label_loss(chosen[:, 5:], labels))
        return {name: torch.stack(each).sum() / len(batch) for name, each in found.items()}

    def _grid(self, tensor: Tensor) -> Tensor:
        n, _, h, w = tensor.shape
        grid = tensor.view(n, self.grids.anchors, 5 + self.num_labels, h, w)
        return grid.permute(0, 1, 3, 4, 2)  # (N, A, H, W, 5 + K)

    def _chances(self, grid: Tensor) -> Tensor:
        """What each label's probability is, should there be an object."""
        logits = grid[..., 5:]
        return logits.softmax(-1) if self.grids.one_label else logits.sigmoid()

    def _boxes(self, grid: Tensor, scale: int) -> Tensor:
        """Offsets to xyxy in input pixels: centre by sigmoid in its cell, size by exp."""
        h, w = grid.shape[2:4]
        reach = self.grids.reach[scale]
        inside = grid[..., :2].sigmoid() * reach - (reach - 1) / 2
        centers = (inside + cell_corners(h, w, grid.device)) * self.grids.strides[scale]
        sizes = grid[..., 2:4].clamp(max=MAX_LOG_SIZE).exp() * self.anchors[scale][:, None, None]
        return torch.cat([centers - sizes / 2, centers + sizes / 2], dim=-1)  # (N, A, H, W, 4)

    def _label_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Logits (P, K) against label indices (P,): a sum."""
        if self.grids.one_label:
            return functional.cross_entropy(logits, labels, reduction="sum")
        hot = functional.one_hot(labels, self.num_labels).float()
        return functional.binary_cross_entropy_with_logits(logits, hot, reduction="sum")

    def _assign(
        self, truths: Sequence[DetectionTarget], scale: int, grid: Tensor
    ) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
        """Which anchors learn which box: indices (picture, anchor, row, column), boxes, labels."""
        stride = self.grids.strides[scale]
        pictures = torch.cat([torch.full_like(t.labels, i) for i, t in enumerate(truths)])  # (M,)
        boxes = torch.cat([t.boxes for t in truths])  # (M, 4)
        labels = torch.cat([t.labels for t in truths])
        sizes = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1)
        fits = self._fits(sizes)[:, scale]  # (M, A)
        box_index, anchor = fits.nonzero(as_tuple=True)
        centers = (boxes[box_index, :2] + boxes[box_index, 2:]) / (2 * stride)
        column = centers[:, 0].long().clamp(0, grid.shape[3] - 1)
        row = centers[:, 1].long().clamp(0, grid.shape[2] - 1)
        return (pictures[box_index], anchor, row, column), boxes[box_index], labels[box_index]

    def _fits(self, sizes: Tensor) -> Tensor:
        """Whether an anchor learns a box of this size: (M, 2) -> (M, scale, A) bool."""
        anchors = self.anchors.reshape(-1, 2)  # (scale * A, 2)
        shape = (-1, len(self.grids.strides), self.grids.anchors)
        if self.rule is not None:
            return fits_shape(sizes, anchors, self.rule).view(shape)
        ratio = sizes[:, None] / anchors[None]  # (M, scale * A, 2)
        far = torch.maximum(ratio, 1 / ratio).amax(2)  # (M, scale * A)
        fits = far < MAX_SIZE_RATIO
        if len(sizes):
            fits[torch.arange(len(sizes), device=sizes.device), far.argmin(1)] = True
        return fits.view(shape)


def _step_text(stride: int) -> Text:
    return Text(f"Boxes of the {stride}-pixel cells", f"{stride}픽셀 칸의 상자")


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


def anchor_fitter(
    count: int,
) -> Callable[[NDArray[np.float32], np.random.Generator], dict[str, Any]]:
    """A `fit_options` that finds so many anchors by k-means over the training boxes (N, 2)."""

    def fit(sizes_wh: NDArray[np.float32], generator: np.random.Generator) -> dict[str, Any]:
        anchors = kmeans_anchors(sizes_wh, count, generator)
        return {"anchors": [[round(float(v), 1) for v in anchor] for anchor in anchors]}

    return fit
