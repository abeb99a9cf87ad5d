"""Masks of instances moved with their picture, each in its own crop.

The picture's masks one by one at full size would be hundreds of megabytes for a crowd.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.datasets.augment import MIN_SIDE, MIN_VISIBLE, warp
from engine.regions.crops import bounds, crop, tight
from engine.values import Mask


def warp_masks(
    masks: Sequence[Mask],
    matrix: NDArray[np.float64],
    input_hw: tuple[int, int],
    *,
    field: NDArray[np.float32] | None = None,
) -> list[Mask | None]:
    """Masks moved as `augment.warp` moves their picture; None for one of which nothing is left."""
    return [_moved(mask, matrix, input_hw, field) for mask in masks]


def is_seen(moved: Mask | None, mask: Mask, matrix: NDArray[np.float64]) -> bool:
    """Whether enough of a mask is left after moving it to learn from it."""
    if moved is None or min(moved.pixels.shape) < MIN_SIDE:
        return False
    whole = np.count_nonzero(mask.pixels) * abs(np.linalg.det(matrix[:2, :2]))
    return bool(np.count_nonzero(moved.pixels) >= MIN_VISIBLE * whole)


def dense(masks: Sequence[Mask], size_hw: tuple[int, int]) -> NDArray[np.bool_]:
    """Masks inside a picture of this size as (N, H, W) bool."""
    result = np.zeros((len(masks), *size_hw), np.bool_)
    for plane, mask in zip(result, masks, strict=True):
        left, top, right, bottom = bounds(mask)
        plane[top:bottom, left:right] = mask.pixels
    return result


def _moved(
    mask: Mask,
    matrix: NDArray[np.float64],
    input_hw: tuple[int, int],
    field: NDArray[np.float32] | None,
) -> Mask | None:
    left, top, right, bottom = bounds(mask)
    corners = np.array([(x, y) for x in (left, right) for y in (top, bottom)])
    corners = corners @ matrix[:2, :2].T + matrix[:2, 2]
    # A pixel more around, for interpolation; and as far as the field may fetch from.
    reach = 1 + (0 if field is None else math.ceil(np.abs(field).max()))
    x1, y1 = (max(0, math.floor(v) - reach) for v in corners.min(axis=0))
    x2, y2 = (
        min(side, math.ceil(v) + reach)
        for side, v in zip((input_hw[1], input_hw[0]), corners.max(axis=0), strict=True)
    )
    if x1 >= x2 or y1 >= y2:
        return None
    to_crop, from_crop = np.eye(3), np.eye(3)
    to_crop[:2, 2], from_crop[:2, 2] = (-x1, -y1), (left, top)
    levels = warp(
        # The third axis makes it a picture, which is interpolated: edges stay smooth.
        mask.pixels.astype(np.uint8)[..., None] * 255,
        to_crop @ matrix @ from_crop,
        (y2 - y1, x2 - x1),
        fill=0,
        field=None if field is None else field[y1:y2, x1:x2],
    )
    return tight(crop(x1, y1, levels > 127))
