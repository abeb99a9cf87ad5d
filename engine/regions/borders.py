"""What changes along the border of a Mask, worked out tile by tile: most of a large one is far from
its border, and stays what it is. Memory is needed for what comes of it, and for no more."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import bounds, crop, tight, within
from engine.values import Mask

TILE = 512
"""Pixels on each side."""
_SIGMAS = 5
"""So far a blur is felt, as OpenCV works it out for floats."""
_SPREAD = 3
"""So many sigmas a blur adds to a shape, at most."""
_Pixels = NDArray[np.bool_]
_Rect = tuple[int, int, int, int]


def near(mask: Mask, by: int, size_hw: tuple[int, int]) -> Mask | None:
    """The pixels of the picture that are no farther than this from one of the Mask."""

    def reached(around: _Pixels) -> _Pixels:
        return _distance(~around) <= by

    return _along(mask, _in_picture(mask, by, size_hw), by, reached)


def inner(mask: Mask, by: int, size_hw: tuple[int, int]) -> Mask | None:
    """The pixels that are farther than this from all that are none of the Mask. The border of the
    picture is no border of the object: what lies beyond was cut off."""

    def kept(around: _Pixels) -> _Pixels:
        return _distance(around) > by

    return _along(mask, _in_picture(mask, 1, size_hw), by, kept)


def rounded(mask: Mask, by: float) -> Mask | None:
    """The pixels of which at least half is left when all are blurred, also beyond the picture."""

    def soft(around: _Pixels) -> _Pixels:
        wide = around.astype(np.float32)
        blurred = cv2.GaussianBlur(wide, (0, 0), by, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(blurred > 0.5)

    return _along(mask, _wider(mask, round(_SPREAD * by)), round(_SIGMAS * by), soft)


def _distance(pixels: _Pixels) -> NDArray[np.float32]:
    """How far the set ones are from the nearest that is not."""
    far = cv2.distanceTransform(pixels.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(far, np.float32)


def _wider(mask: Mask, by: int) -> _Rect:
    left, top, right, bottom = bounds(mask)
    return left - by, top - by, right + by, bottom + by


def _in_picture(mask: Mask, by: int, size_hw: tuple[int, int]) -> _Rect:
    left, top, right, bottom = _wider(mask, by)
    return max(left, 0), max(top, 0), min(right, size_hw[1]), min(bottom, size_hw[0])


def _along(mask: Mask, rect: _Rect, reach: int, work: Callable[[_Pixels], _Pixels]) -> Mask | None:
    """What `work` makes of the Mask in a rectangle around it, beyond which it sees nothing. Each
    pixel depends on those so near, and where all of them are equal it stays."""
    left, top, right, bottom = rect
    found = np.zeros((bottom - top, right - left), np.bool_)
    for y in range(top, bottom, TILE):
        for x in range(left, right, TILE):
            first, start = max(y - reach, top), max(x - reach, left)
            end = min(x + TILE + reach, right), min(y + TILE + reach, bottom)
            around = within(mask, (start, first, *end))
            if not around.any():
                continue
            made = around if around.all() else work(around)
            tile = found[y - top : y - top + TILE, x - left : x - left + TILE]
            tile[:] = made[y - first :, x - start :][: len(tile), : tile.shape[1]]
    return tight(crop(left, top, found))
