"""Two lines through the mouse, from edge to edge: to begin a box where another thing ends."""

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

LIGHT, DARK = QColor(255, 255, 255, 170), QColor(0, 0, 0, 140)


class Crosshair:
    """Follows the mouse over a widget, in the widget's units, while it is on."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._at: QPointF | None = None
        self.is_on = False

    def set_on(self, is_on: bool) -> None:
        """Whether there are any lines."""
        self.is_on = is_on
        self._widget.update()

    def follow(self, at: QPointF | None) -> None:
        """The mouse is here, or nowhere over the widget."""
        if self.is_on:
            self._update()
            self._at = at
            self._update()

    def paint(self, painter: QPainter) -> None:
        """Draw both lines, a dark one beside each light one."""
        if not self.is_on or self._at is None:
            return
        across, down = self._strips()
        painter.fillRect(across, DARK)
        painter.fillRect(down, DARK)
        painter.fillRect(QRect(across.x(), across.y(), across.width(), 1), LIGHT)
        painter.fillRect(QRect(down.x(), down.y(), 1, down.height()), LIGHT)

    def _strips(self) -> tuple[QRect, QRect]:
        x, y = (int(self._at.x()), int(self._at.y())) if self._at is not None else (-9, -9)
        return QRect(0, y, self._widget.width(), 2), QRect(x, 0, 2, self._widget.height())

    def _update(self) -> None:
        if self._at is not None:
            for strip in self._strips():
                self._widget.update(strip)
