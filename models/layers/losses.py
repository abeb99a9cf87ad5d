"""Losses that several models share."""

from dataclasses import dataclass

import torch
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


def cross_entropy(
    logits: Tensor,
    ids: Tensor,
    label_weights: Tensor | None = None,
    pixel_weights: Tensor | None = None,
) -> Tensor:
    """Logits (N, K, H, W), ids (N, H, W) -> mean cross entropy over the pixels that are not
    ignored; 0 when all are.

    With `label_weights` (K,) the mean is weighted by each pixel's label, with `pixel_weights`
    (N, H, W) by each pixel's own weight.
    """
    per_pixel = functional.cross_entropy(
        logits.float(), ids, label_weights, ignore_index=IGNORE, reduction="none"
    )  # (N, H, W)
    if pixel_weights is None:
        return per_pixel.sum() / _weight_sum(ids, label_weights)
    return (per_pixel * pixel_weights).sum() / _weight_sum(ids, label_weights, pixel_weights)


def focal_loss(
    logits: Tensor, ids: Tensor, gamma: float = 2.0, label_weights: Tensor | None = None
) -> Tensor:
    """Logits (N, K, H, W), ids (N, H, W) -> mean cross entropy in which a pixel counts the less,
    the surer it already is: (1 - p)^gamma. `label_weights` (K,) as in `cross_entropy`.

    Lin, Goyal, Girshick, He, Dollar: Focal Loss for Dense Object Detection, ICCV 2017.
    """
    plain = functional.cross_entropy(logits.float(), ids, ignore_index=IGNORE, reduction="none")
    per_pixel = (1 - torch.exp(-plain)) ** gamma * plain  # (N, H, W); ignored pixels are 0
    if label_weights is not None:
        per_pixel = per_pixel * label_weights[ids.clamp(max=len(label_weights) - 1)]
    return per_pixel.sum() / _weight_sum(ids, label_weights)


def _weight_sum(
    ids: Tensor, label_weights: Tensor | None, pixel_weights: Tensor | None = None
) -> Tensor:
    valid = ids != IGNORE
    if label_weights is None and pixel_weights is None:
        return valid.sum().clamp(min=1)
    weights = valid.float()
    if label_weights is not None:
        weights = weights * label_weights[ids.clamp(max=len(label_weights) - 1)]
    if pixel_weights is not None:
        weights = weights * pixel_weights
    return weights.sum().clamp(min=1e-6)


@dataclass(frozen=True)
class SemanticLoss:
    """A sum of losses, each times its factor; a factor of 0 leaves one out.

    `label_weights` (K) weigh cross entropy and focal loss, Dice having a balance of its own.
    """

    cross_entropy: float = 1.0
    dice: float = 1.0
    focal: float = 0.0
    focal_gamma: float = 2.0
    label_weights: tuple[float, ...] | None = None

    def __call__(
        self, logits: Tensor, ids: Tensor, pixel_weights: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Logits (N, K, H, W), ids (N, H, W) int64 with 255 ignored -> named scalars.

        `pixel_weights` (N, H, W) weigh cross entropy alone.
        """
        weights = logits.new_tensor(self.label_weights).float() if self.label_weights else None
        losses = {}
        if self.cross_entropy:
            losses["cross_entropy"] = self.cross_entropy * cross_entropy(
                logits, ids, weights, pixel_weights
            )
        if self.dice:
            losses["dice"] = self.dice * dice_loss(logits, ids)
        if self.focal:
            losses["focal"] = self.focal * focal_loss(logits, ids, self.focal_gamma, weights)
        return losses
