"""Lines and zones that count, with their numbers: where they begin, so that they hide little."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.counters import Tally
from engine.painting.tallies import ARROW, COLOR, SEAM, arrow, outline, text_of
from gui.canvas.captions import Captions
from gui.canvas.view import View


def draw_tallies(
    painter: QPainter, tallies: Sequence[Tally], view: View, captions: Captions
) -> None:
    """Each in one color, dark below so that it shows on any picture."""
    density = captions.density
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tally in tallies:
        length = ARROW * density / view.scale
        for places in (outline(tally.counter), arrow(tally.counter, length)):
            points = QPolygonF([QPointF(*view.to_screen(x, y)) for x, y in places])
            for color, width in ((SEAM, 4.0), (COLOR, 2.0)):
                painter.setPen(QPen(QColor(*color), width * density))
                painter.drawPolyline(points)
    for tally in tallies:
        plate = captions.plate(text_of(tally), COLOR)
        x, y = view.to_screen(*tally.counter.points[0])
        painter.drawPixmap(QPointF(max(x, 0.0), max(y - plate.height() / 2, 0.0)), plate)
