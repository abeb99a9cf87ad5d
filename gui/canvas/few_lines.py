"""The outlines of a few boxes and polygons, drawn by Qt: smooth, and without a layer to fill."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.values import Box, Region
from gui.canvas.items import Item
from gui.canvas.rings import is_point, rings_of
from gui.canvas.view import View

DOT = 4.0
"""Screen pixels: half of a point's dot, without its seam."""
DARK = QColor(25, 25, 25)  # opaque: blending thin upright bars is slow


def draw_few(painter: QPainter, items: Sequence[Item], view: View, density: float) -> None:
    """Each line in its color, dark below so that it shows on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for item in items:
        color = QColor(*item.color)
        if isinstance(item.region, Box) and not item.is_dashed:
            _draw_frame(painter, item.region, color, view, density)
            continue
        if is_point(item.region):
            draw_dot(painter, item.region, color, view, density)
            continue
        for pen in (QPen(DARK, 4 * density), QPen(color, 2 * density)):
            if item.is_dashed:
                # A pattern counts in widths of its pen.
                pen.setDashPattern([7 * density / pen.widthF(), 5 * density / pen.widthF()])
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            _draw_lines(painter, item.region, view)


def draw_dot(
    painter: QPainter,
    region: Region,
    color: QColor,
    view: View,
    density: float,
    seam: QColor = DARK,
) -> None:
    """A point: the same size at any zoom."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for ring in rings_of(region):
        at = QPointF(*view.to_screen(*ring[0].tolist()))
        for paint, size in ((seam, DOT + 1), (color, DOT)):
            painter.setBrush(paint)
            painter.drawEllipse(at, size * density, size * density)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_frame(painter: QPainter, box: Box, color: QColor, view: View, density: float) -> None:
    """Four filled bars on whole pixels: a hundred times faster than a wide pen."""
    x1, y1 = (round(c) for c in view.to_screen(box.x1, box.y1))
    x2, y2 = (round(c) for c in view.to_screen(box.x2, box.y2))
    line, seam = max(round(density), 1), max(round(2 * density), 2)
    for wide, paint in ((seam, DARK), (line, color)):
        outer = QRect(x1 - wide, y1 - wide, x2 - x1 + 2 * wide, y2 - y1 + 2 * wide)
        width, height = outer.width(), outer.height()
        bar = min(2 * wide, max(width // 2, 1), max(height // 2, 1))
        painter.fillRect(outer.x(), outer.y(), width, bar, paint)
        painter.fillRect(outer.x(), outer.y() + height - bar, width, bar, paint)
        painter.fillRect(outer.x(), outer.y() + bar, bar, height - 2 * bar, paint)
        painter.fillRect(outer.x() + width - bar, outer.y() + bar, bar, height - 2 * bar, paint)


def _draw_lines(painter: QPainter, region: Region, view: View) -> None:
    is_box = isinstance(region, Box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_box)
    for ring in rings_of(region):
        points = ring * view.scale + (view.x, view.y)
        shown = (points.round() if is_box else points).tolist()
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in shown]))
