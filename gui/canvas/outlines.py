"""The outlines of thousands of boxes and polygons, drawn in one go.

Qt needs 140 ms for two thousand polygons of fifty points; OpenCV, given simplified rings in one
call per color, a twentieth of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import Box, Polygon, Region
from gui.canvas.items import Color, Item
from gui.canvas.view import Area, View

Points = NDArray[np.float32]
SHIFT = 4  # OpenCV takes sixteenths of a pixel
DASH, GAP = 8.0, 8.0  # screen pixels


@dataclass(frozen=True, slots=True)
class Ring:
    """One closed line with the item it belongs to."""

    item: int
    points_xy: Points  # (N, 2)


def rings_of(region: Region) -> tuple[Points, ...]:
    """The closed lines around a box or a polygon; a mask has none here."""
    if isinstance(region, Polygon):
        return (region.points_xy, *region.holes)
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        return (np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32),)
    return ()


class _Rings:
    """Many rings in one array: points (P, 2), where each starts, and to which item it belongs."""

    def __init__(self, rings: Sequence[Ring]) -> None:
        self.rings = rings
        sizes = [len(ring.points_xy) for ring in rings]
        self.starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.points = np.concatenate([np.zeros((0, 2), np.float32), *(r.points_xy for r in rings)])

    def simplified(self, tolerance: float) -> "_Rings":
        """With fewer points, none further than `tolerance` from the true line."""
        made = []
        for ring in self.rings:
            points = ring.points_xy
            if len(points) > 4:
                points = cv2.approxPolyDP(points[:, None], tolerance, True)[:, 0]
            made.append(Ring(ring.item, points))
        return _Rings(made)


class Outlines:
    """Rings of all items, ready to be drawn at any scale."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        rings = [Ring(n, ring) for n, item in enumerate(items) for ring in rings_of(item.region)]
        self._levels: dict[int, _Rings] = {0: _Rings(rings)}
        corners = [(ring.points_xy.min(0), ring.points_xy.max(0)) for ring in rings]
        self._corners = np.array(corners, np.float32).reshape(-1, 4)  # (R, 4) xyxy

    def __len__(self) -> int:
        return len(self._corners)

    def draw(self, canvas: NDArray[np.uint8], view: View, area: Area) -> None:
        """Draw into (h, w, 4) premultiplied BGRA, dark around bright so that it shows anywhere."""
        paths = self._paths(view, area, skip_small=1.5)
        solid: dict[Color, list[NDArray[np.int32]]] = {}
        dashed: dict[Color, list[NDArray[np.int32]]] = {}
        for number, path in paths:
            item = self.items[number]
            (dashed if item.is_dashed else solid).setdefault(item.color, []).append(path)
        for color, group in dashed.items():
            _polylines(canvas, dashes(group), color, is_closed=False)
        for color, group in solid.items():
            _polylines(canvas, group, color, is_closed=True)
        _finish(canvas)

    def fill(self, ids: NDArray[np.uint8], view: View, area: Area, slots: Sequence[int]) -> None:
        """Fill polygons into (h, w) with the number of each item; 0 leaves it out."""
        by_item: dict[int, list[NDArray[np.int32]]] = {}
        for number, path in self._paths(view, area, skip_small=0.7):
            if slots[number]:
                by_item.setdefault(number, []).append(path)
        for number, paths in by_item.items():
            cv2.fillPoly(ids, paths, slots[number], cv2.LINE_8, SHIFT)

    def _paths(
        self, view: View, area: Area, *, skip_small: float
    ) -> list[tuple[int, NDArray[np.int32]]]:
        """Item numbers and rings in sixteenths of the area's pixels: those worth drawing."""
        if not len(self):
            return []
        rings = self._level(view.scale)
        offset = np.array([view.x - area.x - 0.5, view.y - area.y - 0.5], np.float32)
        corners = self._corners * view.scale + np.tile(offset, 2)  # (R, 4)
        is_near = (corners[:, 2] > -2) & (corners[:, 3] > -2)
        is_near &= (corners[:, 0] < area.width + 2) & (corners[:, 1] < area.height + 2)
        is_near &= (corners[:, 2:] - corners[:, :2]).max(1) >= skip_small
        exact = np.round((rings.points * view.scale + offset) * 2**SHIFT).astype(np.int32)
        starts = rings.starts
        paths = []
        for number in np.flatnonzero(is_near).tolist():
            item = rings.rings[number].item
            path = exact[starts[number] : starts[number + 1]]
            if isinstance(self.items[item].region, Box):
                path = (path + 8 >> SHIFT) << SHIFT  # whole pixels keep straight lines sharp
            paths.append((item, path))
        return paths

    def _level(self, scale: float) -> _Rings:
        """The rings simplified to under half a screen pixel, made once per halving."""
        level = 0
        while scale * 2 ** (level + 1) <= 1:
            level += 1
        if level not in self._levels:
            self._levels[level] = self._levels[0].simplified(0.4 * 2**level)
        return self._levels[level]


def dashes(paths: Sequence[NDArray[np.int32]]) -> list[NDArray[np.int32]]:
    """Closed paths cut into short lines: each (2, 2), all in sixteenths of a pixel."""
    closed = [np.concatenate([path, path[:1]]) for path in paths]
    points = np.concatenate(closed).astype(np.float64)  # (P, 2)
    ends = np.cumsum([len(path) for path in closed])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    steps[ends[:-1] - 1] = 0  # no line from one path to the next
    along = np.concatenate([[0], np.cumsum(steps)])
    period = (DASH + GAP) * 2**SHIFT
    begin = np.arange(0, along[-1], period)
    stop = np.minimum(begin + DASH * 2**SHIFT, along[-1])
    # A dash must not jump from the end of one path to the start of the next.
    limit = along[ends - 1]
    stop = np.minimum(
        stop, limit[np.minimum(np.searchsorted(limit, begin, "right"), len(limit) - 1)]
    )
    lines = np.stack(
        [np.interp([begin, stop], along, points[:, axis]) for axis in (0, 1)], axis=-1
    )  # (2, D, 2)
    return list(np.round(lines.swapaxes(0, 1)).astype(np.int32, order="C"))


def _polylines(
    canvas: NDArray[np.uint8], paths: list[NDArray[np.int32]], color: Color, *, is_closed: bool
) -> None:
    if paths:
        bgra = (color[2], color[1], color[0], 255)
        cv2.polylines(canvas, paths, is_closed, bgra, 1, cv2.LINE_AA, SHIFT)


def _finish(canvas: NDArray[np.uint8]) -> None:
    """Widen the lines; a dark seam around them needs the alpha channel only, for black is 0."""
    # Lines of one pixel are fast to draw; this makes them two wide.
    cv2.dilate(canvas, np.ones((2, 2), np.uint8), canvas)
    alpha = cv2.extractChannel(canvas, 3)
    seam = cv2.dilate(alpha, np.ones((3, 3), np.uint8))
    cv2.insertChannel(cv2.max(alpha, cv2.convertScaleAbs(seam, alpha=0.6)), canvas, 3)
