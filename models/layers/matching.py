"""Which reference boxes (anchors, default boxes, proposals) learn which object."""

from typing import Literal

import torch
from torch import Tensor
from torchvision.ops import box_iou

NOTHING = -1
BETWEEN = -2

Winners = Literal["none", "one", "ties"]
"""Which references learn an object below the threshold, too: none, one of its own, or all that
overlap it most."""


def match(
    references: Tensor, boxes: Tensor, *, above: float, below: float, winners: Winners
) -> Tensor:
    """References (R, 4), objects (M, 4) xyxy -> the index of the object each learns, (R,) int64.

    The object overlapped most counts, if by an IoU of at least `above`; NOTHING if by less than
    `below`, BETWEEN in the middle: left out of the loss. Winners learn in any case: "ties" for the
    RPN (Ren et al., 2015, section 3.1.2), "one" for default boxes (Liu et al., 2016, section 2.2),
    which lie in grids so regular that many overlap a small object equally, and by little.
    """
    if not len(boxes) or not len(references):
        return torch.full((len(references),), NOTHING, device=references.device)
    overlap = box_iou(references, boxes)  # (R, M)
    best, objects = overlap.max(dim=1)
    result = objects.clone()
    result[best < above] = BETWEEN
    result[best < below] = NOTHING
    if winners == "ties":
        highest = overlap.amax(dim=0)  # (M,)
        wins = (overlap >= highest - 1e-6) & (highest > 0)
        chosen = wins.any(dim=1)
        result[chosen] = torch.where(wins, overlap, -1.0)[chosen].argmax(dim=1)
    elif winners == "one":
        _give_each_one(result, overlap)
    return result


def _give_each_one(result: Tensor, overlap: Tensor) -> None:
    """Put each object into `result` (R,) once more, at the reference that overlaps it most (R, M)
    of those that no other object has taken so; the best overlapped object chooses first."""
    free = torch.ones_like(result, dtype=torch.bool)
    for index in overlap.amax(dim=0).argsort(descending=True):
        value, place = (overlap[:, index] * free).max(dim=0)
        is_met = value > 0
        result[place] = torch.where(is_met, index, result[place])
        free[place] &= ~is_met


def sample(matched: Tensor, *, count: int, positive_share: float) -> tuple[Tensor, Tensor]:
    """What each reference learns, (R,) int64 -> indices of those to learn from, at random.

    (P,) with an object, at most the share of `count`, and (Q,) with NOTHING to fill it up, both
    int64. Draws from torch's global generator.
    """
    positive = (matched >= 0).nonzero()[:, 0]
    negative = (matched == NOTHING).nonzero()[:, 0]
    positive = positive[torch.randperm(len(positive))[: int(count * positive_share)]]
    negative = negative[torch.randperm(len(negative))[: count - len(positive)]]
    return positive, negative
