"""Brush, eraser and flood fill: only the rectangle of the stroke is touched.

A pixel belongs to a stroke when its centre is no farther than the radius from the line through
the points, with a square brush across or down; the pixel under a point always does.
"""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.regions.crops import crop, join, subtract, tight
from engine.values import Mask

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
    origin = np.array([left, top])
    for start, end in zip(
        points[: max(len(points) - 1, 1)], points[-max(len(points) - 1, 1) :], strict=True
    ):
        _fill_swept(pixels, (start - origin, end - origin), radius, is_square=is_square)
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


def _fill_swept(
    pixels: NDArray[np.bool_],
    line: tuple[NDArray[np.float64], NDArray[np.float64]],
    radius: float,
    *,
    is_square: bool,
) -> None:
    """Set every pixel within the radius of a line: one interval in each row, as it is convex.

    Filled row by row: comparing each pixel with its row's ends takes twenty times as long.
    """
    start, end = line
    reach = max(radius, 0.5)
    height, width = pixels.shape
    top = max(int(np.floor(min(start[1], end[1]) - reach)), 0)
    bottom = min(int(np.ceil(max(start[1], end[1]) + reach)), height)
    if top >= bottom:
        return
    spans = _square_spans if is_square else _spans
    low, high = spans(start, end, radius, np.arange(top, bottom) + 0.5)
    for x, y in (start, end):
        row = int(np.floor(y)) - top
        if 0 <= row < len(low):
            low[row], high[row] = (
                min(low[row], np.floor(x) + 0.5),
                max(high[row], np.floor(x) + 0.5),
            )
    reached = low <= high
    rows = (np.flatnonzero(reached) + top).tolist()
    begins = np.ceil(low[reached] - 0.5).clip(0, width).astype(int).tolist()
    ends = np.floor(high[reached] + 0.5).clip(0, width).astype(int).tolist()
    for row, begin, end in zip(rows, begins, ends, strict=True):
        pixels[row, begin:end] = True


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
