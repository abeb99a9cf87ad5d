"""What lies on top and changes with the mouse: hovered, selected and unfinished Regions."""

from collections.abc import Iterable, Sequence
from weakref import ref

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.click.question import Click
from engine.regions.masks import mask_to_polygons
from engine.values import Box, Mask, Polygon, Polyline, Region
from gui.canvas.few_lines import DOT
from gui.canvas.items import Color
from gui.canvas.long_lines import LONG, LongLines
from gui.canvas.rings import is_point, rings_of
from gui.canvas.view import Area, View
from gui.tools.hits import handle_points
from gui.tools.registry import Preview
from gui.tools.scene import Point, bounds_of

HANDLE = 7.0
EXACT_CONTOUR = 512
"""A mask up to this size is followed along its pixels' edges, a larger one in steps."""
MOST_VERTICES = 400
TINT = 70
"""How opaque the inside of a mask in the making is, of 255."""
CLICK = 13.0
THIN = QColor(255, 255, 255, 130)
ON_OBJECT, BESIDE_OBJECT = QColor(28, 135, 70), QColor(200, 40, 50)


def contours_of(mask: Mask) -> tuple[NDArray[np.float32], ...]:
    """The outlines of a mask's parts and holes, in frame pixels."""
    if max(mask.pixels.shape) <= EXACT_CONTOUR:
        return tuple(ring for polygon in mask_to_polygons(mask) for ring in rings_of(polygon))
    step = max(1, -(-max(mask.pixels.shape) // (2 * EXACT_CONTOUR)))
    pixels = mask.pixels[::step, ::step].astype(np.uint8)
    found, _ = cv2.findContours(pixels, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    offset = np.array([mask.left + 0.5 * step, mask.top + 0.5 * step], np.float32)
    return tuple(contour[:, 0].astype(np.float32) * step + offset for contour in found)


class RegionPainter:
    """Paints single Regions with Qt, in screen pixels; outlines of masks are kept."""

    def __init__(self) -> None:
        self.density = 1.0
        self._long_lines = {2: LongLines(), 3: LongLines()}  # hovered and selected, by their pens
        # Not the pixels themselves: dozens of large masks that nobody has any more would stay.
        self._contours: dict[
            int, tuple[ref[NDArray[np.bool_]], tuple[NDArray[np.float32], ...]]
        ] = {}

    def outline(self, painter: QPainter, region: Region, color: Color, view: View) -> None:
        """A bright line with a dark seam, for the Region under the mouse or in the making."""
        self._stroke(painter, region, view, (QColor(0, 0, 0, 150), 4.5), (QColor(*color), 2.5))

    def selected(self, painter: QPainter, region: Region, color: Color, view: View) -> None:
        """A white line around the label's color."""
        white = QColor(255, 255, 255, 235)
        dark, bright = (QColor(0, 0, 0, 120), 5.5), (QColor(*color), 2.0)
        self._stroke(painter, region, view, dark, (white, 4.0), bright)

    def handles(self, painter: QPainter, region: Region, color: Color, view: View) -> None:
        """Eight squares on a box, a dot on each corner of a polygon or line."""
        size = HANDLE * self.density
        painter.setPen(QPen(QColor(0, 0, 0, 200), self.density))
        painter.setBrush(QColor(Qt.GlobalColor.white))
        if isinstance(region, Box):
            for x, y in handle_points(region):
                at = QPointF(*view.to_screen(x, y))
                painter.drawRect(QRectF(at.x() - size / 2, at.y() - size / 2, size, size))
        elif isinstance(region, Polygon | Polyline) and not is_point(region):
            is_line = isinstance(region, Polyline)
            points = region.points_xy if is_line else np.concatenate(rings_of(region))
            if len(points) > MOST_VERTICES or len(points) * size > _length(region) * view.scale:
                return  # they would hide what they are to move
            painter.setBrush(QColor(*color).lighter(150))
            for x, y in points.tolist():
                painter.drawEllipse(QPointF(*view.to_screen(x, y)), size / 2, size / 2)

    def preview(self, painter: QPainter, preview: Preview, color: Color, view: View) -> None:
        """What a Tool is about to make."""
        for region in preview.thin:
            self._stroke(painter, region, view, (THIN, 1.0))
        for region in preview.regions:
            if isinstance(region, Mask):
                self._tint(painter, region, color, view)
            self.outline(painter, region, color, view)
            self.handles(painter, region, color, view)
        for line in (preview.path, preview.line):
            self._line(painter, line, color, view)
        self._dots(painter, (*preview.path, *preview.dots), view)
        if preview.band is not None:
            painter.setPen(QPen(QColor(255, 255, 255, 220), self.density, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(255, 255, 255, 30))
            painter.drawRect(_rect(preview.band, view))
        for click in preview.clicks:
            self._click(painter, click, view)
        if preview.disc is not None:
            self._disc(painter, preview.disc, view, is_square=preview.is_square)

    def bounds(self, region: Region, view: View) -> Area:
        """The screen pixels that any of the drawings above may touch."""
        x1, y1, x2, y2 = bounds_of(region)
        area = Area(int(x1), int(y1), int(x2 - x1) + 2, int(y2 - y1) + 2)
        return view.area_on_screen(area, margin=round(8 * self.density))

    def rings(self, region: Region) -> Sequence[NDArray[np.float32]]:
        """The closed lines around any Region, or along it, in frame pixels."""
        if not isinstance(region, Mask):
            return rings_of(region)
        # A mask that was moved has the same pixels elsewhere: what is kept knows no place.
        known = self._contours.get(id(region.pixels))
        if known is None or known[0]() is not region.pixels:
            if len(self._contours) > 64:
                self._contours.clear()
            rings = contours_of(Mask(0, 0, region.pixels))
            known = self._contours[id(region.pixels)] = (ref(region.pixels), rings)
        corner = np.array([region.left, region.top], np.float32)
        return [ring + corner for ring in known[1]]

    def outlined(self, region: Region) -> Sequence[Region]:
        """Regions whose lines are those of this one: a mask becomes the polygons around it."""
        if not isinstance(region, Mask):
            return (region,)
        return [Polygon(ring) for ring in self.rings(region) if len(ring) >= 3]

    def _stroke(
        self, painter: QPainter, region: Region, view: View, *pens: tuple[QColor, float]
    ) -> None:
        if is_point(region):
            self._dot(painter, region, view, pens)
            return
        rings = self.rings(region)
        if sum(len(ring) for ring in rings) >= LONG:
            wide = tuple((color, width * self.density) for color, width in pens)
            self._long_lines[len(pens)].draw(painter, region, rings, view, wide)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        polygons = [_on_screen(ring, view) for ring in rings]
        for color, width in pens:
            pen = QPen(color, width * self.density)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for polygon in polygons:
                painter.drawPolygon(polygon)

    def _dot(
        self, painter: QPainter, region: Region, view: View, pens: Sequence[tuple[QColor, float]]
    ) -> None:
        """A point: discs, each as far around the innermost as its line would be wide."""
        painter.setPen(Qt.PenStyle.NoPen)
        for ring in self.rings(region):
            at = QPointF(*view.to_screen(*ring[0].tolist()))
            for color, width in pens:
                size = (DOT + (width - pens[-1][1]) / 2 + 1) * self.density
                painter.setBrush(color)
                painter.drawEllipse(at, size, size)

    def _tint(self, painter: QPainter, mask: Mask, color: Color, view: View) -> None:
        """The inside of a mask, holes left out, below its outline."""
        path = QPainterPath()
        for ring in self.rings(mask):
            path.addPolygon(_on_screen(ring, view))
            path.closeSubpath()
        painter.fillPath(path, QColor(*color, TINT))

    def _click(self, painter: QPainter, click: Click, view: View) -> None:
        """A plus on the object, a minus beside it."""
        at, size = QPointF(*view.to_screen(click.x, click.y)), CLICK * self.density / 2
        painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1.5 * self.density))
        painter.setBrush(ON_OBJECT if click.is_positive else BESIDE_OBJECT)
        painter.drawEllipse(at, size, size)
        arms = [QPointF(0.55 * size, 0), QPointF(0, 0.55 * size)]
        for arm in arms[: 2 if click.is_positive else 1]:
            painter.drawLine(at - arm, at + arm)

    def _line(self, painter: QPainter, line: Iterable[Point], color: Color, view: View) -> None:
        points = [QPointF(*view.to_screen(x, y)) for x, y in line]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen_color, width in ((QColor(0, 0, 0, 150), 4.0), (QColor(*color), 2.0)):
            painter.setPen(QPen(pen_color, width * self.density))
            painter.drawPolyline(points)

    def _dots(self, painter: QPainter, dots: Sequence[Point], view: View) -> None:
        """The first of them is larger: a click there closes the line."""
        painter.setPen(QPen(QColor(0, 0, 0, 200), self.density))
        painter.setBrush(QColor(Qt.GlobalColor.white))
        for number, (x, y) in enumerate(dots[:MOST_VERTICES]):
            size = (HANDLE if number else HANDLE + 3) * self.density / 2
            painter.drawEllipse(QPointF(*view.to_screen(x, y)), size, size)

    def _disc(
        self, painter: QPainter, disc: tuple[float, float, float], view: View, *, is_square: bool
    ) -> None:
        x, y, radius = disc
        painter.setBrush(Qt.BrushStyle.NoBrush)
        size = max(radius * view.scale, 1.0)
        for color, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255, 230), 1.2)):
            painter.setPen(QPen(color, width * self.density))
            at = QPointF(*view.to_screen(x, y))
            if is_square:
                painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
            else:
                painter.drawEllipse(at, size, size)


def _length(region: Polygon | Polyline) -> float:
    """All the way around, holes included, or there and back, in frame pixels."""
    rings = rings_of(region)
    return sum(float(np.linalg.norm(r - np.roll(r, 1, axis=0), axis=1).sum()) for r in rings)


def _rect(box: Box, view: View) -> QRectF:
    x1, y1 = view.to_screen(box.x1, box.y1)
    x2, y2 = view.to_screen(box.x2, box.y2)
    return QRectF(x1, y1, x2 - x1, y2 - y1)


def _on_screen(ring: NDArray[np.float32], view: View) -> QPolygonF:
    points = ring * view.scale + (view.x, view.y)
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])
