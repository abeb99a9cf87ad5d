"""Logits of one object, as a Mask in pixels of the frame."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import crop, tight
from engine.values import Mask

SPECK = 0.1
"""A part of an object with a smaller share of its largest part's cells is none of it."""

Rect = tuple[int, int, int, int]
"""A part of a frame: left, top, right, bottom."""


def outline_of(found: NDArray[np.float32], rect: Rect) -> tuple[Mask | None, float]:
    """Logits (h, w) that show this part of a frame -> the Mask of what is above 0, and the mean
    chance there."""
    above = found[found > 0]
    if not above.size:
        return None, 0.0
    size_hw = rect[3] - rect[1], rect[2] - rect[0]
    top, bottom = _reach(found.max(axis=1), size_hw[0])
    left, right = _reach(found.max(axis=0), size_hw[1])
    is_inside = _enlarged(found, size_hw, (left, top, right, bottom))
    mask = tight(crop(rect[0] + left, rect[1] + top, is_inside))
    return mask, float((1 / (1 + np.exp(-above))).mean()) if mask is not None else 0.0


def without_specks(found: NDArray[np.float32], clicked: NDArray[np.int64]) -> NDArray[np.float32]:
    """Logits (h, w) above 0 only in the parts that one of these cells (P, 2), row and column, lies
    in and in those of some size: an object that lies behind another has several, what a network
    strews about is smaller."""
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(
        (found > 0).view(np.uint8), connectivity=8
    )
    if count <= 2:  # Nothing, and one part.
        return found
    areas = stats[:, cv2.CC_STAT_AREA]
    is_speck = areas < SPECK * areas[1:].max()
    is_speck[numbers[tuple(clicked.T)]] = False
    is_speck[0] = False  # All that lies around the parts.
    return np.where(is_speck[numbers], -found, found)


def _enlarged(
    found: NDArray[np.float32], size_hw: tuple[int, int], rect: Rect
) -> NDArray[np.bool_]:
    """Where logits (h, w), bilinear at a larger size, are above 0, in a part of it.

    Between two rows of logits the same holds for every pixel but those where they differ.
    """
    height, width = size_hw
    left, top, right, bottom = rect
    wide = cv2.resize(found, (width, len(found)), interpolation=cv2.INTER_LINEAR)[:, left:right]
    is_above = wide > 0
    at = ((np.arange(top, bottom) + 0.5) * len(found) / height - 0.5).clip(0, len(found) - 1)
    upper = at.astype(np.int64)
    share = (at - upper).astype(np.float32)[:, None]
    is_inside = np.empty((bottom - top, right - left), np.bool_)
    begins = np.flatnonzero(np.diff(upper, prepend=-1))
    for begin, end in zip(begins, [*begins[1:], len(at)], strict=True):
        row = upper[begin]
        lower = min(row + 1, len(found) - 1)
        differs = np.flatnonzero(is_above[row] != is_above[lower])
        part = share[begin:end]
        between = wide[row, differs] * (1 - part) + wide[lower, differs] * part
        is_inside[begin:end] = is_above[row]
        is_inside[begin:end, differs] = between > 0
    return is_inside


def _reach(found: NDArray[np.float32], size: int) -> tuple[int, int]:
    """From where to where cells above 0 can make pixels above 0, of so many pixels: up to the
    middle of their neighbours."""
    cells = np.flatnonzero(found > 0)
    scale = size / len(found)
    first, last = (cells[0] - 0.5) * scale - 0.5, (cells[-1] + 1.5) * scale - 0.5
    return max(0, math.floor(first)), min(size, math.ceil(last) + 1)
