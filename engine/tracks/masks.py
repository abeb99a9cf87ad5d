"""Masks between two others: how far each pixel is inside or outside of both, mixed.

The later Mask is laid over the first one by their centroids, so that an object that moves does not
melt from the one place into the other; what comes of it lies that part of the way between them.
"""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import bounds, crop, tight
from engine.values import Mask

Rect = tuple[int, int, int, int]


def masks_between(mask: Mask, later: Mask, parts: Iterable[float]) -> Iterator[Mask]:
    """What lies each of these parts of the way; both need pixels.

    Where the two are so unlike that nothing is half inside of both, it is the nearer one, moved.
    """
    to_x, to_y = np.rint(_centroid(later) - _centroid(mask)).astype(int).tolist()
    over = Mask(later.left - to_x, later.top - to_y, later.pixels)
    rects = np.array([bounds(mask), bounds(over)])  # (2, 4)
    left, top = rects[:, :2].min(axis=0).tolist()
    right, bottom = rects[:, 2:].max(axis=0).tolist()
    insides = [_placed(m, (left, top, right, bottom)) for m in (mask, over)]
    first, last = (_depth(inside) for inside in insides)
    for part in parts:
        pixels = first + (last - first) * np.float32(part) >= 0
        if not pixels.any():
            pixels = insides[part >= 0.5]
        found = tight(crop(left + round(part * to_x), top + round(part * to_y), pixels))
        assert found is not None
        yield found


def _centroid(mask: Mask) -> NDArray[np.float64]:
    """The mean of its pixels, (x, y)."""
    rows, columns = mask.pixels.sum(axis=1), mask.pixels.sum(axis=0)
    x, y = (np.average(np.arange(len(n)), weights=n) for n in (columns, rows))
    return np.array([mask.left + x, mask.top + y])


def _placed(mask: Mask, rect: Rect) -> NDArray[np.bool_]:
    """Its pixels in a rectangle of the frame that holds all of it."""
    left, top, right, bottom = rect
    pixels = np.zeros((bottom - top, right - left), dtype=np.bool_)
    height, width = mask.pixels.shape
    rows, columns = mask.top - top, mask.left - left
    pixels[rows : rows + height, columns : columns + width] = mask.pixels
    return pixels


def _depth(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How far each pixel's centre is from the border: above 0 inside, below outside."""
    padded = np.pad(inside, 1).view(np.uint8)
    near, far = (
        cv2.distanceTransform(pixels, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
        for pixels in (padded, 1 - padded)
    )
    depth: NDArray[np.float32] = np.where(inside, near - 0.5, 0.5 - far).astype(np.float32)
    return depth
