"""Guesses of networks that find more than boxes: masks, rotated boxes, and the points of poses."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.foreign.head import MOST_LABELS, Head, Scores
from engine.foreign.seen import Guess, Outputs, are_chances, are_whole, nudged

MASKED = {"yolo_v5": "yolo_v5_seg", "yolo_v8": "yolo_v8_seg", "yolo_v10": "yolo_v10_seg"}
"""What a head is called whose rows end in shares of masks."""
MOST_FINISHED = 1000
"""Boxes that are left of a picture after suppression, at most."""


def with_masks(guess: Guess) -> Guess:
    """The guess of what comes before the shares, as one of both."""
    head = replace(guess.head, layout=MASKED[guess.head.layout])
    return Guess(head, guess.confidence, f"{guess.why}, shares of masks")


def guess_rotated(table: NDArray[Any], outputs: Outputs, is_turned: bool) -> list[Guess]:
    """Boxes as centre and sides, and at the end an angle in radians (M, C)."""
    angle = table[:, -1]
    if np.abs(angle).max(initial=0) > math.pi:
        return []
    is_named = outputs.purpose == "obb"
    if _are_finished(table) and not is_turned:
        labels = max(outputs.known, int(table[:, 5].max(initial=0)) + 1)
        why = ": a rotated box, a score, a label's number"
        found = [(Head("yolo_v10_obb", labels), 0.97, why)] if labels <= MOST_LABELS else []
    else:
        found = _rotated(table, outputs, is_turned)
    return [Guess(head, 0.98 if is_named else sure, why) for head, sure, why in found]


def _are_finished(table: NDArray[Any]) -> bool:
    """Whether these are seven numbers, the fifth a score and the sixth the number of a label."""
    if table.shape[1] != 7 or len(table) > MOST_FINISHED:
        return False
    return are_chances(table[:, 4]) and are_whole(table[:, 5])


def _rotated(
    table: NDArray[Any], outputs: Outputs, is_turned: bool
) -> list[tuple[Head, float, str]]:
    labels, scores = table.shape[1] - 5, table[:, 4:-1]
    if not 1 <= labels <= MOST_LABELS:
        return []
    is_done = are_chances(scores)
    kind: Scores = "as_is" if is_done else "sigmoid"
    # What is more than a probability or less is an angle; else it may be one more label's.
    sure = 0.9 if is_done and not are_chances(table[:, -1]) else 0.2
    sure = nudged(sure - (0 if is_turned else 0.3), outputs.known, labels)
    return [(Head("yolo_v8_obb", labels, scores=kind), sure, f": a rotated box, {labels} labels")]


def has_keypoints(outputs: Outputs) -> bool:
    """Whether rows have points of a pose: x, y and how sure each is, after box, score and perhaps
    a label."""
    if outputs.purpose == "pose":
        return True
    tables = [outputs.seen[i].array[0] for i in outputs.of(3) if outputs.seen[i].shape[0] == 1]
    return outputs.prototypes is None and any(
        _are_points(table[:, lead:])
        for each in tables[:1]
        for table in (each, each.T)
        for lead in (5, 6)
        if table.shape[1] > lead and are_chances(table[:, 4])
    )


def _are_points(rest: NDArray[Any]) -> bool:
    """Whether numbers (M, C) are threes of a place in pixels and a probability."""
    if not rest.size or rest.shape[1] % 3:
        return False
    points = rest.reshape(len(rest), -1, 3)
    return are_chances(points[..., 2]) and bool((np.abs(points[..., :2]) > 1.5).mean() > 0.5)
