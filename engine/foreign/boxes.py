"""Boxes from the outputs of foreign detectors. The layouts are those that their authors export."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.foreign.grids import cells, sides_of
from engine.foreign.head import LAST, NO_BACKGROUND, Head
from models.contract import DetectionOutput, Output
from models.detector import MIN_SCORE, candidates

SIDES = 4
DISTANCE_BINS = 8
"""NanoDet says how far each side is by so many scores."""
_SHARES = 0.6, 0.4
"""How FastestDet weighs its confidence and its label's."""

Size = tuple[int, int]


def with_objectness(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """YOLO v3 to v7: rows (N, M, 5 + K) of box, confidence, label scores."""
    return per_picture(*judged_with_objectness(rows_of(parts[0], head), head, size_hw))


def anchor_free(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """YOLO v8, v9 and v11: rows of box and label scores, as a rule turned: (N, 4 + K, M).

    What follows the labels is left out.
    """
    return per_picture(*judged_without(rows_of(parts[0], head), head, size_hw))


def finished_rows(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """YOLO v10 and others that suppress by themselves: rows (N, M, 6) of corners, score, label."""
    table = rows_of(parts[0], head)
    boxes = corners_of(table[..., :SIDES], head, size_hw)
    return [listed(box, row[:, 4], row[:, 5], head) for box, row in zip(boxes, table, strict=True)]


def grid_offsets(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """YOLOX without its decoding: rows (N, M, 5 + K) of centres in cells from each cell's corner
    and logarithms of sides in cells."""
    table = rows_of(parts[0], head)
    cell = cells(size_hw, head.strides)  # (M, 3)
    centers = (table[..., :2] + cell[:, :2]) * cell[:, 2:]
    sides = table[..., 2:SIDES].clamp(max=20).exp() * cell[:, 2:]
    scores = activated(table[..., SIDES:], head)
    return per_picture(
        _from_center(torch.cat([centers, sides], dim=-1)),
        scores[..., :1] * scores[..., 1 : 1 + head.num_labels],
    )


def distance_bins(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """NanoDet: rows (N, M, K + 32) of label scores, then how far each side of the box is from the
    cell, as scores of 0 to 7 strides."""
    table = rows_of(parts[0], head)
    cell = cells(size_hw, head.strides)  # (M, 3)
    sides = table[..., head.num_labels :]
    bins = sides.reshape(*sides.shape[:2], SIDES, -1).softmax(dim=-1)  # (N, M, 4, B)
    steps = torch.arange(bins.shape[-1], dtype=bins.dtype)
    far = (bins * steps).sum(dim=-1) * cell[:, 2:]  # (N, M, 4)
    # The first NanoDet measures from a cell's middle, NanoDet-Plus, of four grids, from its corner.
    middle = 0.5 if len(head.strides) == 3 else 0.0
    x, y = ((cell[:, axis] + middle) * cell[:, 2] for axis in (0, 1))
    left, top, right, bottom = far.unbind(-1)
    boxes = torch.stack([x - left, y - top, x + right, y + bottom], dim=-1)  # (N, M, 4)
    return per_picture(boxes, activated(table[..., : head.num_labels], head))


def one_grid(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """FastestDet: one grid (N, 5 + K, h, w) of confidence, centre, sides and label scores."""
    grid = parts[0].float()
    height, width = grid.shape[2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    centers_x, centers_y = (grid[:, 1].tanh() + x) / width, (grid[:, 2].tanh() + y) / height
    sides = grid[:, 3:5].sigmoid()
    boxes = torch.stack([centers_x, centers_y, sides[:, 0], sides[:, 1]], dim=-1).flatten(1, 2)
    sure = grid[:, :1] ** _SHARES[0] * grid[:, 5 : 5 + head.num_labels] ** _SHARES[1]
    scores = sure.flatten(2).transpose(1, 2)  # (N, h * w, K)
    return per_picture(_from_center(boxes * _scale(size_hw)), scores)


def boxes_and_scores(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """DETR and SSD: boxes (N, M, 4), and scores (N, M, K) of labels and perhaps of no object."""
    boxes, scores = corners_of(parts[0].float(), head, size_hw), activated(parts[1], head)
    if head.background != NO_BACKGROUND:
        which = scores.shape[-1] - 1 if head.background == LAST else head.background
        scores = torch.cat([scores[..., :which], scores[..., which + 1 :]], dim=-1)
    return per_picture(boxes, scores[..., : head.num_labels])


def lists(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """torchvision's detectors and many that suppress by themselves: boxes (N, M, 4), scores
    (N, M), label numbers (N, M)."""
    boxes = corners_of(parts[0].float(), head, size_hw)
    return [
        listed(box, score, label, head)
        for box, score, label in zip(boxes, parts[1].float(), parts[2].float(), strict=True)
    ]


DECODERS: dict[str, Callable[[Sequence[Tensor], Head, Size], list[Output]]] = {
    "yolo_v5": with_objectness,
    "yolo_v8": anchor_free,
    "yolo_v10": finished_rows,
    "yolox": grid_offsets,
    "nanodet": distance_bins,
    "fastestdet": one_grid,
    "detr": boxes_and_scores,
    "ssd": boxes_and_scores,
    "lists": lists,
}
"""By the layout's name."""


def judged_with_objectness(table: Tensor, head: Head, size_hw: Size) -> tuple[Tensor, Tensor]:
    """Rows (N, M, 5 + K) -> boxes (N, M, 4) and label scores (N, M, K)."""
    scores = activated(table[..., SIDES : SIDES + 1 + head.num_labels], head)
    return corners_of(table[..., :SIDES], head, size_hw), scores[..., :1] * scores[..., 1:]


def judged_without(table: Tensor, head: Head, size_hw: Size) -> tuple[Tensor, Tensor]:
    """Rows (N, M, 4 + K) -> boxes (N, M, 4) and label scores (N, M, K)."""
    scores = activated(table[..., SIDES : SIDES + head.num_labels], head)
    return corners_of(table[..., :SIDES], head, size_hw), scores


def rows_of(table: Tensor, head: Head) -> Tensor:
    """A table (N, M, C), turned where its rows are columns."""
    return (table.transpose(1, 2) if head.is_turned else table).float()


def corners_of(boxes: Tensor, head: Head, size_hw: Size) -> Tensor:
    """Boxes (N, M, 4) as the head has them -> xyxy in pixels of the input."""
    if head.corners == "yxyx":
        boxes = boxes[..., [1, 0, 3, 2]]
    if head.units == "fraction":
        boxes = boxes * _scale(size_hw)
    return _from_center(boxes) if head.corners == "cxcywh" else boxes


def grid_side(size_hw: Size, shape_hw: Size) -> int:
    """The stride of a grid of this many rows and columns; 0 if it is none."""
    return next((s for s in (8, 16, 32) if sides_of(size_hw, s) == shape_hw), 0)


def _scale(size_hw: Size) -> Tensor:
    return torch.tensor([size_hw[1], size_hw[0]] * 2, dtype=torch.float32)


def _from_center(boxes: Tensor) -> Tensor:
    """(..., 4) of centre and sides -> xyxy."""
    centers, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat([centers - half, centers + half], dim=-1)


def activated(scores: Tensor, head: Head) -> Tensor:
    """Scores as probabilities."""
    scores = scores.float()
    if head.scores == "sigmoid":
        return scores.sigmoid()
    return scores.softmax(dim=-1) if head.scores == "softmax" else scores


def per_picture(boxes: Tensor, scores: Tensor) -> list[Output]:
    """Boxes (N, M, 4) and scores (N, M, K) -> one Output a picture."""
    return [candidates(box, score) for box, score in zip(boxes, scores, strict=True)]


def listed(boxes: Tensor, scores: Tensor, labels: Tensor, head: Head) -> DetectionOutput:
    """Boxes (M, 4) with one score and one label's number each; rows of other numbers are none."""
    labels = labels.round().long()
    if head.background != NO_BACKGROUND:
        labels = labels - 1  # Only where 0 is the background.
    good = (scores > MIN_SCORE) & (labels >= 0) & (labels < head.num_labels)
    return DetectionOutput(boxes[good], scores[good], labels[good])
