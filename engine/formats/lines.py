"""Lines and points among Regions; in older projects they are outlines that go there and back."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.values import Polygon, Polyline, Region


def line_along(points: ArrayLike) -> Polyline:
    """The line through one or more points (N, 2), or the single point (2,)."""
    return Polyline(np.asarray(points, dtype=np.float32).reshape(-1, 2))


def line_in(region: Region) -> NDArray[np.float32] | None:
    """The points (N, 2) of a line, or of an outline without an area; None for any other Region."""
    if isinstance(region, Polyline):
        return region.points_xy
    if not isinstance(region, Polygon) or region.holes:
        return None
    ring = region.points_xy
    if not np.array_equal(ring[1:], ring[:0:-1]):
        return None
    there = ring[: len(ring) // 2 + 1]
    return there[:1] if (there == there[0]).all() else there
