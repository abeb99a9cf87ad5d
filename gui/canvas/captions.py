"""The names and scores at the Regions: small plates that can be read on any picture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from gui.canvas.few_lines import DOT
from gui.canvas.items import Color, Item
from gui.canvas.view import Area, View

MOST = 150
"""More captions than this at once are only noise: the largest Regions keep theirs. Where two
would cover each other, the upper Region's comes first."""
CROWD = 30
"""Of more Regions in sight than this, only those twice as large as their caption have one."""
SMALLEST = 14.0
"""A Region narrower than this on the screen has no caption, unless it is a point: its dot keeps its
size."""
KEPT = 2000
TICK = 11.0
"""The room for the tick of what was accepted."""


def text_color(color: Color) -> QColor:
    """Black or white, whichever can be read on this color."""
    red, green, blue = color
    return QColor(
        Qt.GlobalColor.black
        if 299 * red + 587 * green + 114 * blue > 140_000
        else Qt.GlobalColor.white
    )


class Captions:
    """Draws captions; plates once made are kept."""

    def __init__(self) -> None:
        self._plates: dict[tuple[str, Color, float, bool], QPixmap] = {}
        self.density = 1.0

    def draw(
        self,
        painter: QPainter,
        items: Sequence[Item],
        bounds_xyxy: NDArray[np.float32],
        view: View,
        area: Area,
    ) -> None:
        """Draw the captions of the items that are large enough and in the area."""
        if not len(items):
            return
        bounds = bounds_xyxy * view.scale + np.tile([view.x - area.x, view.y - area.y], 2)
        sides = bounds[:, 2:] - bounds[:, :2]
        size = np.maximum(sides[:, 0], sides[:, 1])
        is_point = size == 0
        bounds[is_point] += (DOT + 1) * self.density * np.array([-1, -1, 1, 1])
        is_seen = is_point | (size >= SMALLEST * self.density)
        is_seen &= (bounds[:, 2] > 0) & (bounds[:, 3] > 0)
        is_seen &= (bounds[:, 0] < area.width) & (bounds[:, 1] < area.height)
        chosen = np.flatnonzero(is_seen)
        if len(chosen) > MOST:
            chosen = np.sort(chosen[np.argsort(-size[chosen], kind="stable")[:MOST]])
        is_crowded = len(chosen) > CROWD
        areas = sides[:, 0] * sides[:, 1]
        placed: list[QRect] = []
        for number in chosen[::-1].tolist():
            item = items[number]
            if item.caption:
                plate = self.plate(item.caption, item.color, has_tick=item.is_accepted)
                if is_crowded and areas[number] < 2 * plate.width() * plate.height():
                    continue
                rect = _free_place(plate.size(), bounds[number].tolist(), placed)
                if rect is not None:
                    placed.append(rect)
                    painter.drawPixmap(rect.topLeft(), plate)

    def plate(self, text: str, color: Color, *, has_tick: bool = False) -> QPixmap:
        """The caption as a small picture."""
        key = (text, color, self.density, has_tick)
        plate = self._plates.get(key)
        if plate is None:
            if len(self._plates) >= KEPT:
                self._plates.clear()
            plate = self._plates[key] = _made(text, color, self.density, has_tick)
        return plate


def _free_place(size: QSize, bounds: list[float], placed: list[QRect]) -> QRect | None:
    """Above the Region, inside its corner, or beside what is there; None if all is taken."""
    width, height = size.width(), size.height()
    left, top = max(round(bounds[0]), 0), round(bounds[1])
    inside = max(top, 0) + 2
    above = top - height - 1 if top > height else inside
    rect = QRect(left, above, width, height)
    for x, y in ((left, above), (left, inside), (left, inside + height + 1)):
        rect = QRect(x, y, width, height)
        taken = [other for other in placed if other.intersects(rect)]
        if not taken:
            return rect
        rect.moveLeft(max(other.right() for other in taken) + 2)
        if rect.left() < bounds[2] and not any(other.intersects(rect) for other in placed):
            return rect
    return None


def _made(text: str, color: Color, density: float, has_tick: bool) -> QPixmap:
    font = QFont()
    font.setPixelSize(round(11 * density))
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetricsF(font)
    left = 5 * density + (TICK * density if has_tick else 0)
    width = round(metrics.horizontalAdvance(text) + left + 5 * density)
    height = round(metrics.height() + 3 * density)
    plate = QPixmap(width, height)
    plate.fill(Qt.GlobalColor.transparent)
    with QPainter(plate) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor(*color))
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 3 * density, 3 * density)
        painter.setPen(text_color(color))
        painter.setFont(font)
        base = (height - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(QPointF(left, base), text)
        if has_tick:
            painter.setPen(QPen(text_color(color), 1.6 * density))
            middle = height / 2
            corners = ((5, 0), (7.5, 3), (12, -3))
            painter.drawPolyline([QPointF(x * density, middle + y * density) for x, y in corners])
    return plate
