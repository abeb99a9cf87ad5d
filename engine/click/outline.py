"""Logits of one object, as a Mask in pixels of the frame."""

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.click.question import Question
from engine.regions.crops import crop, tight
from engine.values import Mask

ROWS = 32
"""Of a frame whose outline is made at a time."""

SPECK = 0.1
"""A part of an object with a smaller share of its largest part's pixels is none of it."""

Rect = tuple[int, int, int, int]
"""A part of a frame: left, top, right, bottom."""


def outline_of(found: NDArray[np.float32], rect: Rect) -> tuple[Mask | None, float]:
    """Logits (h, w) that show this part of a frame -> the Mask of what is above 0, and its mean
    chance."""
    if not (found > 0).any():
        return None, 0.0
    size_hw = rect[3] - rect[1], rect[2] - rect[0]
    top, bottom = _reach(found.max(axis=1), size_hw[0])
    left, right = _reach(found.max(axis=0), size_hw[1])
    is_inside, chances = np.empty((bottom - top, right - left), np.bool_), 0.0
    for first, rows in _enlarged(found, size_hw, (left, top, right, bottom)):
        inside = np.greater(rows, 0, out=is_inside[first - top : first - top + len(rows)])
        chances += float((1 / (1 + np.exp(-rows[inside]))).sum(dtype=np.float64))
    mask = tight(crop(rect[0] + left, rect[1] + top, is_inside))
    if mask is None:
        return None, 0.0
    return mask, chances / np.count_nonzero(mask.pixels)


def without_specks(mask: Mask, question: Question) -> Mask:
    """The parts that a positive click is on and those of some size: an object that lies behind
    another has several, what a network strews about is smaller."""
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(
        mask.pixels.view(np.uint8), connectivity=8
    )
    if count <= 2:  # Nothing, and one part.
        return mask
    areas = stats[:, cv2.CC_STAT_AREA]
    is_kept = areas >= SPECK * areas[1:].max()
    height, width = mask.pixels.shape
    for click in question.clicks:
        x, y = int(click.x) - mask.left, int(click.y) - mask.top
        if click.is_positive and 0 <= x < width and 0 <= y < height:
            is_kept[numbers[y, x]] = True
    pixels = mask.pixels.copy()
    for number in np.flatnonzero(~is_kept[1:]) + 1:
        left, top, width, height = stats[number, :4].tolist()
        part = slice(top, top + height), slice(left, left + width)
        pixels[part][numbers[part] == number] = False
    kept = tight(crop(mask.left, mask.top, pixels))
    return mask if kept is None else kept


def _enlarged(
    found: NDArray[np.float32], size_hw: tuple[int, int], rect: Rect
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Logits (h, w), bilinear at a larger size, of which only a part is made: some of its rows at
    a time, which stay in the processor's cache, and the first one's number."""
    height, width = size_hw
    left, top, right, bottom = rect
    wide = cv2.resize(found, (width, len(found)), interpolation=cv2.INTER_LINEAR)[:, left:right]
    for first in range(top, bottom, ROWS):
        numbers = np.arange(first, min(first + ROWS, bottom))
        at = ((numbers + 0.5) * len(found) / height - 0.5).clip(0, len(found) - 1)
        above = at.astype(np.int64)
        share = (at - above).astype(np.float32)[:, None]
        below = np.minimum(above + 1, len(found) - 1)
        yield first, wide[above] * (1 - share) + wide[below] * share


def _reach(found: NDArray[np.float32], size: int) -> tuple[int, int]:
    """From where to where cells above 0 can make pixels above 0, of so many pixels: up to the
    middle of their neighbours."""
    cells = np.flatnonzero(found > 0)
    scale = size / len(found)
    first, last = (cells[0] - 0.5) * scale - 0.5, (cells[-1] + 1.5) * scale - 0.5
    return max(0, math.floor(first)), min(size, math.ceil(last) + 1)
