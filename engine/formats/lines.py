"""Lines and points among Regions: an outline that goes there and back the same way has no area."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.values import Polygon, Region


def outline_along(points: ArrayLike) -> Polygon:
    """The outline (N >= 3, 2) along a line of one or more points (N, 2)."""
    there = np.asarray(points, dtype=np.float32).reshape(-1, 2)
    ring = np.concatenate([there, there[-2:0:-1]])
    missing = max(3 - len(ring), 0)
    return Polygon(np.concatenate([ring, np.repeat(ring[-1:], missing, axis=0)]))


def line_in(region: Region) -> NDArray[np.float32] | None:
    """The points (N, 2) of the line that such an outline goes along; None for any other Region."""
    if not isinstance(region, Polygon) or region.holes:
        return None
    ring = region.points_xy
    if not np.array_equal(ring[1:], ring[:0:-1]):
        return None
    there = ring[: len(ring) // 2 + 1]
    return there[:1] if (there == there[0]).all() else there
