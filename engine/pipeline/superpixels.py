"""Superpixels: small regions of one colour, and what the label scores say of each as a whole.

Achanta et al.: SLIC Superpixels Compared to State-of-the-Art Superpixel Methods, PAMI 2012.
A border between two labels then follows the picture: no superpixel is cut in two.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# Chances below this are as good as none, and keep their logarithm finite.
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class SuperpixelSettings:
    """How many superpixels a picture gets, and how much their shape counts beside their colour."""

    count: int = 400
    compactness: float = 10.0

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 < self.compactness < math.inf:
            raise ValueError("Superpixels need a count of 1 or more and a compactness above 0.")


def lab(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """RGB (h, w, 3) -> CIELAB (h, w, 3) float32, in which distances are as people see them."""
    levels = pixels.astype(np.float32) / 255
    result: NDArray[np.float32] = cv2.cvtColor(levels, cv2.COLOR_RGB2LAB)
    return result


def superpixels(
    pixels: NDArray[np.uint8], settings: SuperpixelSettings | None = None
) -> NDArray[np.int64]:
    """The superpixel of every pixel: (h, w) int64, numbered 0, 1, 2 ... without gaps."""
    from skimage.segmentation import slic

    settings = settings or SuperpixelSettings()
    colors = lab(pixels)
    ids: NDArray[np.int64] = slic(
        colors,
        n_segments=settings.count,
        # skimage stretches the colours to 0..1, whatever they are; their distances shall stay.
        compactness=settings.compactness / max(float(np.ptp(colors)), 1.0),
        max_num_iter=5,
        start_label=0,
        convert2lab=False,
    )
    return ids


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
