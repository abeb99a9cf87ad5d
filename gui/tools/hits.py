"""What lies under the pointer: Regions, handles, corners and edges."""

import numpy as np
from numpy.typing import NDArray

from engine.regions.lines import there_and_back
from engine.values import Annotation, Box, Mask, Polygon, Polyline, Region
from gui.tools.scene import Point, PointerEvent, Scene

HANDLES = ("nw", "n", "ne", "e", "se", "s", "sw", "w")
MANY = 300
"""Edges from which on it takes less to leave out those far away than to measure all."""
SLACK = 1.0
"""Pixels: more than what coordinates of 32 bits are off."""


def hits(event: PointerEvent, scene: Scene, *, with_locked: bool = False) -> list[Annotation]:
    """Everything at the pointer, the smallest first and of equal ones the topmost; what is locked
    only where that is asked for."""
    found = [
        annotation
        for annotation in scene.near(event.point, event.tolerance)
        if (with_locked or annotation.id not in scene.locked_ids)
        and contains(annotation.region, event.point, event.tolerance)
    ]
    return sorted(found, key=lambda annotation: area_of(annotation.region))


def contains(region: Region, point: Point, reach: float) -> bool:
    """Whether the point is in the Region or closer to its border than `reach`."""
    x, y = point
    if isinstance(region, Box):
        in_x = region.x1 - reach <= x <= region.x2 + reach
        return in_x and region.y1 - reach <= y <= region.y2 + reach
    if isinstance(region, Mask):
        return _mask_contains(region, point, reach)
    if isinstance(region, Polyline):
        return is_near(there_and_back(region.points_xy), point, reach)
    rings = (region.points_xy, *region.holes)
    if is_inside(rings[0], point) and not any(is_inside(hole, point) for hole in rings[1:]):
        return True
    return any(is_near(ring, point, reach) for ring in rings)


def area_of(region: Region) -> float:
    """Pixels covered: what makes one Region smaller than another."""
    if isinstance(region, Box):
        return (region.x2 - region.x1) * (region.y2 - region.y1)
    if isinstance(region, Mask):
        # Its bounds will do, and need no look at millions of pixels.
        return float(region.pixels.size)
    if isinstance(region, Polyline):
        return 0.0
    return ring_area(region.points_xy) - sum(ring_area(hole) for hole in region.holes)


def ring_area(ring: NDArray[np.float32]) -> float:
    """Area of a closed line (N, 2), without sign."""
    x, y = ring[:, 0].astype(np.float64), ring[:, 1].astype(np.float64)
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def is_inside(ring: NDArray[np.float32], point: Point) -> bool:
    """Whether a line from the point to the right crosses the ring an odd number of times."""
    x, y = point
    is_below = ring[:, 1] > y
    first = np.flatnonzero(is_below != np.roll(is_below, -1))
    a, b = ring[first], ring[(first + 1) % len(ring)]
    at_x = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return bool(np.count_nonzero(at_x > x) % 2)


def is_near(ring: NDArray[np.float32], point: Point, reach: float) -> bool:
    """Whether an edge of the closed line (N, 2) is no farther from the point than `reach`."""
    if len(ring) < MANY:
        return bool(edge_distances(ring, point).min() <= reach)
    first = _edges_around(ring, point, reach + SLACK)
    distances = _distances(ring[first], ring[(first + 1) % len(ring)], point)
    return bool((distances <= reach).any())


def _edges_around(ring: NDArray[np.float32], point: Point, reach: float) -> NDArray[np.intp]:
    """The numbers of edges that do not lie wholly on one side of the square around a point."""
    may_be = np.ones(len(ring), np.bool_)
    for at, places in zip(point, ring.T, strict=True):
        side = (places > at + reach).view(np.int8) - (places < at - reach).view(np.int8)
        may_be &= side * np.roll(side, -1) != 1
    return np.flatnonzero(may_be)


def edge_distances(ring: NDArray[np.float32], point: Point) -> NDArray[np.float64]:
    """Distance of the point to each edge of the closed line: (N,)."""
    return _distances(ring, np.roll(ring, -1, axis=0), point)


def _distances(
    starts: NDArray[np.float32], ends: NDArray[np.float32], point: Point
) -> NDArray[np.float64]:
    """Distance of the point to each edge from one of the starts (N, 2) to its end: (N,)."""
    a = starts.astype(np.float64)
    along = ends.astype(np.float64) - a  # (N, 2)
    to_point = np.array(point) - a
    length = np.maximum((along**2).sum(1), 1e-12)
    share = np.clip((to_point * along).sum(1) / length, 0, 1)
    result: NDArray[np.float64] = np.linalg.norm(to_point - share[:, None] * along, axis=1)
    return result


def handle_points(box: Box) -> tuple[Point, ...]:
    """The eight handles of a box, in the order of HANDLES."""
    x1, y1, x2, y2 = box.xyxy
    xm, ym = (x1 + x2) / 2, (y1 + y2) / 2
    return (x1, y1), (xm, y1), (x2, y1), (x2, ym), (x2, y2), (xm, y2), (x1, y2), (x1, ym)


def handle_at(box: Box, event: PointerEvent) -> str | None:
    """The nearest handle in reach: a corner wins over the middle of a side."""
    best, best_distance = None, event.tolerance
    for name, (x, y) in sorted(
        zip(HANDLES, handle_points(box), strict=True), key=lambda pair: -len(pair[0])
    ):
        distance = max(abs(x - event.x), abs(y - event.y))
        if distance < best_distance:
            best, best_distance = name, distance
    return best


def vertex_at(shape: Polygon | Polyline, event: PointerEvent) -> tuple[int, int] | None:
    """Ring (0 is the outline) and number of the nearest corner in reach."""
    best, best_distance = None, event.tolerance
    for ring_number, ring in enumerate(_rings(shape)):
        distances = np.linalg.norm(ring - np.array(event.point, np.float32), axis=1)
        nearest = int(distances.argmin())
        if distances[nearest] < best_distance:
            best, best_distance = (ring_number, nearest), float(distances[nearest])
    return best


def edge_at(shape: Polygon | Polyline, event: PointerEvent) -> tuple[int, int] | None:
    """Ring and number of the corner before the nearest edge in reach."""
    best, best_distance = None, event.tolerance * 0.75
    for ring_number, ring in enumerate(_rings(shape)):
        distances = edge_distances(ring, event.point)
        if isinstance(shape, Polyline):
            distances = distances[:-1]  # None leads from the last corner to the first.
        nearest = int(distances.argmin())
        if distances[nearest] < best_distance:
            best, best_distance = (ring_number, nearest), float(distances[nearest])
    return best


def _rings(shape: Polygon | Polyline) -> tuple[NDArray[np.float32], ...]:
    holes = () if isinstance(shape, Polyline) else shape.holes
    return (shape.points_xy, *holes)


def _mask_contains(mask: Mask, point: Point, reach: float) -> bool:
    """Whether a pixel of the mask is in the square around the point; exact inside it."""
    height, width = mask.pixels.shape
    x, y = int(np.floor(point[0])) - mask.left, int(np.floor(point[1])) - mask.top
    if 0 <= x < width and 0 <= y < height and mask.pixels[y, x]:
        return True
    step = int(min(reach, 8.0))
    cut = mask.pixels[
        max(y - step, 0) : max(y + step + 1, 0), max(x - step, 0) : max(x + step + 1, 0)
    ]
    return bool(cut.any())
