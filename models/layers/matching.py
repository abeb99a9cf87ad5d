"""Which reference boxes (anchors, default boxes, proposals) learn which object."""

import torch
from torch import Tensor
from torchvision.ops import box_iou

NOTHING = -1
BETWEEN = -2


def match(
    references: Tensor, boxes: Tensor, *, above: float, below: float, each_box_wins: bool
) -> Tensor:
    """References (R, 4), objects (M, 4) xyxy -> the index of the object each learns, (R,) int64.

    The object overlapped most counts, if by an IoU of at least `above`; NOTHING if by less than
    `below`, BETWEEN in the middle: left out of the loss. With `each_box_wins` the references that
    overlap an object most learn it in any case (Ren et al., Faster R-CNN, 2015, section 3.1.2).
    """
    if not len(boxes) or not len(references):
        return torch.full((len(references),), NOTHING, device=references.device)
    overlap = box_iou(references, boxes)  # (R, M)
    best, objects = overlap.max(dim=1)
    result = objects.clone()
    result[best < above] = BETWEEN
    result[best < below] = NOTHING
    if each_box_wins:
        highest = overlap.amax(dim=0)  # (M,)
        wins = (overlap >= highest - 1e-6) & (highest > 0)
        chosen = wins.any(dim=1)
        result[chosen] = torch.where(wins, overlap, -1.0)[chosen].argmax(dim=1)
    return result


def sample(matched: Tensor, *, count: int, positive_share: float) -> tuple[Tensor, Tensor]:
    """Indices of references to learn from, at random: those with an object, at most the share of
    `count`, and those with NOTHING to fill it up. Draws from torch's global generator."""
    positive = (matched >= 0).nonzero()[:, 0]
    negative = (matched == NOTHING).nonzero()[:, 0]
    positive = positive[torch.randperm(len(positive))[: int(count * positive_share)]]
    negative = negative[torch.randperm(len(negative))[: count - len(positive)]]
    return positive, negative
