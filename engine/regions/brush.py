"""Brush, eraser and flood fill: only the rectangle of the stroke is touched.

A pixel belongs to a stroke when its centre is no farther than the radius from the line through
the points, with a square brush across or down; the pixel under a point always does.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.regions.crops import crop, join, subtract, tight
from engine.values import Mask

_Runs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Rows, and where in them runs begin and end."""
_LEVEL = 1e-9
"""A line that rises by less of a pixel is level: what is divided by its rise would overflow."""


def stroke_mask(
    points_xy: ArrayLike, radius: float, size_hw: tuple[int, int], *, is_square: bool = False
) -> Mask | None:
    """The pixels that a round or square brush covers along (N, 2) points, cut to the frame."""
    points = np.asarray(points_xy, dtype=np.float64).reshape(-1, 2)
    if not len(points):
        return None
    height, width = size_hw
    reach = max(radius, 0.5) + 1
    left, top = np.maximum(np.floor(points.min(axis=0) - reach), 0).astype(int).tolist()
    right, bottom = np.ceil(points.max(axis=0) + reach).astype(int).tolist()
    right, bottom = min(right, width), min(bottom, height)
    if left >= right or top >= bottom:
        return None
    pixels = np.zeros((bottom - top, right - left), dtype=np.bool_)
    inner = points - np.array([left, top])
    lines = pairwise(inner if len(inner) > 1 else np.repeat(inner, 2, axis=0))
    _fill(pixels, [_swept(line, radius, pixels.shape, is_square=is_square) for line in lines])
    return tight(crop(left, top, pixels))


def paint_stroke(
    mask: Mask | None,
    points_xy: ArrayLike,
    radius: float,
    size_hw: tuple[int, int],
    *,
    erase: bool = False,
) -> Mask | None:
    """The mask with the stroke added, or taken away; None when no pixel remains."""
    stroke = stroke_mask(points_xy, radius, size_hw)
    return subtract(mask, stroke) if erase else join(mask, stroke)


def paint_disc(
    mask: Mask | None,
    center_xy: tuple[float, float],
    radius: float,
    size_hw: tuple[int, int],
    *,
    erase: bool = False,
) -> Mask | None:
    """One dab of the brush."""
    return paint_stroke(mask, [center_xy], radius, size_hw, erase=erase)


MOST_FILLED, FARTHEST = 1 << 27, 4096
"""Pixels: in a picture of more, a fill reaches so far to each side."""


def flood_fill(
    pixels: NDArray[np.uint8], seed_xy: tuple[int, int], tolerance: int = 12
) -> Mask | None:
    """The connected area of (H, W, 3) pixels that differs little from the one at `seed_xy`; of a
    very large picture, as far as FARTHEST."""
    height, width = pixels.shape[:2]
    x, y = seed_xy
    if not (0 <= x < width and 0 <= y < height):
        return None
    left = top = 0
    if height * width > MOST_FILLED:
        left, top = max(x - FARTHEST, 0), max(y - FARTHEST, 0)
        pixels = pixels[top : y + FARTHEST + 1, left : x + FARTHEST + 1]
        height, width = pixels.shape[:2]
    marked = np.zeros((height + 2, width + 2), dtype=np.uint8)
    limits = (tolerance,) * 3
    flags = 4 | (1 << 8) | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY
    # OpenCV wants to be allowed to write, although here it only writes the mask.
    writable = np.array(pixels, order="C")
    cv2.floodFill(writable, marked, (x - left, y - top), 0, limits, limits, flags)
    return tight(Mask(left, top, marked[1:-1, 1:-1] > 0))


