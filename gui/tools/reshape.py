"""Boxes, polygons and lines with one grip moved: pure arithmetic."""

import numpy as np
from numpy.typing import NDArray

from engine.values import Box, Polygon, Polyline
from gui.tools.scene import Point

Cornered = Polygon | Polyline
"""What has corners that can be moved; a line is its one ring."""
SMALLEST = 1.0
"""A box cannot be made narrower than this many frame pixels."""


def resized(box: Box, handle: str, point: Point) -> Box:
    """The box with a handle (`n`, `se` ...) at this point; dragged across, it turns over."""
    x1, y1, x2, y2 = box.xyxy
    if "w" in handle:
        x1 = point[0]
    if "e" in handle:
        x2 = point[0]
    if "n" in handle:
        y1 = point[1]
    if "s" in handle:
        y2 = point[1]
    left, right = _apart(x1, x2)
    top, bottom = _apart(y1, y2)
    return Box(left, top, right, bottom)


def stretched(cage: Box, handle: str, point: Point) -> Box:
    """The cage with a handle at this point; it becomes narrow, but never turns over."""
    x1, y1, x2, y2 = cage.xyxy
    if "w" in handle:
        x1 = min(point[0], x2 - SMALLEST)
    if "e" in handle:
        x2 = max(point[0], x1 + SMALLEST)
    if "n" in handle:
        y1 = min(point[1], y2 - SMALLEST)
    if "s" in handle:
        y2 = max(point[1], y1 + SMALLEST)
    return Box(x1, y1, x2, y2)


def in_proportion(cage: Box, handle: str, point: Point, size_hw: tuple[int, int]) -> Point:
    """The point next to this one, in the picture, where a handle at a corner keeps the cage's
    sides in proportion; the middle of a side has none to keep."""
    if len(handle) < 2:
        return point
    width, height = cage.x2 - cage.x1, cage.y2 - cage.y1
    is_right, is_low = "e" in handle, "s" in handle
    from_x, from_y = cage.x1 if is_right else cage.x2, cage.y1 if is_low else cage.y2
    across, down = abs(point[0] - from_x) / width, abs(point[1] - from_y) / height
    room_x = (size_hw[1] - from_x if is_right else from_x) / width
    room_y = (size_hw[0] - from_y if is_low else from_y) / height
    share = min(max(across, down), room_x, room_y)
    x = from_x + width * share if is_right else from_x - width * share
    return x, from_y + height * share if is_low else from_y - height * share


def with_corner(polygon: Cornered, ring: int, number: int, point: Point) -> Cornered:
    """The polygon with one corner at this point."""
    points = _rings(polygon)[ring].copy()
    points[number] = point
    return _with_ring(polygon, ring, points)


def with_new_corner(polygon: Cornered, ring: int, after: int, point: Point) -> Cornered:
    """The polygon with a corner more, after the given one."""
    points = np.insert(_rings(polygon)[ring], after + 1, np.array(point, np.float32), axis=0)
    return _with_ring(polygon, ring, points)


def without_corner(polygon: Cornered, ring: int, number: int) -> Cornered | None:
    """The polygon with a corner less; None if nothing would be left. A hole of two goes, and a line
    of two points stays."""
    points = np.delete(_rings(polygon)[ring], number, axis=0)
    if isinstance(polygon, Polyline):
        return Polyline(points) if len(points) >= 2 else None
    if len(points) >= 3:
        return _with_ring(polygon, ring, points)
    if ring == 0:
        return None
    holes = polygon.holes[: ring - 1] + polygon.holes[ring:]
    return Polygon(polygon.points_xy, holes)


def _rings(polygon: Cornered) -> tuple[NDArray[np.float32], ...]:
    holes = () if isinstance(polygon, Polyline) else polygon.holes
    return (polygon.points_xy, *holes)


def _with_ring(polygon: Cornered, ring: int, points: NDArray[np.float32]) -> Cornered:
    if isinstance(polygon, Polyline):
        return Polyline(points)
    outline, *holes = (points if n == ring else kept for n, kept in enumerate(_rings(polygon)))
    return Polygon(outline, tuple(holes))


def _apart(a: float, b: float) -> tuple[float, float]:
    low, high = min(a, b), max(a, b)
    return (low, high) if high - low >= SMALLEST else (low, low + SMALLEST)
