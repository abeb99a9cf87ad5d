"""Rulers along the upper and the left edge of the canvas, in pixels of the frame."""

import math

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gui.canvas.viewport import Viewport

THICKNESS = 18
APART = 64.0
"""Numbers stand at least so far from each other."""
GROUND, INK, MARK = QColor(30, 32, 36, 225), QColor(190, 195, 203), QColor(77, 163, 255)


def step_for(scale: float) -> float:
    """Frame pixels from number to number: 1, 2 or 5 times a power of ten, and never a fraction."""
    least = max(APART / scale, 1.0)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


class Rulers:
    """Painted in the widget's units while they are on, with a mark where the mouse is."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._at: QPointF | None = None
        self.is_on = False

    def set_on(self, is_on: bool) -> None:
        """Whether there are any."""
        self.is_on = is_on
        self._viewport.update()

    def follow(self, at: QPointF | None) -> None:
        """The mouse is here, or nowhere over the widget."""
        if self.is_on:
            self._at = at
            for strip in self._strips():
                self._viewport.update(strip)

    def paint(self, painter: QPainter) -> None:
        """Both, above everything."""
        if not self.is_on or self._viewport.frame_hw is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        across, down = self._strips()
        for strip in (across, down):
            painter.fillRect(strip, GROUND)
        origin = self._viewport.to_frame(QPointF(0, 0))
        scale = self._viewport.zoom / self._viewport.devicePixelRatioF()
        self._paint_axis(painter, origin[0], scale, across.width())
        painter.save()
        # The same again with x and y exchanged: numbers then read from the bottom up.
        painter.translate(0, down.height())
        painter.rotate(-90)
        self._paint_axis(painter, origin[1], scale, down.height(), is_upright=True)
        painter.restore()
        painter.fillRect(QRect(0, 0, THICKNESS, THICKNESS), GROUND.darker(130))
        if self._at is not None:
            painter.fillRect(QRectF(self._at.x(), 0, 1, THICKNESS), MARK)
            painter.fillRect(QRectF(0, self._at.y(), THICKNESS, 1), MARK)

    def _paint_axis(
        self,
        painter: QPainter,
        origin: float,
        scale: float,
        length: int,
        *,
        is_upright: bool = False,
    ) -> None:
        step = step_for(scale)
        parts = 5 if step >= 5 else int(step)
        small = step / parts
        painter.setPen(INK)
        lines = []
        first = math.floor(origin / step) * parts
        for number in range(first, math.ceil((origin + length / scale) / small) + 1):
            place = round((number * small - origin) * scale)
            place = length - 1 - place if is_upright else place
            is_large = number % parts == 0
            lines.append(QLineF(place, THICKNESS - (12 if is_large else 4), place, THICKNESS - 1))
            if is_large:
                room = QRectF(place + 3, 0, APART, THICKNESS - 4)
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"{number * small:.0f}")
        painter.drawLines(lines)

    def _strips(self) -> tuple[QRect, QRect]:
        width, height = self._viewport.width(), self._viewport.height()
        return QRect(0, 0, width, THICKNESS), QRect(0, 0, THICKNESS, height)
