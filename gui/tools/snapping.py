"""A point put on what is near it: a corner of another Region, an edge, or the picture's border."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.regions.lines import there_and_back
from engine.values import Box, Polygon, Polyline, Region
from gui.tools.hits import edge_distances
from gui.tools.scene import Point, Scene
from gui.tools.stretch import between, length_of

ON = 0.01
"""Pixels: a point so near to a line is on it."""


def snapped(point: Point, reach: float, scene: Scene, but: str = "") -> Point:
    """The nearest corner in reach, else the nearest point of an edge or border, else the point.

    Of the Regions shown; `but` is the id of one that does not count.
    """
    near = [a.region for a in scene.near(point, reach) if a.id != but]
    rings = [ring for region in near for ring in _rings(region)]
    rings.append(_border(scene))
    for found in (_nearest_corner(rings, point), _nearest_on_edge(rings, point)):
        if math.dist(found, point) <= reach:
            return found
    return point


def border_between(start: Point, end: Point, scene: Scene) -> list[Point]:
    """The corners between two points that lie on one closed line, of a Region shown or of the
    picture's border, along the shorter way; none where no line has both."""
    others = [a.region for a in scene.near(start, ON)]
    rings = [_border(scene), *(ring for region in others for ring in _rings(region))]
    ways = [
        way
        for ring in rings
        if all(edge_distances(ring, point).min() <= ON for point in (start, end))
        for way in between(ring, start, end)
    ]
    return min(ways, key=lambda way: length_of([start, *way, end]), default=[])


def _border(scene: Scene) -> NDArray[np.float32]:
    height, width = scene.size_hw
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def _rings(region: Region) -> Iterator[NDArray[np.float32]]:
    """The closed lines of a Box or Polygon, or along a line; nobody has drawn those of a Mask."""
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        yield np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32)
    elif isinstance(region, Polyline):
        yield there_and_back(region.points_xy)
    elif isinstance(region, Polygon):
        yield region.points_xy
        yield from region.holes


def _nearest_corner(rings: list[NDArray[np.float32]], point: Point) -> Point:
    corners = np.concatenate(rings)
    x, y = corners[np.linalg.norm(corners - point, axis=1).argmin()].tolist()
    return x, y


def _nearest_on_edge(rings: list[NDArray[np.float32]], point: Point) -> Point:
    start = np.concatenate(rings).astype(np.float64)
    along = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings]) - start
    length = np.maximum((along**2).sum(1), 1e-12)
    share = np.clip(((np.array(point) - start) * along).sum(1) / length, 0, 1)
    found = start + share[:, None] * along
    x, y = found[np.linalg.norm(found - point, axis=1).argmin()].tolist()
    return x, y
