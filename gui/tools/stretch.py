"""Stretches of a closed line: what lies between two of its points, and new ones in their place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values import Polygon
from gui.tools.hits import edge_at, edge_distances, ring_area, vertex_at
from gui.tools.scene import Point, PointerEvent

Ring = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """A point on a Polygon: the number of its ring (0 is the outline), and where it is."""

    ring: int
    point: Point


def place_at(polygon: Polygon, event: PointerEvent) -> Place | None:
    """The corner in reach, else the nearest point of an edge in reach."""
    rings = (polygon.points_xy, *polygon.holes)
    corner = vertex_at(polygon, event)
    if corner is not None:
        x, y = rings[corner[0]][corner[1]].tolist()
        return Place(corner[0], (x, y))
    edge = edge_at(polygon, event)
    if edge is None:
        return None
    _, point = _nearest(rings[edge[0]], event.point)
    return Place(edge[0], point)


def between(ring: Ring, start: Point, end: Point) -> tuple[list[Point], list[Point]]:
    """The corners between two points of a closed line: on, and back around."""
    return _onward(ring, start, end), _onward(ring, end, start)[::-1]


def redrawn(polygon: Polygon, start: Place, end: Place, drawn: list[Point]) -> Polygon | None:
    """With a new stretch from one place to another in place of the old one that is nearer to it,
    which is the one with less area between; None where nothing would be left."""
    if start.ring != end.ring or start.point == end.point:
        return None
    rings = [polygon.points_xy, *polygon.holes]
    ways = between(rings[start.ring], start.point, end.point)
    costs = [_area([start.point, *way, end.point, *drawn[::-1]]) for way in ways]
    kept = ways[1] if costs[0] <= costs[1] else ways[0]
    made = np.array([start.point, *drawn, end.point, *kept[::-1]], np.float32)
    if len(made) < 3 or ring_area(made) < 1.0:
        return None
    rings[start.ring] = made
    return Polygon(rings[0], tuple(rings[1:]))


def length_of(points: list[Point]) -> float:
    """Along an open line."""
    steps = np.diff(np.array(points, np.float64).reshape(-1, 2), axis=0)
    return float(np.linalg.norm(steps, axis=1).sum())


def _onward(ring: Ring, start: Point, end: Point) -> list[Point]:
    (first, from_point), (last, to_point) = _nearest(ring, start), _nearest(ring, end)
    count = len(ring)
    steps = (last - first) % count
    if steps == 0 and _along(ring, first, to_point) < _along(ring, first, from_point):
        steps = count
    corners = [ring[(first + 1 + n) % count].tolist() for n in range(steps)]
    return [(x, y) for x, y in corners if (x, y) not in (start, end)]


def _nearest(ring: Ring, point: Point) -> tuple[int, Point]:
    """The corner before the nearest edge, and the nearest point of that edge."""
    number = int(edge_distances(ring, point).argmin())
    x, y = (ring[number] + _along(ring, number, point) * _edge(ring, number)).tolist()
    return number, (x, y)


def _along(ring: Ring, number: int, point: Point) -> float:
    """How far along an edge a point is, 0..1."""
    edge = _edge(ring, number)
    length = max(float(edge @ edge), 1e-12)
    share = float((np.array(point, np.float64) - ring[number]) @ edge) / length
    return min(max(share, 0.0), 1.0)


def _edge(ring: Ring, number: int) -> NDArray[np.float64]:
    after: NDArray[np.float64] = ring[(number + 1) % len(ring)].astype(np.float64) - ring[number]
    return after


def _area(points: list[Point]) -> float:
    return ring_area(np.array(points, np.float32)) if len(points) > 2 else 0.0
