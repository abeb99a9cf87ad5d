"""All masks of a frame in one picture of small numbers; a table turns numbers into colors."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.changes import changed
from engine.regions.masks import stroke_mask
from engine.regions.shaping import intersect
from engine.values import LabelMap, Mask
from gui.canvas.frame_layer import Buffers
from gui.canvas.items import Color, Item, OverlayContent
from gui.canvas.view import Area
from gui.tools.registry import Stroke

SEAM = 0x90000000
"""Half transparent black, around each mask."""
OWN_SLOTS = 100
"""This many objects get a number of their own, so that touching ones keep a line between them."""
MOST_SLOTS = 127
MOST_AREAS = 24
STRIPE = 4
"""So many pixels of the screen are tinted in a proposal, and as many are not."""
EDGE = 128
"""Added to the number of a pixel at the border of its object; 128 itself is the seam outside."""


class Slots:
    """Numbers 1..127: one for each of the first objects, then they are shared."""

    def __init__(self) -> None:
        self.colors: dict[int, tuple[Color, bool]] = {}
        self._by_object: dict[str, int] = {}
        self._by_color: dict[tuple[Color, bool], int] = {}
        self._free = list(range(OWN_SLOTS, 0, -1))
        self._table: tuple[object, NDArray[np.int32]] | None = None
        self._shared = 0

    def of_object(self, item: Item) -> int:
        """The number of this object; its color may have changed."""
        look = (item.color, item.is_dashed)
        slot = self._by_object.get(item.id)
        if slot is None and self._free:
            slot = self._by_object[item.id] = self._free.pop()
        if slot is None:
            same = [n for n in range(1, OWN_SLOTS + 1) if self.colors.get(n) == look]
            if not same:
                return self.of_color(item.color, is_dashed=item.is_dashed)
            self._shared += 1
            return same[self._shared % len(same)]
        self.colors[slot] = look
        return slot

    def of_color(self, color: Color, *, is_dashed: bool = False) -> int:
        """The number all things of this color share."""
        look = (color, is_dashed)
        if look not in self._by_color:
            self._by_color[look] = min(OWN_SLOTS + 1 + len(self._by_color), MOST_SLOTS)
            self.colors[self._by_color[look]] = look
        return self._by_color[look]

    def table(self, opacity: float) -> NDArray[np.int32]:
        """Number -> premultiplied ARGB: tinted inside, full color at edges, dark in the seam."""
        key = (opacity, tuple(self.colors.items()))
        if self._table is None or self._table[0] != key:
            made = np.zeros(256, np.uint32)
            made[EDGE] = SEAM
            for slot, ((red, green, blue), _) in self.colors.items():
                for start, alpha in ((0, opacity), (EDGE, 1.0)):
                    r, g, b = (round(c * alpha) for c in (red, green, blue))
                    made[start + slot] = round(alpha * 255) << 24 | r << 16 | g << 8 | b
            self._table = (key, made.view(np.int32))
        return self._table[1]

    def forget(self, ids: Iterable[str]) -> None:
        """Free the numbers of objects that are gone."""
        for item_id in ids:
            slot = self._by_object.pop(item_id, None)
            if slot is not None:
                self._free.append(slot)


def mark_edges(ids: NDArray[np.uint8], buffers: Buffers) -> None:
    """Add EDGE to the numbers of all pixels beside one with another number."""
    high = buffers.get("dilated", ids.shape)
    low = buffers.get("eroded", ids.shape)
    around = np.ones((3, 3), np.uint8)
    cv2.dilate(ids, around, high)
    cv2.erode(ids, around, low)
    cv2.bitwise_xor(high, low, high)
    cv2.threshold(high, 0, EDGE, cv2.THRESH_BINARY, high)
    cv2.bitwise_or(ids, high, ids)


def hatch(ids: NDArray[np.uint8], slots: Slots, area: Area) -> None:
    """Stripes inside proposals, gaps in their marked edges, in steps fixed to the screen."""
    dashed = [slot for slot, (_, is_dashed) in slots.colors.items() if is_dashed]
    if not dashed:
        return
    table = np.zeros(256, np.uint8)
    table[dashed], table[[EDGE + slot for slot in dashed]] = 1, 2
    kinds = cv2.LUT(ids, table)
    xs = np.arange(area.x, area.x + area.width)
    ys = np.arange(area.y, area.y + area.height)
    columns, rows = (xs & 7).astype(np.uint8), (ys & 7).astype(np.uint8)
    is_bare = (columns[None, :] + rows[:, None]) & STRIPE != 0
    ids[is_bare & (kinds == 1)] = 0
    is_gap = ((xs // 5) & 1)[None, :] == ((ys // 4) & 1)[:, None]
    ids[is_gap & (kinds == 2)] &= EDGE - 1


class MaskTexture:
    """The numbers, (H, W) uint8, repainted only where something changed."""

    def __init__(self, size_hw: tuple[int, int]) -> None:
        self.ids: NDArray[np.uint8] = np.zeros(size_hw, np.uint8)
        self.slots = Slots()
        self.is_empty = True
        # Zeros that nobody has written to take neither memory nor the time to get it.
        self._is_untouched = True
        self._placed: dict[str, tuple[Mask, int]] = {}
        self._map: LabelMap | None = None
        self._map_table: NDArray[np.uint8] = np.zeros(256, np.uint8)

    def set_picture(self, picture: OverlayContent) -> list[Area]:
        """Show these masks instead; returns the parts of the frame that changed."""
        before, old_order = self._placed, list(self._placed)
        masks = [(item, item.region) for item in picture.items if isinstance(item.region, Mask)]
        self.slots.forget(before.keys() - {item.id for item, _ in masks})
        self._placed = {item.id: (mask, self.slots.of_object(item)) for item, mask in masks}
        kept_order = [item_id for item_id in self._placed if item_id in before]
        is_reordered = kept_order != [i for i in old_order if i in self._placed]
        if self._set_map(picture) or is_reordered:
            changed = [Area(0, 0, self.ids.shape[1], self.ids.shape[0])]
        else:
            changed = _worth_apart([a.clipped(self._size_hw) for a in self._changes(before)])
        for area in changed:
            self.repaint(area)
        self._is_untouched = self._is_untouched and not changed
        self.is_empty = not self._placed and self._map is None
        return changed

    def _changes(self, before: dict[str, tuple[Mask, int]]) -> Iterator[Area]:
        """For each mask that differs, the area where it was and is."""
        for item_id in before.keys() | self._placed.keys():
            old, new = before.get(item_id), self._placed.get(item_id)
            if old is None or new is None or old[1] != new[1]:
                areas = [_area_of(placed[0]) for placed in (old, new) if placed is not None]
                yield areas[0].joined(areas[-1])
            elif (rect := changed(old[0], new[0])) is not None:
                left, top, right, bottom = rect
                yield Area(left, top, right - left, bottom - top)

    def repaint(self, area: Area) -> None:
        """Paint the masks again in this frame area, for instance after an abandoned stroke."""
        area = area.clipped(self._size_hw)
        if area.is_empty:
            return
        target = self._cut(area)
        if self._map is not None and self._map.ids.shape == self._size_hw:
            window = self._map.ids[_window(area)]
            target[:] = cv2.LUT(np.ascontiguousarray(window), self._map_table)
        elif not self._is_untouched:
            target[:] = 0
        right, bottom = area.x + area.width, area.y + area.height
        for mask, slot in self._placed.values():
            if mask.left < right and mask.top < bottom:
                _paste(target, area, mask, slot)

    def paint(self, stroke: Stroke, first: int, slot: int) -> Area:
        """Add a stroke's points from `first` on; returns the frame area that changed."""
        points = stroke.points_xy[max(first - 1, 0) :]
        mask = stroke_mask(points, stroke.radius, self._size_hw, is_square=stroke.is_square)
        mask = mask if stroke.within is None else intersect(mask, stroke.within)
        if mask is None:
            return Area(0, 0, 0, 0)
        area, touched = _area_of(mask), mask.pixels
        target = self._cut(area)
        if stroke.is_erasing:
            touched = touched & (target == slot)
        elif stroke.keeps_others:
            touched = touched & (target == 0)
        np.copyto(target, 0 if stroke.is_erasing else slot, where=touched)
        self.is_empty = self._is_untouched = False
        return area

    def lay(self, mask: Mask, slot: int) -> Area:
        """Show a mask below the others, until its area is painted again."""
        area = _area_of(mask)
        target = self._cut(area)
        np.copyto(target, slot, where=mask.pixels & (target == 0))
        self._is_untouched = False
        return area

    @property
    def _size_hw(self) -> tuple[int, int]:
        return self.ids.shape[0], self.ids.shape[1]

    def _cut(self, area: Area) -> NDArray[np.uint8]:
        return self.ids[_window(area)]

    def _set_map(self, picture: OverlayContent) -> bool:
        """Take over the label map below the masks; returns whether it is another one."""
        table = np.zeros(256, np.uint8)
        for label_id, color in picture.map_colors if picture.label_map else ():
            table[label_id] = self.slots.of_color(color)
        is_same = picture.label_map is self._map and np.array_equal(table, self._map_table)
        self._map, self._map_table = picture.label_map, table
        return not is_same


