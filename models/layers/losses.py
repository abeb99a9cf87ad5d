"""Losses that several models share."""

from torch import Tensor
from torch.nn import functional

IGNORE = 255


def dice_loss(logits: Tensor, ids: Tensor) -> Tensor:
    """One minus the soft Dice score, meaned over the labels that occur in the batch.

    Logits (N, K, H, W), ids (N, H, W) int64 with 255 ignored -> scalar in 0..1. The batch is scored
    as one picture, so a label missing from one of its pictures does no harm.
    Milletari et al., V-Net, 2016.
    """
    num_labels = logits.shape[1]
    valid = (ids != IGNORE).unsqueeze(1)  # (N, 1, H, W)
    scores = logits.float().softmax(1) * valid
    truth = functional.one_hot(ids.clamp(max=num_labels - 1), num_labels)  # (N, H, W, K)
    truth = truth.permute(0, 3, 1, 2) * valid  # (N, K, H, W)
    overlap = (scores * truth).sum((0, 2, 3))
    total = scores.sum((0, 2, 3)) + truth.sum((0, 2, 3))
    present = truth.sum((0, 2, 3)) > 0
    if not present.any():
        return logits.sum() * 0
    dice: Tensor = (2 * overlap + 1) / (total + 1)
    return 1 - dice[present].mean()


def cross_entropy(logits: Tensor, ids: Tensor) -> Tensor:
    """Mean cross entropy over the pixels that are not ignored; 0 when all are."""
    count = (ids != IGNORE).sum().clamp(min=1)
    total = functional.cross_entropy(logits.float(), ids, ignore_index=IGNORE, reduction="sum")
    return total / count
