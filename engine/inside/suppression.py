"""Suppression, told step by step: which candidate stays, and which one is removed by which.

What stays is what `engine.pipeline.decode` keeps, by the same functions; here it is explained.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.pipeline.decode import (
    MAX_DETECTIONS,
    at_hand,
    corners_in_frame,
    strong_candidates,
    suppress,
)
from engine.preprocess import Placement
from engine.regions import boxes as box_math
from engine.regions import rotated
from engine.thresholds import Thresholds
from models.contract import DetectionOutput

KEPT = -1
BEYOND = -2


@dataclass(frozen=True, eq=False)
class Trace:
    """The candidates in the order in which they are judged, the best first.

    Boxes (N, 4) float32 xyxy in frame pixels. `by` (N,) is the number of the kept candidate that
    removes each one, KEPT for those that stay, BEYOND for those that nothing removes but the limit
    on how many are shown. `overlaps` (N,) is the IoU with the remover, 0 where there is none.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    label_ids: NDArray[np.int64]
    by: NDArray[np.int64]
    overlaps: NDArray[np.float32]
    iou: float

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def kept(self) -> NDArray[np.int64]:
        """The numbers of the candidates that stay."""
        return np.flatnonzero(self.by == KEPT)


def trace(output: DetectionOutput, placement: Placement, thresholds: Thresholds) -> Trace:
    """How suppression goes for these candidates under these thresholds."""
    output = at_hand(output)
    index, boxes = strong_candidates(output, placement, thresholds.conf)
    scores = output.scores[index].float().numpy()
    label_ids = output.labels[index].numpy() + 1
    order = np.argsort(-scores, kind="stable")
    boxes, scores, label_ids = boxes[order], scores[order], label_ids[order]
    corners = corners_in_frame(output, index[order], placement)
    iou, limit = thresholds.iou, len(boxes)
    kept = suppress(boxes, scores, label_ids, iou=iou, limit=limit, corners=corners)
    kept = np.sort(kept)
    removed = np.setdiff1d(np.arange(len(boxes)), kept)
    if corners is None:
        table = box_math.iou(boxes[removed], boxes[kept])
    else:
        table = rotated.iou(corners[removed], corners[kept])
    by, overlaps = _explain(table, label_ids, removed, kept, iou)
    by[kept[MAX_DETECTIONS:]] = BEYOND
    return Trace(boxes, scores, label_ids, by, overlaps, iou)


def _explain(
    table: NDArray[np.float32],
    label_ids: NDArray[np.int64],
    removed: NDArray[np.int64],
    kept: NDArray[np.int64],
    limit: float,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each candidate (N,) the first kept one of its label that overlaps it too much, by the
    overlaps (R, K) of those removed with those kept."""
    by = np.full(len(label_ids), KEPT, np.int64)
    overlaps = np.zeros(len(label_ids), np.float32)
    if not table.size:
        return by, overlaps
    can = (label_ids[removed][:, None] == label_ids[kept]) & (kept < removed[:, None])
    table[~can] = -1
    # torchvision rounds otherwise: what it removes at just the limit goes by the largest overlap.
    is_enough = table > limit
    first = np.where(is_enough.any(axis=1), is_enough.argmax(axis=1), table.argmax(axis=1))
    by[removed], overlaps[removed] = kept[first], table[np.arange(len(removed)), first]
    return by, overlaps