def _worth_apart(areas: list[Area]) -> list[Area]:
    """The areas as they are, or all in one if that is hardly more to paint."""
    areas = [area for area in areas if not area.is_empty]
    if len(areas) < 2:
        return areas
    whole = areas[0]
    for area in areas[1:]:
        whole = whole.joined(area)
    apart = sum(area.width * area.height for area in areas)
    is_hardly_more = whole.width * whole.height < 1.4 * apart
    return [whole] if is_hardly_more or len(areas) > MOST_AREAS else areas


def _window(area: Area) -> tuple[slice, slice]:
    return slice(area.y, area.y + area.height), slice(area.x, area.x + area.width)


def _area_of(mask: Mask) -> Area:
    return Area(mask.left, mask.top, mask.pixels.shape[1], mask.pixels.shape[0])


def _paste(target: NDArray[np.uint8], area: Area, mask: Mask, slot: int) -> None:
    """Write the mask's number into its pixels inside the area."""
    height, width = mask.pixels.shape
    x1, y1 = max(mask.left, area.x), max(mask.top, area.y)
    x2 = min(mask.left + width, area.x + area.width)
    y2 = min(mask.top + height, area.y + area.height)
    if x1 < x2 and y1 < y2:
        inner = mask.pixels[y1 - mask.top : y2 - mask.top, x1 - mask.left : x2 - mask.left]
        cut = target[y1 - area.y : y2 - area.y, x1 - area.x : x2 - area.x]
        np.copyto(cut, slot, where=inner)
