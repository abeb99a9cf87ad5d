"""Losses that several models share."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

IGNORE = 255


class PixelScores:
    """What all losses of a label map begin with, worked out once: it takes most of their time.

    Logits (N, K, H, W), ids (N, H, W) int64 with 255 ignored.
    """

    def __init__(self, logits: Tensor, ids: Tensor) -> None:
        self.num_labels = logits.shape[1]
        self.valid = ids != IGNORE
        """(N, H, W) bool."""
        self.ids = ids.clamp(max=self.num_labels - 1)
        """(N, H, W) int64, some label where ignored."""
        self.log_shares = logits.float().log_softmax(1)
        """Logarithm of the labels' shares (N, K, H, W)."""
        self.loss = functional.nll_loss(self.log_shares, ids, ignore_index=IGNORE, reduction="none")
        """Cross entropy of every pixel (N, H, W), 0 where ignored."""


def dice_loss(scores: PixelScores) -> Tensor:
    """One minus the soft Dice score, meaned over the labels that occur in the batch: () in 0..1.

    The batch is scored as one picture, so a label missing from one of its pictures does no harm.
    Milletari et al., V-Net, 2016.
    """
    ids, valid = scores.ids, scores.valid.to(scores.loss.dtype)
    wanted = torch.bincount(scores.ids[scores.valid], minlength=scores.num_labels)  # (K,)
    present = wanted > 0
    if not present.any():
        return scores.loss.sum() * 0
    hits = torch.exp(-scores.loss) * valid  # the share of the right label
    overlap = hits.new_zeros(scores.num_labels).index_add(0, ids.flatten(), hits.flatten())
    shares = scores.log_shares.exp().flatten(2)  # (N, K, H * W)
    total = (shares @ valid.flatten(1).unsqueeze(2)).sum((0, 2)) + wanted
    dice: Tensor = (2 * overlap + 1) / (total + 1)
    return 1 - dice[present].mean()


def cross_entropy(
    scores: PixelScores, label_weights: Tensor | None = None, pixel_weights: Tensor | None = None
) -> Tensor:
    """Mean cross entropy () over the pixels that are not ignored; 0 when all are.

    With `label_weights` (K,) the mean is weighted by each pixel's label, with `pixel_weights`
    (N, H, W) by each pixel's own weight.
    """
    return _mean(scores.loss, scores, label_weights, pixel_weights)


def focal_loss(
    scores: PixelScores, gamma: float = 2.0, label_weights: Tensor | None = None
) -> Tensor:
    """Mean cross entropy () in which a pixel counts the less, the surer it is: (1 - p)^gamma.
    `label_weights` (K,) as in `cross_entropy`.

    Lin, Goyal, Girshick, He, Dollar: Focal Loss for Dense Object Detection, ICCV 2017.
    """
    per_pixel = (1 - torch.exp(-scores.loss)) ** gamma * scores.loss
    return _mean(per_pixel, scores, label_weights)


def _mean(
    per_pixel: Tensor,
    scores: PixelScores,
    label_weights: Tensor | None,
    pixel_weights: Tensor | None = None,
) -> Tensor:
    """The mean of (N, H, W), weighted, over what is not ignored; it is 0 there."""
    if label_weights is None and pixel_weights is None:
        return per_pixel.sum() / scores.valid.sum().clamp(min=1)
    weights = scores.valid.float()
    if label_weights is not None:
        weights = weights * label_weights[scores.ids]
    if pixel_weights is not None:
        weights = weights * pixel_weights
    return (per_pixel * weights).sum() / weights.sum().clamp(min=1e-6)


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
        scores = PixelScores(logits, ids)
        weights = logits.new_tensor(self.label_weights).float() if self.label_weights else None
        losses = {}
        if self.cross_entropy:
            losses["cross_entropy"] = self.cross_entropy * cross_entropy(
                scores, weights, pixel_weights
            )
        if self.dice:
            losses["dice"] = self.dice * dice_loss(scores)
        if self.focal:
            losses["focal"] = self.focal * focal_loss(scores, self.focal_gamma, weights)
        return losses
