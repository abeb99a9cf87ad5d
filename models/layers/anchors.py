"""Anchor boxes: sizes that fit a dataset, and the offsets between an anchor and a box."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def kmeans_anchors(
    sizes_wh: NDArray[np.float32], count: int, generator: np.random.Generator, *, rounds: int = 100
) -> NDArray[np.float32]:
    """Anchor sizes (count, 2) by k-means over box sizes (N, 2), smallest area first.

    The distance is 1 - IoU of boxes that share a corner, so large and small boxes count alike
    (Redmon & Farhadi: YOLO9000, 2017). Fewer distinct boxes than `count`: their mean, scaled.
    """
    sizes = sizes_wh[(sizes_wh > 0).all(axis=1)].astype(np.float64)
    if len(sizes) == 0:
        raise ValueError("Anchors need at least one training box.")
    if len(np.unique(sizes, axis=0)) < count:
        factors = np.linspace(0.5, 1.5, count)[:, None]
        return sort_by_area(sizes.mean(axis=0) * factors)
    anchors = generator.choice(np.unique(sizes, axis=0), count, replace=False)
    for _ in range(rounds):
        nearest = size_iou(sizes, anchors).argmax(axis=1)
        moved = np.stack(
            [
                np.median(sizes[nearest == k], axis=0) if (nearest == k).any() else anchors[k]
                for k in range(count)
            ]
        )
        if np.allclose(moved, anchors):
            break
        anchors = moved
    return sort_by_area(anchors)


def sort_by_area(sizes_wh: NDArray[np.float64]) -> NDArray[np.float32]:
    """Sizes (N, 2), smallest area first."""
    return sizes_wh[np.argsort(sizes_wh.prod(axis=1))].astype(np.float32)


def size_iou(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Overlap of boxes of these sizes with one corner in common: (N, 2), (M, 2) -> (N, M)."""
    overlap = np.minimum(a[:, None], b[None]).prod(axis=2)
    union = a.prod(axis=1)[:, None] + b.prod(axis=1)[None] - overlap
    result: NDArray[np.float64] = overlap / union
    return result


def cell_corners(height: int, width: int, device: torch.device) -> Tensor:
    """Column and row of each cell: (H, W, 2) float32."""
    rows, columns = torch.meshgrid(
        torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij"
    )
    return torch.stack([columns, rows], dim=-1).float()


def grid_anchors(
    grid_hw: tuple[int, int], stride: float | Tensor, sizes_wh: Tensor, *, device: torch.device
) -> Tensor:
    """Boxes of these sizes (A, 2) around the middle of every cell: (H * W * A, 4) xyxy, by rows,
    then columns, then sizes. A stride that differs to the right and down is a tensor (2,)."""
    middles = (cell_corners(*grid_hw, device) + 0.5) * stride  # (H, W, 2)
    middles = middles.view(-1, 1, 2)
    halves = sizes_wh.to(device)[None] / 2  # (1, A, 2)
    return torch.cat([middles - halves, middles + halves], dim=2).view(-1, 4)


def anchor_sizes(sides: Sequence[float], ratios: Sequence[float]) -> Tensor:
    """Width and height (A, 2) of boxes, one for each side and ratio, with the areas side * side and
    the ratios of height to width; all ratios of the first side first."""
    return torch.tensor(
        [[side / ratio**0.5, side * ratio**0.5] for side in sides for ratio in ratios]
    )
