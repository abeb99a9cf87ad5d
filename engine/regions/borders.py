"""What changes along the border of pixels (h, w), worked out tile by tile: most of a large area is
far from its border, and stays what it is."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

TILE = 512
"""Pixels on each side."""
_SIGMAS = 5
"""So far a blur is felt, as OpenCV works it out for floats."""
_Pixels = NDArray[np.bool_]


def near(pixels: _Pixels, by: int) -> _Pixels:
    """Which are no farther than this from one that is set."""

    def within(around: _Pixels) -> _Pixels:
        unset = (~around).view(np.uint8)
        far = cv2.distanceTransform(unset, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return np.asarray(far <= by)

    return _along(pixels, by, within)


def rounded(pixels: _Pixels, by: float) -> _Pixels:
    """Those of which at least half is left when all are blurred."""

    def soft(around: _Pixels) -> _Pixels:
        wide = around.astype(np.float32)
        blurred = cv2.GaussianBlur(wide, (0, 0), by, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(blurred > 0.5)

    return _along(pixels, round(_SIGMAS * by), soft)


def _along(pixels: _Pixels, reach: int, work: Callable[[_Pixels], _Pixels]) -> _Pixels:
    """What `work` makes of them, where each pixel depends on those so near and equal ones stay."""
    found = pixels.copy()
    height, width = pixels.shape
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            first, start = max(top - reach, 0), max(left - reach, 0)
            around = pixels[first : top + TILE + reach, start : left + TILE + reach]
            if around.all() or not around.any():
                continue
            made = work(around)[top - first :, left - start :]
            found[top : top + TILE, left : left + TILE] = made[:TILE, :TILE]
    return found
