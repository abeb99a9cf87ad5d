"""Open lines: as a closed one that covers nothing, and what of them lies in a rectangle."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rect = tuple[float, float, float, float]


def there_and_back(points_xy: NDArray[np.float32]) -> NDArray[np.float32]:
    """A closed line (M, 2) that goes along an open one and back: its edges are the open one's."""
    return np.concatenate([points_xy, points_xy[-2:0:-1]])


def parts_in(points_xy: ArrayLike, rect: Rect) -> list[NDArray[np.float32]]:
    """The parts of an open line (N, 2) that lie in a rectangle xyxy, borders included."""
    points = np.asarray(points_xy, dtype=np.float64).reshape(-1, 2)
    low, high = np.array(rect[:2]), np.array(rect[2:])
    if ((points >= low) & (points <= high)).all():
        return [points.astype(np.float32)]
    found: list[list[NDArray[np.float64]]] = []
    goes_on = False
    for start, end in pairwise(points):
        seen = _inside(start, end - start, low, high)
        if seen is None:
            goes_on = False
            continue
        first, last = (start + (end - start) * share for share in seen)
        if not goes_on:
            found.append([first])
        found[-1].append(last)
        goes_on = seen[1] == 1
    parts = [np.clip(np.array(part), low, high).astype(np.float32) for part in found]
    return [part for part in parts if np.ptp(part, axis=0).any()]


def _inside(
    start: NDArray[np.float64],
    step: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> tuple[float, float] | None:
    """From which to which share of its way a straight line is inside; None if nowhere."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        if step[axis] == 0:
            if not low[axis] <= start[axis] <= high[axis]:
                return None
            continue
        edges = (low[axis] - start[axis]) / step[axis], (high[axis] - start[axis]) / step[axis]
        first, last = max(first, min(edges)), min(last, max(edges))
    return (float(first), float(last)) if first <= last else None
