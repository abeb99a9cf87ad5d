"""Masks and boxes that lie at an angle, from the outputs of foreign networks."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from engine.foreign.boxes import (
    SIDES,
    activated,
    corners_of,
    judged_with_objectness,
    judged_without,
    listed,
    rows_of,
)
from engine.foreign.head import Head
from models.contract import DetectionOutput, Output, SharedMasks
from models.detector import candidates

SCORE_AND_LABEL = 2
"""The numbers of a box that was suppressed already, beside its sides."""

Size = tuple[int, int]
Judge = Callable[[Tensor, Head, Size], tuple[Tensor, Tensor]]


def masked_rows(
    parts: Sequence[Tensor], head: Head, size_hw: Size, *, judge: Judge, others: int
) -> list[Output]:
    """YOLO's with masks: rows that end in shares of the prototypes (N, P, h, w).

    `judge` takes what comes before: a box, `others` numbers and label scores.
    """
    table, maps = rows_of(parts[0], head), parts[1].float()
    first = _checked(table, others + head.num_labels, maps.shape[1])
    boxes, scores = judge(table[..., :first], head, size_hw)
    rows = torch.cat([boxes, table[..., first:]], dim=-1)  # (N, M, 4 + P)
    return [
        _masked(candidates(row, score), each)
        for row, score, each in zip(rows, scores, maps, strict=True)
    ]


def finished_masks(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """Those that suppress by themselves: rows (N, M, 6 + P) of corners, score, label and shares of
    the prototypes (N, P, h, w)."""
    table, maps = rows_of(parts[0], head), parts[1].float()
    first = _checked(table, SCORE_AND_LABEL, maps.shape[1])
    boxes = corners_of(table[..., :SIDES], head, size_hw)
    rows = torch.cat([boxes, table[..., first:]], dim=-1)  # (N, M, 4 + P)
    return [
        _masked(listed(row, done[:, 4], done[:, 5], head), each)
        for row, done, each in zip(rows, table, maps, strict=True)
    ]


def rotated_rows(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """YOLO's of rotated boxes: rows (N, M, 4 + K + 1) of box, label scores and angle."""
    table = rows_of(parts[0], head)
    angle = _checked(table, head.num_labels, 1)
    scores = activated(table[..., SIDES:angle], head)
    rows = _corners(table, angle)
    return [_outlined(candidates(row, score)) for row, score in zip(rows, scores, strict=True)]


def finished_rotated(parts: Sequence[Tensor], head: Head, size_hw: Size) -> list[Output]:
    """Those that suppress by themselves: rows (N, M, 7) of box, score, label and angle."""
    table = rows_of(parts[0], head)
    rows = _corners(table, _checked(table, SCORE_AND_LABEL, 1))
    return [
        _outlined(listed(row, done[:, 4], done[:, 5], head))
        for row, done in zip(rows, table, strict=True)
    ]


DECODERS: dict[str, Callable[[Sequence[Tensor], Head, Size], list[Output]]] = {
    "yolo_v5_seg": partial(masked_rows, judge=judged_with_objectness, others=1),
    "yolo_v8_seg": partial(masked_rows, judge=judged_without, others=0),
    "yolo_v10_seg": finished_masks,
    "yolo_v8_obb": rotated_rows,
    "yolo_v10_obb": finished_rotated,
}
"""By the layout's name."""


def _checked(table: Tensor, middle: int, more: int) -> int:
    """The column where the last `more` begin, after a box and as many as `middle`. ValueError where
    a table (N, M, C) has others."""
    if table.shape[-1] != SIDES + middle + more:
        raise ValueError(f"A row has {table.shape[-1]} numbers.")
    return SIDES + middle


def _masked(found: DetectionOutput, maps: Tensor) -> DetectionOutput:
    """Candidates whose boxes (N, 4 + P) carry the shares of their masks."""
    boxes, shares = found.boxes[:, :SIDES], found.boxes[:, SIDES:]
    return DetectionOutput(boxes, found.scores, found.labels, shared=SharedMasks(maps, shares))


def _outlined(found: DetectionOutput) -> DetectionOutput:
    """Candidates whose boxes (N, 8) are four corners; some that reach nowhere are left out."""
    found = found.of(found.boxes.isfinite().all(dim=1))
    corners = found.boxes.reshape(-1, 4, 2)
    around = torch.cat([corners.amin(dim=1), corners.amax(dim=1)], dim=1)  # (N, 4)
    return DetectionOutput(around, found.scores, found.labels, corners=corners)


def _corners(table: Tensor, angle: int) -> Tensor:
    """Rows (N, M, C) of centre and sides, in pixels of the input, and in one column an angle in
    radians, from x to y -> corners (N, M, 8)."""
    center, width, height = table[..., :2], table[..., 2:3], table[..., 3:SIDES]
    cos, sin = table[..., angle : angle + 1].cos(), table[..., angle : angle + 1].sin()
    along = torch.cat([cos, sin], dim=-1) * width / 2  # (N, M, 2)
    across = torch.cat([-sin, cos], dim=-1) * height / 2
    found = center - along - across, center + along - across
    return torch.cat([*found, center + along + across, center - along + across], dim=-1)
