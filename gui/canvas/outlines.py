"""The outlines of thousands of boxes and polygons, drawn in one go.

Qt needs 140 ms for two thousand polygons of fifty points; OpenCV, given simplified rings in one
call per color, a twentieth of that.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from gui.canvas.frame_layer import Buffers
from gui.canvas.items import Item
from gui.canvas.rings import SHIFT, TINY_IN_CROWD, Ints, Rings, Seen, Shape
from gui.canvas.view import Area, View

DASH, GAP = 8.0, 8.0  # screen pixels

SEAM, SEAM_COLOR = 255, 0xA0000000


class Outlines:
    """Rings of all items, ready to be drawn at any scale."""

    def __init__(self, items: Sequence[Item], previous: "Outlines | None" = None) -> None:
        self.items = items
        before: Rings | None = previous._rings if previous else None
        self._rings: Rings = Rings((i.region for i in items), before)
        looks: dict[tuple[tuple[int, int, int], bool], int] = {}
        numbers = [looks.setdefault((i.color, i.is_dashed), len(looks)) for i in items]
        self._looks = tuple(looks)
        self._look_of_ring = np.array(numbers, np.int64)[self._rings.owners]  # (R,)

    def __len__(self) -> int:
        return len(self._rings)

    def known_shapes(self) -> dict[int, Shape]:
        """The shapes by their Region's identity."""
        return self._rings.known_shapes()

    @property
    def count_points(self) -> int:
        """How many points all rings have together."""
        return self._rings.count_points

    def count_seen(self, view: View, area: Area) -> int:
        """How many lines there are to draw; dots take a small part of the time."""
        seen = self._rings.seen(view, _wide(area))
        return len(seen.numbers) + len(seen.dot_numbers) // 32

    def draw(self, layer: NDArray[np.int32], view: View, area: Area, buffers: Buffers) -> None:
        """Draw into (h, w) premultiplied ARGB, dark around bright so that it shows anywhere."""
        wide = _wide(area)
        shape = (wide.height, wide.width)
        ids = buffers.get("line_ids", shape)
        ids[:] = 0
        table = np.zeros(256, np.uint32)
        table[SEAM] = SEAM_COLOR
        if len(self):
            self._draw_lines(ids, table, self._rings.seen(view, wide))
        # Lines of one pixel are fast to draw; now they become two wide, with a seam around.
        thick, seam = buffers.get("wide_ids", shape), buffers.get("seam", shape)
        cv2.dilate(ids, np.ones((2, 2), np.uint8), thick)
        cv2.dilate(thick, np.ones((3, 3), np.uint8), seam)
        cv2.threshold(seam, 0, SEAM, cv2.THRESH_BINARY, seam)
        cv2.copyTo(thick, thick, seam)
        cv2.LUT(seam[1:-1, 1:-1], table.view(np.int32), layer)

    def _draw_lines(self, ids: NDArray[np.uint8], table: NDArray[np.uint32], seen: Seen) -> None:
        """One pixel wide, each look in its number, which the table turns into a color."""
        path_looks = self._look_of_ring[seen.numbers]
        dot_looks = self._look_of_ring[seen.dot_numbers]
        shown = np.union1d(path_looks, dot_looks)
        slots = np.zeros(len(self._looks), np.uint8)
        slots[shown] = np.minimum(np.arange(1, len(shown) + 1), SEAM - 1)
        for look in shown.tolist():
            red, green, blue = self._looks[look][0]
            table[slots[look]] = 0xFF000000 | red << 16 | green << 8 | blue
        _draw_dots(ids, seen.dots, slots[dot_looks])
        for look in np.unique(path_looks).tolist():
            is_dashed = self._looks[look][1]
            paths = [seen.paths[place] for place in np.flatnonzero(path_looks == look).tolist()]
            lines = dashes(paths) if is_dashed else paths
            cv2.polylines(ids, lines, not is_dashed, int(slots[look]), 1, cv2.LINE_8, SHIFT)

    def fill(self, ids: NDArray[np.uint8], view: View, area: Area, slots: Sequence[int]) -> None:
        """Fill polygons into (h, w) with the number of each item; 0 leaves it out."""
        if not len(self):
            return
        seen = self._rings.seen(view, area)
        owners = self._rings.owners[seen.numbers].tolist()
        fill, last, paths = cv2.fillPoly, -1, []
        for owner, path in zip(owners, seen.paths, strict=True):
            if owner == last:  # a hole
                paths.append(path)
                continue
            if paths and slots[last]:
                fill(ids, paths, slots[last], cv2.LINE_8, SHIFT)
            last, paths = owner, [path]
        if paths and slots[last]:
            fill(ids, paths, slots[last], cv2.LINE_8, SHIFT)


def _wide(area: Area) -> Area:
    """One pixel more, as the tint is rendered too: both then see the same rings."""
    return Area(area.x - 1, area.y - 1, area.width + 2, area.height + 2)


def _draw_dots(ids: NDArray[np.uint8], dots: Ints, slots: NDArray[np.uint8]) -> None:
    """Fill small rectangles, (D, 4) with their last pixels included, into (h, w)."""
    height, width = ids.shape
    left, top = dots[:, 0].clip(0, width - 1), dots[:, 1].clip(0, height - 1)
    across = dots[:, 2].clip(0, width - 1) - left
    down = dots[:, 3].clip(0, height - 1) - top
    base = TINY_IN_CROWD + 1
    size, first, flat = across * base + down, top * width + left, ids.reshape(-1)
    for each in np.unique(size).tolist():
        chosen = np.flatnonzero(size == each)
        begin, slot = first[chosen], slots[chosen]
        for x in range(each // base + 1):
            for y in range(each % base + 1):
                flat[begin + (y * width + x)] = slot


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
