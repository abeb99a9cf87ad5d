"""What the label scores say of each superpixel as a whole.

A border between two labels then follows the picture: no superpixel is cut in two.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.regions.superpixels import SuperpixelSettings, lab, superpixels

__all__ = ["SuperpixelSettings", "lab", "mean_per_region", "spread", "superpixels", "vote"]

# Chances below this are as good as none, and keep their logarithm finite.
LEAST = 1e-6


def mean_per_region(maps: Tensor, ids: NDArray[np.int64]) -> Tensor:
    """Maps (C, h, w) -> their mean in each of R regions (R, C)."""
    flat = torch.from_numpy(ids).to(maps.device).flatten()
    count = int(ids.max()) + 1
    sums = torch.zeros(count, len(maps), device=maps.device)
    sums.index_add_(0, flat, maps.flatten(1).T)
    return sums / flat.bincount(minlength=count).clamp(min=1)[:, None]


def vote(
    scores: Tensor, pixels: NDArray[np.uint8], settings: SuperpixelSettings | None = None
) -> Tensor:
    """Scores (K, h, w) before softmax of a picture (h, w, 3) -> log-probabilities (K, h, w).

    Every pixel gets the mean probabilities of its superpixel.
    """
    ids = superpixels(pixels, settings)
    return spread(mean_per_region(scores.softmax(0), ids), ids)


def spread(chances: Tensor, ids: NDArray[np.int64]) -> Tensor:
    """Probabilities per region (R, K) -> log-probabilities of its pixels (K, h, w)."""
    logs = chances.clamp(min=LEAST).log().log_softmax(1)
    return logs[torch.from_numpy(ids).to(logs.device)].permute(2, 0, 1).contiguous()
