"""The outlines of thousands of boxes and polygons, drawn in one go.

Qt needs 140 ms for two thousand polygons of fifty points; OpenCV, given simplified rings in one
call per color, a twentieth of that.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import Box, Polygon, Region
from gui.canvas.frame_layer import Buffers
from gui.canvas.items import Color, Item
from gui.canvas.view import Area, View

Points = NDArray[np.float32]
SHIFT = 4  # OpenCV takes sixteenths of a pixel
DASH, GAP = 8.0, 8.0  # screen pixels


SEAM, SEAM_COLOR = 255, 0xA0000000


def rings_of(region: Region) -> tuple[Points, ...]:
    """The closed lines around a box or a polygon; a mask has none here."""
    if isinstance(region, Polygon):
        return (region.points_xy, *region.holes)
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        return (np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32),)
    return ()


class _Shape:
    """The rings of one Region, simplified for every scale they were needed at."""

    def __init__(self, region: Region) -> None:
        self.region = region
        rings = rings_of(region)
        self.corners = [(*ring.min(0).tolist(), *ring.max(0).tolist()) for ring in rings]
        self._levels: dict[int, tuple[Points, ...]] = {0: rings}

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


class Outlines:
    """Rings of all items, ready to be drawn at any scale."""

    def __init__(self, items: Sequence[Item], previous: "Outlines | None" = None) -> None:
        self.items = items
        known: dict[int, _Shape] = previous.known_shapes() if previous else {}
        self._shapes: list[_Shape] = [known.get(id(i.region)) or _Shape(i.region) for i in items]
        corners = [corner for shape in self._shapes for corner in shape.corners]
        self._corners = np.array(corners, np.float32).reshape(-1, 4)  # (R, 4) xyxy
        numbers = [n for n, shape in enumerate(self._shapes) for _ in shape.corners]
        self._item_of_ring = numbers
        self._level: tuple[int, Points, NDArray[np.int64]] | None = None
        self._found: tuple[View, Area, list[tuple[int, NDArray[np.int32]]]] | None = None

    def __len__(self) -> int:
        return len(self._corners)

    def known_shapes(self) -> dict[int, _Shape]:
        """The shapes by their Region's identity, for the next Outlines to take over."""
        return {id(shape.region): shape for shape in self._shapes}

    @property
    def count_points(self) -> int:
        """How many points all rings have together."""
        return sum(len(ring) for shape in self._shapes for ring in shape.at(0))

    def draw(self, layer: NDArray[np.int32], view: View, area: Area, buffers: Buffers) -> None:
        """Draw into (h, w) premultiplied ARGB, dark around bright so that it shows anywhere."""
        groups: dict[tuple[Color, bool], list[NDArray[np.int32]]] = {}
        for number, path in self._paths(view, area):
            item = self.items[number]
            groups.setdefault((item.color, item.is_dashed), []).append(path)
        ids = buffers.get("line_ids", layer.shape)
        ids[:] = 0
        table = np.zeros(256, np.uint32)
        table[SEAM] = SEAM_COLOR
        for number, ((color, is_dashed), paths) in enumerate(groups.items()):
            slot = min(number + 1, SEAM - 1)
            table[slot] = 0xFF000000 | color[0] << 16 | color[1] << 8 | color[2]
            lines = dashes(paths) if is_dashed else paths
            cv2.polylines(ids, lines, not is_dashed, slot, 1, cv2.LINE_8, SHIFT)
        # Lines of one pixel are fast to draw; now they become two wide, with a seam around.
        wide, seam = buffers.get("wide_ids", layer.shape), buffers.get("seam", layer.shape)
        cv2.dilate(ids, np.ones((2, 2), np.uint8), wide)
        cv2.dilate(wide, np.ones((3, 3), np.uint8), seam)
        cv2.threshold(seam, 0, SEAM, cv2.THRESH_BINARY, seam)
        cv2.copyTo(wide, wide, seam)
        cv2.LUT(seam, table.view(np.int32), layer)

    def fill(self, ids: NDArray[np.uint8], view: View, area: Area, slots: Sequence[int]) -> None:
        """Fill polygons into (h, w) with the number of each item; 0 leaves it out."""
        by_item: dict[int, list[NDArray[np.int32]]] = {}
        for number, path in self._paths(view, area):
            if slots[number]:
                by_item.setdefault(number, []).append(path)
        for number, paths in by_item.items():
            cv2.fillPoly(ids, paths, slots[number], cv2.LINE_8, SHIFT)

    def _paths(self, view: View, area: Area) -> list[tuple[int, NDArray[np.int32]]]:
        """Item numbers and rings in sixteenths of the area's pixels: those that can be seen."""
        if not len(self):
            return []
        if self._found is not None and self._found[:2] == (view, area):
            return self._found[2]
        points, starts = self._points_at(view.scale)
        offset = np.array([view.x - area.x - 0.5, view.y - area.y - 0.5], np.float32)
        corners = self._corners * view.scale + np.tile(offset, 2)  # (R, 4)
        is_near = (corners[:, 2] > -2) & (corners[:, 3] > -2)
        is_near &= (corners[:, 0] < area.width + 2) & (corners[:, 1] < area.height + 2)
        exact = np.round((points * view.scale + offset) * 2**SHIFT).astype(np.int32)
        paths = []
        bounds, owners, items = starts.tolist(), self._item_of_ring, self.items
        for number in np.flatnonzero(is_near).tolist():
            path = exact[bounds[number] : bounds[number + 1]]
            if type(items[owners[number]].region) is Box:
                path = (path + 8 >> SHIFT) << SHIFT  # whole pixels keep straight lines sharp
            paths.append((owners[number], path))
        self._found = (view, area, paths)
        return paths

    def _points_at(self, scale: float) -> tuple[Points, NDArray[np.int64]]:
        """All points for this scale in one array, and where each ring starts."""
        level = max(int(np.floor(-2 * np.log2(scale))), 0)
        if self._level is None or self._level[0] != level:
            rings = [ring for shape in self._shapes for ring in shape.at(level)]
            starts = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])])
            self._level = (level, np.concatenate(rings), starts.astype(np.int64))
        return self._level[1:]


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
    # A dash must not jump from the end of one path to the start of the next, which lies at the
    # same length: it ends a hair before.
    limit = along[ends - 1] - 1e-3
    stop = np.minimum(
        stop, limit[np.minimum(np.searchsorted(limit, begin, "right"), len(limit) - 1)]
    )
    lines = np.stack(
        [np.interp([begin, stop], along, points[:, axis]) for axis in (0, 1)], axis=-1
    )  # (2, D, 2)
    return list(np.round(lines.swapaxes(0, 1)).astype(np.int32, order="C"))
