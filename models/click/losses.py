"""How wrong the outline of one object is: losses of one mask each, not of a label map."""

import torch
from torch import Tensor
from torch.nn import functional

ALPHA, GAMMA = 0.5, 2.0


def normalised_focal_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Logits (N, H, W) float32, truth (N, H, W) bool -> the mean over objects ().

    Focal loss whose weights add up to the number of pixels, so that it does not fade as answers get
    better. Sofiiuk, Barinova, Konushin: AdaptIS, ICCV 2019.
    """
    loss = functional.binary_cross_entropy_with_logits(logits, truth.float(), reduction="none")
    with torch.no_grad():
        weights = (1 - torch.exp(-loss)) ** GAMMA  # (N, H, W): 1 minus the right side's chance.
        weights /= weights.mean((1, 2), keepdim=True).clamp(min=1e-6)
    balance = torch.where(truth, ALPHA, 1 - ALPHA)
    return (balance * weights * loss).mean()


def dice_of_masks(chances: Tensor, truth: Tensor) -> Tensor:
    """One minus the soft Dice score: chances (N, H, W) in 0..1, truth (N, H, W) bool -> the mean
    over objects (). Milletari et al., V-Net, 2016."""
    overlap = (chances * truth).sum((1, 2))
    total = chances.sum((1, 2)) + truth.sum((1, 2))
    return 1 - ((2 * overlap + 1) / (total + 1)).mean()
