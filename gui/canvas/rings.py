"""The closed lines around boxes and polygons: which are in sight, and where on the screen.

A hundred thousand polygons on one screen are a few pixels each: those are found in one go and
need no path.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.extents import extents_of_points
from engine.regions.lines import there_and_back
from engine.values import Box, Polygon, Polyline, Region
from gui.canvas.view import Area, View

Points = NDArray[np.float32]
Ints = NDArray[np.int64]

SHIFT = 4  # OpenCV takes sixteenths of a pixel
TINY = 4
"""A ring of so many screen pixels across, or less, is a dot: its lines would fill it anyway."""
CROWD, TINY_IN_CROWD = 20_000, 8
"""With more rings in sight than this, somewhat larger ones are dots too."""
POINT = 3
"""So many screen pixels a point's dot reaches to each side."""


def rings_of(region: Region) -> tuple[Points, ...]:
    """The closed lines around a box or polygon, or along a line and back; a mask has none here."""
    if isinstance(region, Polygon):
        return (region.points_xy, *region.holes)
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        return (np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32),)
    if isinstance(region, Polyline):
        return (there_and_back(region.points_xy),)
    return ()


def is_point(region: Region) -> bool:
    """Whether it is a single point, which is shown as a dot of the same size at any zoom."""
    return isinstance(region, Polyline) and len(region.points_xy) == 1


class Shape:
    """The rings of one Region, simplified for every scale they were needed at."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._levels: dict[int, tuple[Points, ...]] = {0: rings_of(region)}
        self.corners = np.empty((0, 4), np.float32)
        """Left, top, right, bottom of each ring, (R, 4)."""

    def at(self, level: int) -> tuple[Points, ...]:
        """The rings with no point further than a part of a screen pixel from the true line."""
        rings = self._levels.get(level)
        if rings is None:
            tolerance = 0.4 * 2 ** (level / 2)
            rings = tuple(
                cv2.approxPolyDP(r[:, None], tolerance, True)[:, 0] if len(r) > 4 else r
                for r in self._levels[0]
            )
            self._levels[level] = rings
        return rings


def _set_corners(shapes: Sequence[Shape]) -> None:
    """Work out how far their rings reach, all at once."""
    rings = [shape.at(0) for shape in shapes]
    corners = extents_of_points([ring for each in rings for ring in each])
    for shape, (begin, end) in zip(
        shapes, pairwise(accumulate(map(len, rings), initial=0)), strict=True
    ):
        shape.corners = corners[begin:end]


@dataclass(frozen=True)
class Seen:
    """The rings in sight by their numbers: their paths, closed, in sixteenths of the area's
    pixels; and the dots, each (left, top, right, bottom) in whole pixels, the last included."""

    numbers: list[int]
    paths: list[NDArray[np.int32]]
    dot_numbers: Ints
    dots: Ints


class Rings:
    """Rings of all Regions, in their order, ready to be seen through any view."""

    def __init__(self, regions: Iterable[Region], previous: "Rings | None" = None) -> None:
        known: dict[int, Shape] = previous.known_shapes() if previous else {}
        self._shapes = [known.get(id(region)) or Shape(region) for region in regions]
        _set_corners([shape for shape in self._shapes if id(shape.region) not in known])
        corners = [shape.corners for shape in self._shapes]
        self._corners = np.concatenate(corners or [np.empty((0, 4), np.float32)])  # (R, 4) xyxy
        self._places = [
            (shape, part) for shape in self._shapes for part in range(len(shape.corners))
        ]
        counts = [len(shape.corners) for shape in self._shapes]
        self.owners: Ints = np.repeat(np.arange(len(counts)), counts)
        """For each ring the number of its Region."""
        self._is_box = np.array([type(s.region) is Box for s, _ in self._places], np.bool_)
        self._is_point = np.array([is_point(s.region) for s, _ in self._places], np.bool_)
        self._seen: tuple[View, Area, Seen] | None = None

    def __len__(self) -> int:
        return len(self._corners)

    def known_shapes(self) -> dict[int, Shape]:
        """The shapes by their Region's identity, for the next Rings to take over."""
        return {id(shape.region): shape for shape in self._shapes}

    @property
    def count_points(self) -> int:
        """How many points all rings have together."""
        return sum(len(ring) for shape in self._shapes for ring in shape.at(0))

    def seen(self, view: View, area: Area) -> Seen:
        """What of them is in this area of the screen."""
        if self._seen is None or self._seen[:2] != (view, area):
            self._seen = (view, area, self._look(view, area))
        return self._seen[2]

    def _look(self, view: View, area: Area) -> Seen:
        offset = np.array([view.x - area.x - 0.5, view.y - area.y - 0.5], np.float32)
        corners = self._corners * view.scale + np.tile(offset, 2)  # (R, 4)
        is_near = (corners[:, 2] > -2) & (corners[:, 3] > -2)
        is_near &= (corners[:, 0] < area.width + 2) & (corners[:, 1] < area.height + 2)
        sides = corners[:, 2:] - corners[:, :2]
        corners[self._is_point] += (-POINT, -POINT, POINT, POINT)
        tiny = TINY if np.count_nonzero(is_near) <= CROWD else TINY_IN_CROWD
        is_dot = is_near & (sides[:, 0] < tiny) & (sides[:, 1] < tiny)
        numbers = np.flatnonzero(is_near & ~is_dot).tolist()
        return Seen(
            numbers,
            self._paths(numbers, view.scale, offset),
            np.flatnonzero(is_dot),
            np.round(corners[is_dot]).astype(np.int64),
        )

    def _paths(
        self, numbers: Sequence[int], scale: float, offset: Points
    ) -> list[NDArray[np.int32]]:
        """All their points are moved at once: each by itself would take ten times as long."""
        if not numbers:
            return []
        level = max(int(np.floor(-2 * np.log2(scale))), 0)
        places = [self._places[number] for number in numbers]
        rings = [shape.at(level)[part] for shape, part in places]
        moved = np.concatenate(rings) * np.float32(scale * 2**SHIFT) + offset * 2**SHIFT
        exact = np.round(moved).astype(np.int32)
        ends = accumulate(map(len, rings), initial=0)
        paths = [exact[begin:end] for begin, end in pairwise(ends)]
        for place in np.flatnonzero(self._is_box[numbers]).tolist():
            # Whole pixels keep straight lines sharp.
            paths[place] = (paths[place] + 8 >> SHIFT) << SHIFT
        return paths
