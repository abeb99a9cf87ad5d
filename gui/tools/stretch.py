"""Stretches of an outline: what lies between two of its points, and new ones in their place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import join, subtract
from engine.regions.masks import mask_to_polygons, pixels_in, rect_around
from engine.values import Mask, Polygon, Region
from gui.tools.hits import edge_distances, ring_area, vertex_at
from gui.tools.scene import Point, PointerEvent

Ring = NDArray[np.float32]
Outlined = Polygon | Mask
"""What has an outline of its own, of which a part can be drawn anew."""
EDGE_REACH = 0.75
"""Of the reach of a click: an edge is long, and need not be aimed at."""
GAP = 0.1
"""Of the length of a line that is drawn all around: so far its ends may be apart."""
FINE = 0.15
"""Of the reach of a click: so far a line may be from the simpler one of the same shape."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on an Outline: the number of its ring, and where it is."""

    ring: int
    point: Point


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """A Region with the closed lines around all of its parts, then those around its holes."""

    region: Outlined
    parts: tuple[Ring, ...]
    holes: tuple[Ring, ...]

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All of them, as they are numbered."""
        return (*self.parts, *self.holes)


def outline_of(region: Region) -> Outline | None:
    """Of what a part can be drawn anew; None of a Box, a line, and what has no pixels."""
    if not isinstance(region, Polygon | Mask):
        return None
    parts = (region,) if isinstance(region, Polygon) else mask_to_polygons(region)
    holes = tuple(hole for part in parts for hole in part.holes)
    return Outline(region, tuple(part.points_xy for part in parts), holes) if parts else None


def place_at(outline: Outline, event: PointerEvent) -> Place | None:
    """The corner in reach, else the nearest point of an edge in reach."""
    region = outline.region
    corner = vertex_at(region, event) if isinstance(region, Polygon) else None
    if corner is not None:
        x, y = outline.rings[corner[0]][corner[1]].tolist()
        return Place(corner[0], (x, y))
    places = [Place(n, _nearest(ring, event.point)[1]) for n, ring in enumerate(outline.rings)]
    place = min(places, key=lambda each: math.dist(each.point, event.point))
    is_near = math.dist(place.point, event.point) < event.tolerance * EDGE_REACH
    return place if is_near else None


def redrawn_along(
    region: Region, line: Sequence[Point], size_hw: tuple[int, int]
) -> Outlined | None:
    """With a stretch along a drawn line, between the points of one ring that are nearest to the
    ends of the line; None where it has no outline, or nothing would be left."""
    outline = outline_of(region)
    if outline is None:
        return None
    ends = [
        (Place(n, _nearest(ring, line[0])[1]), Place(n, _nearest(ring, line[-1])[1]))
        for n, ring in enumerate(outline.rings)
    ]
    start, end = min(
        ends,
        key=lambda pair: math.dist(pair[0].point, line[0]) + math.dist(pair[1].point, line[-1]),
    )
    return redrawn(outline, start, end, line, size_hw)


def redrawn(
    outline: Outline, start: Place, end: Place, drawn: Sequence[Point], size_hw: tuple[int, int]
) -> Outlined | None:
    """With a new stretch from one place to another in place of the old one that is nearer to it;
    None where nothing would be left."""
    before, region = outline.rings[start.ring], outline.region
    found = _ring_redrawn(before, start, end, drawn)
    if found is None:
        return None
    after, changed = found
    if isinstance(region, Polygon):
        first, *holes = (after if n == start.ring else r for n, r in enumerate(outline.rings))
        return Polygon(first, tuple(holes))
    # Beyond what was changed both are the same.
    rect = rect_around(np.array(changed, np.float32), (0, 0, size_hw[1], size_hw[0]))
    if rect is None:
        return region
    old, new = (pixels_in(Polygon(ring), rect) for ring in (before, after))
    if start.ring >= len(outline.parts):
        old, new = new, old  # What a hole gains, the object loses.
    return subtract(join(region, subtract(new, old)), subtract(old, new))


def _ring_redrawn(
    ring: Ring, start: Place, end: Place, drawn: Sequence[Point]
) -> tuple[Ring, list[Point]] | None:
    """The new ring, and all points of the old stretch and the new one. The old one is that with
    less area between it and the new one; what is drawn all around is in place of all."""
    if start.ring != end.ring:
        return None
    new = [start.point, *drawn, end.point]
    costs: list[tuple[float, list[Point], list[Point]]] = []  # With what is kept, and what is not.
    if start.point != end.point:
        on, back = between(ring, start.point, end.point)
        costs += [(_area([*on, *new[::-1]]), back, on), (_area([*back, *new[::-1]]), on, back)]
    if _is_around(new, ring):
        costs.append((abs(_area(new) - ring_area(ring)), [], [*map(tuple, ring.tolist())]))
    if not costs:
        return None
    _, kept, gone = min(costs, key=lambda each: each[0])
    made = np.array([*new, *kept[::-1]], np.float32)
    return (made, [*new, *gone]) if len(made) >= 3 and ring_area(made) >= 1.0 else None


def _is_around(line: Sequence[Point], ring: Ring) -> bool:
    """Whether a line nearly ends where it began, around at least half as much as a ring."""
    gap = math.dist(line[0], line[-1])
    return gap <= GAP * length_of(line) and _area(line) >= ring_area(ring) / 2


def between(ring: Ring, start: Point, end: Point) -> tuple[list[Point], list[Point]]:
    """The corners between two points of a closed line: on, and back around."""
    return _onward(ring, start, end), _onward(ring, end, start)[::-1]


def length_of(points: Sequence[Point]) -> float:
    """Along an open line."""
    steps = np.diff(np.array(points, np.float64).reshape(-1, 2), axis=0)
    return float(np.linalg.norm(steps, axis=1).sum())


def thinned(line: Sequence[Point], tolerance: float) -> list[Point]:
    """The points that shape a dragged line, where a click would reach so far."""
    simple = cv2.approxPolyDP(np.array(line, np.float32)[:, None], tolerance * FINE, False)
    return [(x, y) for x, y in simple[:, 0].tolist()]


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


def _area(points: Sequence[Point]) -> float:
    return ring_area(np.array(points, np.float32)) if len(points) > 2 else 0.0
