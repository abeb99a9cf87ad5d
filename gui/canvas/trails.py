"""Where tracked objects have been: a line each, faint where it is old."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.canvas.items import ColoredTrail
from gui.canvas.view import View

STEPS = 4
"""In so many parts a line becomes fainter."""


def draw_trails(
    painter: QPainter, trails: Sequence[ColoredTrail], view: View, density: float
) -> None:
    """Each in its object's color, dark below so that it shows on any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, places in trails:
        points = [QPointF(*view.to_screen(x, y)) for x, y in places]
        for step in range(STEPS):
            first, last = (len(points) - 1) * step // STEPS, (len(points) - 1) * (step + 1) // STEPS
            part = QPolygonF(points[first : last + 1])
            strength = 255 * (step + 1) // STEPS
            for paint, width in (
                (QColor(25, 25, 25, strength // 2), 4),
                (QColor(*color, strength), 2),
            ):
                painter.setPen(QPen(paint, width * density))
                painter.drawPolyline(part)
