"""Masks, outlines and captions of one Picture as screen-sized layers, kept per view."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from engine.values import Polygon
from gui.canvas.captions import Captions
from gui.canvas.frame_layer import sample
from gui.canvas.items import Item, Picture
from gui.canvas.mask_texture import MaskTexture, color_table
from gui.canvas.outlines import Outlines
from gui.canvas.view import Area, View
from gui.tools.registry import Stroke

SEAM = 0x90000000
"""Half transparent black, around each mask."""


class Overlay:
    """Draws one Picture; everything drawn is kept per view."""

    def __init__(self) -> None:
        self.picture = Picture((1, 1))
        self.captions = Captions()
        self.opacity = 0.45
        self._texture = MaskTexture((1, 1))
        self._outlines = Outlines(())
        self._fill_slots: list[int] = []
        self._view: View | None = None
        self._screen_wh = (0, 0)
        self._fill: NDArray[np.int32] | None = None
        self._lines: QImage | None = None

    def set_picture(self, picture: Picture) -> None:
        """Draw this from now on; only what differs is made anew."""
        if picture.size_hw != self.picture.size_hw:
            self._texture = MaskTexture(picture.size_hw)
            self._fill = None
        is_same = picture.items == self.picture.items
        self.picture = picture
        changed = self._texture.set_picture(picture)
        if not is_same:
            self._outlines = Outlines([i for i in picture.items if _has_outline(i)])
            slots = self._texture.slots
            self._fill_slots = [
                slots.of_color(item.color) if isinstance(item.region, Polygon) else 0
                for item in self._outlines.items
            ]
            self._lines = None
            if any(self._fill_slots):
                self._fill = None
        if not changed.is_empty:
            self._refill(changed)

    def set_density(self, density: float) -> None:
        """Pixels of the screen per unit of the window system: captions grow with it."""
        self.captions.density = density
        self._lines = None

    def set_opacity(self, opacity: float) -> None:
        """How much of the frame the masks hide, 0..1; their outlines stay."""
        self.opacity = opacity
        self._fill = None

    def paint_stroke(self, stroke: Stroke, first: int, item: Item) -> Area:
        """Show more of a stroke in the masks, in the color of this item; returns the frame area."""
        slot = self._texture.slots.of_object(item)
        area = self._texture.paint(stroke, first, slot)
        self._refill(area)
        return area

    def drop_stroke(self, area: Area, item_id: str) -> None:
        """Show the masks again as they are where a stroke was painted for this item."""
        self._texture.slots.forget([item_id])
        self._texture.repaint(area)
        self._refill(area)

    def draw(self, painter: QPainter, view: View, screen_wh: tuple[int, int], part: QRect) -> None:
        """Draw the layers' `part` (screen pixels) as they look through this view."""
        if (view, screen_wh) != (self._view, self._screen_wh):
            self._view, self._screen_wh = view, screen_wh
            self._fill = self._lines = None
        whole = Area(0, 0, *screen_wh)
        if not (self._texture.is_empty and not any(self._fill_slots)):
            if self._fill is None:
                self._fill = self._render_fill(view, whole)
            painter.drawImage(part, _image_over(self._fill), part)
        if self._lines is None and self.picture.items:
            self._lines = self._render_lines(view, whole)
        if self._lines is not None and self.picture.items:
            painter.drawImage(part, self._lines, part)

    def _refill(self, frame_area: Area) -> None:
        """Render the masks again where this part of the frame is on the screen."""
        if self._fill is None or self._view is None:
            return
        area = self._view.area_on_screen(frame_area, margin=2)
        area = area.clipped((self._screen_wh[1], self._screen_wh[0]))
        if not area.is_empty:
            # One pixel more is rendered, so that edges at the border see their neighbours.
            wide = Area(area.x - 1, area.y - 1, area.width + 2, area.height + 2)
            inner = self._render_fill(self._view, wide)[1:-1, 1:-1]
            self._fill[area.y : area.y + area.height, area.x : area.x + area.width] = inner

    def _render_fill(self, view: View, area: Area) -> NDArray[np.int32]:
        """Masks and polygons, tinted, with a line around each mask: (h, w) premultiplied ARGB."""
        ids = sample(self._texture.ids, view, area, smooth=False)
        slots = self._texture.slots
        is_edge = edges = None
        if not self._texture.is_empty:
            is_edge = cv2.morphologyEx(ids, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
            _cut_dashes(
                is_edge, ids, [s for s, (_, dashed) in slots.colors.items() if dashed], area
            )
            edges = cv2.LUT(ids, color_table(slots, 1.0, base=SEAM))
        if any(self._fill_slots):
            self._outlines.fill(ids, view, area, self._fill_slots)
        result: NDArray[np.int32] = cv2.LUT(ids, color_table(slots, self.opacity))
        if is_edge is not None:
            cv2.copyTo(edges, is_edge, result)
        return result

    def _render_lines(self, view: View, area: Area) -> QImage:
        """Outlines and captions on a transparent ground."""
        pixels = np.zeros((area.height, area.width, 4), np.uint8)
        if len(self._outlines):
            self._outlines.draw(pixels, view, area)
        image = _image_over(pixels).copy()
        painter = QPainter(image)
        self.captions.draw(painter, self.picture.items, view, area)
        painter.end()
        return image


def _has_outline(item: Item) -> bool:
    return hasattr(item.region, "points_xy") or hasattr(item.region, "xyxy")


def _cut_dashes(
    is_edge: NDArray[np.uint8], ids: NDArray[np.uint8], dashed: list[int], area: Area
) -> None:
    """Interrupt the edges of proposals, in steps fixed to the screen."""
    if dashed:
        table = np.zeros(256, np.uint8)
        table[dashed] = 1
        xs = (np.arange(area.x, area.x + area.width) // 5) & 1
        ys = (np.arange(area.y, area.y + area.height) // 4) & 1
        is_gap = xs[None, :] == ys[:, None]
        is_edge[is_gap & cv2.LUT(ids, table).view(np.bool_)] = 0


def _image_over(pixels: NDArray[np.uint8] | NDArray[np.int32]) -> QImage:
    """A QImage on the array's memory; the array must outlive it."""
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, width * 4, kind)
