"""Boxes that point something out over the frame: what was found beside what is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.values import Box
from gui.canvas.captions import Captions
from gui.canvas.items import Color
from gui.canvas.view import View


@dataclass(frozen=True)
class Mark:
    """A box with a text; a dashed one has its text below, so that two boxes can lie together."""

    box: Box
    text: str
    color: Color
    is_dashed: bool = False


class MarkPainter:
    """Paints marks in screen pixels; their captions are kept."""

    def __init__(self) -> None:
        self.marks: tuple[Mark, ...] = ()
        self._captions = Captions()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Point these out."""
        self.marks = tuple(marks)

    def paint(self, painter: QPainter, view: View, density: float) -> None:
        """Paint every box, then the captions over them."""
        self._captions.density = density
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for mark in self.marks:
            rect = _on_screen(mark.box, view)
            painter.setPen(QPen(QColor(0, 0, 0, 160), 5 * density))
            painter.drawRect(rect)
            pen = QPen(QColor(*mark.color), 3 * density)
            if mark.is_dashed:
                pen.setDashPattern([4, 2.5])
            painter.setPen(pen)
            painter.drawRect(rect)
        for mark in self.marks:
            self._paint_caption(painter, mark, _on_screen(mark.box, view))

    def _paint_caption(self, painter: QPainter, mark: Mark, rect: QRectF) -> None:
        plate = self._captions.plate(mark.text, mark.color)
        top = rect.bottom() + 4 if mark.is_dashed else rect.top() - plate.height() - 4
        painter.drawPixmap(QPointF(max(rect.left(), 0.0), max(top, 0.0)), plate)


def _on_screen(box: Box, view: View) -> QRectF:
    x1, y1 = view.to_screen(box.x1, box.y1)
    x2, y2 = view.to_screen(box.x2, box.y2)
    return QRectF(QPointF(x1, y1), QPointF(x2, y2))
