"""Masks, outlines and captions of one Picture as screen-sized layers, kept per view."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from engine.regions.masks import region_to_mask
from engine.values import Mask, Polygon
from gui.canvas.captions import Captions
from gui.canvas.few_lines import draw_few
from gui.canvas.frame_layer import Buffers, sample
from gui.canvas.items import Item, OverlayContent
from gui.canvas.mask_texture import MaskTexture, hatch, mark_edges
from gui.canvas.outlines import Outlines
from gui.canvas.tallies import draw_tallies
from gui.canvas.trails import draw_trails
from gui.canvas.view import Area, View
from gui.tools.registry import Stroke
from gui.tools.scene import all_bounds

FEW_ITEMS = 40
FEW_POINTS = 2000
"""Up to this much is drawn by Qt each time, which needs no layer; above, OpenCV fills one."""
MOST_LINES = 1500
"""With more in sight, what was drawn is only stretched until the view rests."""


class Overlay:
    """Draws one Picture; what takes time is kept until the view or the Picture changes."""

    def __init__(self) -> None:
        self.picture = OverlayContent((1, 1))
        self.captions = Captions()
        self.opacity = 0.45
        self._texture = MaskTexture((1, 1))
        self.outlines = Outlines(())
        self._bounds: NDArray[np.float32] = np.zeros((0, 4), np.float32)
        self._fill_slots: list[int] = []
        self._unfilled: tuple[int, int] | None = None  # A polygon while pixels are taken from it.
        self._is_simple = True
        self._view: View | None = None
        self._screen_wh = (0, 0)
        self._buffers = Buffers()
        self._has_fill = self._has_lines = False
        self.is_stretched = False
        self._must_be_exact = False

    def set_picture(self, picture: OverlayContent) -> None:
        """Draw this from now on; only what differs is made anew."""
        if picture.size_hw != self.picture.size_hw:
            self._texture = MaskTexture(picture.size_hw)
            self._has_fill = False
        before, self.picture = self.picture, picture
        old_colors = dict(self._texture.slots.colors)
        changed = self._texture.set_picture(picture)
        if picture.items != before.items:
            self._set_items(before)
        colors = self._texture.slots.colors
        if any(colors[slot] != color for slot, color in old_colors.items()):
            self._has_fill = False
        for area in changed:
            self._refill(area)

    def set_density(self, density: float) -> None:
        """Pixels of the screen per unit of the window system: captions grow with it."""
        if density != self.captions.density:
            self.captions.density = density
            self._has_lines = False

    def set_opacity(self, opacity: float) -> None:
        """How much of the frame the masks hide, 0..1; their outlines stay."""
        if opacity != self.opacity:
            self.opacity = opacity
            self._has_fill = False

    def paint_stroke(self, stroke: Stroke, first: int, item: Item) -> Area:
        """Show more of a stroke in the masks, in the color of this item; returns the frame area."""
        slot = self._texture.slots.of_object(item)
        laid = self._lay(item, slot) if stroke.is_erasing and not first else None
        area = self._texture.paint(stroke, first, slot).joined(laid)
        self._refill(area)
        return area

    def _lay(self, item: Item, slot: int) -> Area | None:
        """Show a polygon by its pixels, which then can be taken away, and not as it is filled."""
        mask = region_to_mask(item.region, self.picture.size_hw)
        places = [n for n, other in enumerate(self.outlines.items) if other.id == item.id]
        if mask is None or not places:
            return None
        self._unfilled = places[0], self._fill_slots[places[0]]
        self._fill_slots[places[0]] = 0
        return self._texture.lay(mask, slot)

    def drop_stroke(self, area: Area, item_id: str) -> None:
        """Show the masks again as they are where a stroke was painted for this item."""
        if self._unfilled is not None:
            place, slot = self._unfilled
            self._fill_slots[place], self._unfilled = slot, None
        self._texture.slots.forget([item_id])
        self._texture.repaint(area)
        self._refill(area)

    def draw(self, painter: QPainter, view: View, screen_wh: tuple[int, int], part: QRect) -> None:
        """Draw the layers' `part` (screen pixels) as they look through this view."""
        self.is_stretched = self._may_stretch(view, screen_wh)
        if self.is_stretched:
            self._draw_stretched(painter, view)
            return
        if (view, screen_wh) != (self._view, self._screen_wh):
            self._view, self._screen_wh = view, screen_wh
            self._has_fill = self._has_lines = False
        whole = Area(0, 0, *screen_wh)
        if self._tints_polygons or not self._texture.is_empty:
            if not self._has_fill:
                self._render_fill(view, whole)
                self._has_fill = True
            painter.drawImage(part, image_over(self._fill_layer()), part)
        draw_trails(painter, self.picture.trails, view, self.captions.density)
        if self._is_simple:
            draw_few(painter, self.outlines.items, view, self.captions.density)
            self.captions.draw(painter, self.picture.items, self._bounds, view, whole)
        else:
            if not self._has_lines:
                self._render_lines(view, whole)
                self._has_lines = True
            painter.drawImage(part, image_over(self._line_layer()), part)
        draw_tallies(painter, self.picture.tallies, view, self.captions)

    def settle(self) -> None:
        """The view rests: draw exactly the next time."""
        self._must_be_exact = True

    def _may_stretch(self, view: View, screen_wh: tuple[int, int]) -> bool:
        """Whether a moving view has so much in sight that it would stutter, and what was drawn
        last will do for a moment."""
        before, is_exact = self._view, self._must_be_exact
        self._must_be_exact = False
        if is_exact or before is None or self._is_simple or not self._has_lines:
            return False
        is_same = (view, screen_wh) == (before, self._screen_wh)
        if is_same or screen_wh != self._screen_wh or not 0.25 < view.scale / before.scale < 4:
            return False
        return self.outlines.count_seen(before, Area(0, 0, *screen_wh)) > MOST_LINES

    def _draw_stretched(self, painter: QPainter, view: View) -> None:
        """The layers as they were drawn for another view, moved to where they belong now."""
        before = self._view or view
        by = view.scale / before.scale
        width, height = self._screen_wh
        x, y = view.x - before.x * by, view.y - before.y * by
        target = QRectF(x, y, width * by, height * by)
        if self._has_fill and (self._tints_polygons or not self._texture.is_empty):
            painter.drawImage(target, image_over(self._fill_layer()))
        painter.drawImage(target, image_over(self._line_layer()))

    @property
    def _tints_polygons(self) -> bool:
        return self.opacity > 0 and any(self._fill_slots)

    def _set_items(self, before: OverlayContent) -> None:
        """Work out outlines and bounds; what did not change is taken over."""
        items = self.picture.items
        known = [item.region for item in before.items], self._bounds
        self._bounds = all_bounds([item.region for item in items], *known)
        outlined = [item for item in items if not isinstance(item.region, Mask)]
        self.outlines = Outlines(outlined, self.outlines)
        slots = self._texture.slots
        self._unfilled = None
        self._fill_slots = [
            slots.of_color(item.color, is_dashed=item.is_dashed)
            if isinstance(item.region, Polygon)
            else 0
            for item in outlined
        ]
        points = self.outlines.count_points
        self._is_simple = len(items) <= FEW_ITEMS and points <= FEW_POINTS
        self._has_lines = False
        if any(self._fill_slots) or any(isinstance(i.region, Polygon) for i in before.items):
            self._has_fill = False

    def _refill(self, frame_area: Area) -> None:
        """Render the masks again where this part of the frame is on the screen."""
        if not self._has_fill or self._view is None:
            return
        area = self._view.area_on_screen(frame_area, margin=2)
        area = area.clipped((self._screen_wh[1], self._screen_wh[0]))
        if not area.is_empty:
            self._render_fill(self._view, area)

    def _render_fill(self, view: View, area: Area) -> None:
        """Render masks and polygons, tinted, into this part of the layer."""
        # One pixel more, so that edges at the border see their neighbours.
        wide = Area(area.x - 1, area.y - 1, area.width + 2, area.height + 2)
        ids = self._buffers.get("ids", (wide.height, wide.width))
        sample(self._texture.ids, view, wide, ids, smooth=False)
        slots = self._texture.slots
        if not self._texture.is_empty:
            mark_edges(ids, self._buffers)
        if self._tints_polygons:
            filled = self._buffers.get("filled", ids.shape)
            filled[:] = 0
            self.outlines.fill(filled, view, wide, self._fill_slots)
            np.copyto(ids, filled, where=ids == 0)
        hatch(ids, slots, wide)
        rows = slice(area.y, area.y + area.height)
        target = self._fill_layer()[rows, area.x : area.x + area.width]
        cv2.LUT(ids[1:-1, 1:-1], slots.table(self.opacity), target)

    def _fill_layer(self) -> NDArray[np.int32]:
        """The tint of the whole screen: (h, w) premultiplied ARGB."""
        return self._buffers.get("fill", self._screen_wh[::-1], np.int32)

    def _line_layer(self) -> NDArray[np.int32]:
        """The lines of the whole screen: (h, w) premultiplied ARGB."""
        return self._buffers.get("lines", self._screen_wh[::-1], np.int32)

    def _render_lines(self, view: View, area: Area) -> None:
        """Render outlines and captions on a transparent ground."""
        pixels = self._line_layer()
        self.outlines.draw(pixels, view, area, self._buffers)
        image = image_over(pixels)
        with QPainter(image) as painter:
            self.captions.draw(painter, self.picture.items, self._bounds, view, area)


def image_over(pixels: NDArray[np.int32]) -> QImage:
    """A QImage on the array's memory; the array must outlive it."""
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, width * 4, kind)