def _fill(pixels: NDArray[np.bool_], swept: Sequence[_Runs]) -> None:
    """Set these runs, of which most lie over one another: what they cover together is set once.

    Filled row by row: comparing each pixel with its row's ends takes twenty times as long.
    """
    rows, begins, ends = (np.concatenate(parts) for parts in zip(*swept, strict=True))
    apart = pixels.shape[1] + 1  # So that a run never reaches into the next row.
    starts, stops = rows * apart + begins, rows * apart + ends
    order = np.argsort(starts)
    starts, reached = starts[order], np.maximum.accumulate(stops[order])
    is_first, is_last = np.ones((2, len(starts)), np.bool_)
    is_first[1:] = is_last[:-1] = starts[1:] > reached[:-1]
    row, begin = np.divmod(starts[is_first], apart)
    end = reached[is_last] - row * apart
    for y, left, right in zip(row.tolist(), begin.tolist(), end.tolist(), strict=True):
        pixels[y, left:right] = True


def _swept(
    line: tuple[NDArray[np.float64], NDArray[np.float64]],
    radius: float,
    size_hw: tuple[int, int],
    *,
    is_square: bool,
) -> _Runs:
    """The pixels within the radius of a line: one run in each row, as it is convex."""
    start, end = line
    reach = max(radius, 0.5)
    height, width = size_hw
    top = max(int(np.floor(min(start[1], end[1]) - reach)), 0)
    bottom = max(min(int(np.ceil(max(start[1], end[1]) + reach)), height), top)
    spans = _square_spans if is_square else _spans
    low, high = spans(start, end, radius, np.arange(top, bottom, dtype=np.float64) + 0.5)
    for x, y in (start, end):
        row = int(np.floor(y)) - top
        if 0 <= row < len(low):
            low[row], high[row] = (
                min(low[row], np.floor(x) + 0.5),
                max(high[row], np.floor(x) + 0.5),
            )
    rows = np.flatnonzero(low <= high)
    begins = np.ceil(low[rows] - 0.5).clip(0, width).astype(np.int64)
    return rows + top, begins, np.floor(high[rows] + 0.5).clip(0, width).astype(np.int64)


def _square_spans(
    start: NDArray[np.float64], end: NDArray[np.float64], radius: float, rows: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """As `_spans`, for a square that goes along the line."""
    step = end - start
    reaches = np.abs(rows - start[1]) <= radius
    first, last = np.where(reaches, 0.0, 1.0), np.where(reaches, 0.0, -1.0)
    if abs(step[1]) > _LEVEL:
        # The part of the way on which the square covers a row.
        shares = np.stack([rows - radius - start[1], rows + radius - start[1]]) / step[1]
        first, last = shares.min(axis=0).clip(0), shares.max(axis=0).clip(max=1)
    elif reaches.any():
        last = np.where(reaches, 1.0, -1.0)
    ends = np.stack([start[0] + first * step[0], start[0] + last * step[0]])
    is_met = first <= last
    low = np.where(is_met, ends.min(axis=0) - radius, np.inf)
    return low, np.where(is_met, ends.max(axis=0) + radius, -np.inf)


def _spans(
    start: NDArray[np.float64], end: NDArray[np.float64], radius: float, rows: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Leftmost and rightmost x of the capsule at each row; left > right where it has none."""
    low, high = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    for x, y in (start, end):
        half = np.sqrt(np.maximum(radius**2 - (rows - y) ** 2, 0))
        hit = np.abs(rows - y) <= radius
        low = np.where(hit, np.minimum(low, x - half), low)
        high = np.where(hit, np.maximum(high, x + half), high)
    along = end - start
    length = float(np.hypot(*along))
    if length < _LEVEL:
        return low, high
    normal = np.array([-along[1], along[0]]) * (radius / length)
    corners = np.stack([start + normal, end + normal, end - normal, start - normal])
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        is_level = abs(y2 - y1) <= _LEVEL
        hit = (rows >= min(y1, y2)) & (rows <= max(y1, y2)) & (not is_level)
        x = x1 + (rows - y1) * ((x2 - x1) / (1.0 if is_level else y2 - y1))
        low, high = np.where(hit, np.minimum(low, x), low), np.where(hit, np.maximum(high, x), high)
    return low, high
