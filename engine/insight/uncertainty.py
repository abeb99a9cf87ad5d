"""How unsure a model is, as numbers from 0 (sure) to 1: what to label next (active learning).

Shares are what a model gives each label, adding up to 1 along the first axis: (K,) of a picture or
(K, H, W) of its pixels. Scores (N,) are of the objects that it found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.regions.boxes import iou

Floats = NDArray[np.floating[Any]]
SAME = 0.5
"""Two boxes overlapping by this much may be the same object."""


class Measure(StrEnum):
    """What counts as unsure.

    Entropy: many labels are possible. Margin: the best two are close. Disagreement: of a picture
    and its mirror image the model says different things.
    """

    ENTROPY = "entropy"
    MARGIN = "margin"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True, eq=False)
class Found:
    """The objects found on a picture: boxes (N, 4) xyxy, scores (N,) and label indices (N,)."""

    boxes: Floats
    scores: Floats
    labels: NDArray[np.integer[Any]]

    def mirrored(self, width: float) -> "Found":
        """The same on the mirror image of a picture of this width."""
        x1, y1, x2, y2 = self.boxes.T
        return Found(np.stack([width - x2, y1, width - x1, y2], 1), self.scores, self.labels)


def entropy(shares: Floats) -> float:
    """The mean entropy of shares (K, ...), 1 where all labels are alike."""
    count = shares.shape[0]
    if count < 2 or not shares.size:
        return 0.0
    known = np.clip(shares, np.finfo(np.float32).tiny, 1)
    return _limited(-(shares * np.log(known)).sum(0).mean() / np.log(count))


def margin(shares: Floats) -> float:
    """One minus the lead of the best label over the next, meaned over shares (K, ...)."""
    if shares.shape[0] < 2 or not shares.size:
        return 0.0
    second, best = np.partition(shares, -2, axis=0)[-2:]
    return _limited(1 - (best - second).mean())


def disagreement(first: Floats, second: Floats) -> float:
    """The mean share (K, ...) that went to another label, between two answers."""
    if not first.size:
        return 0.0
    return _limited(np.abs(first - second).sum(0).mean() / 2)


def entropy_of_scores(scores: Floats) -> float:
    """The mean entropy of being an object or none, over scores (N,); 0 without any."""
    return entropy(np.stack([scores, 1 - scores])) if len(scores) else 0.0


def margin_of_scores(scores: Floats) -> float:
    """How near scores (N,) are to one half, meaned; 0 without any."""
    return margin(np.stack([scores, 1 - scores])) if len(scores) else 0.0


def disagreement_of_objects(first: Found, second: Found) -> float:
    """The share of the scores that has no counterpart in the other answer.

    Objects of one label are paired by overlap, the best score first; a pair agrees as far as its
    boxes overlap and by its lower score. 0 where neither found anything.
    """
    total = float(first.scores.sum() + second.scores.sum())
    if total <= 0:
        return 0.0
    overlaps = iou(first.boxes, second.boxes)
    overlaps[first.labels[:, None] != second.labels[None]] = 0
    agreed = 0.0
    for index in np.argsort(-first.scores, kind="stable"):
        if not overlaps.shape[1]:
            break
        other = int(overlaps[index].argmax())
        overlap = float(overlaps[index, other])
        if overlap >= SAME:
            agreed += overlap * float(min(first.scores[index], second.scores[other]))
            overlaps[:, other] = 0
    return _limited(1 - 2 * agreed / total)


def least_sure_first(doubts: Sequence[float | None], is_open: Sequence[bool]) -> tuple[int, ...]:
    """The order of pictures: of the open ones the least sure first, then those not judged yet, then
    those that are labelled already. What is alike keeps its order."""

    def place(index: int) -> tuple[int, float]:
        doubt = doubts[index]
        if not is_open[index]:
            return 2, 0.0
        return (1, 0.0) if doubt is None else (0, -doubt)

    return tuple(sorted(range(len(doubts)), key=place))


def _limited(value: Any) -> float:
    return float(min(max(value, 0.0), 1.0))
