"""A drawing of a look inside, painted over the frame in one pass."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.canvas.captions import Captions
from gui.canvas.view import View

if TYPE_CHECKING:
    from engine.inside.drawing import Cells, Drawing

LIGHT = (255, 255, 255)
SEAM = QColor(0, 0, 0, 150)
STRONG = 3
"""Lines so wide have a dark seam, so that they show on any picture."""


class Sheet:
    """Paints a Drawing; boxes of one look are painted together, lines are kept per view."""

    def __init__(self, drawing: "Drawing") -> None:
        self.drawing = drawing
        self.hovered = -1
        self._width = 0
        self._captions = Captions()
        self._groups = _groups(drawing)
        self._rects: tuple[View, list[QRect]] | None = None

    def draw(
        self, painter: QPainter, view: View, screen_wh: tuple[int, int], density: float
    ) -> None:
        """Draw everything, in screen pixels."""
        self._width = screen_wh[0]
        self._captions.density = density
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.drawing.cells is not None:
            self._draw_cells(painter, self.drawing.cells, view, density)
        rects = self._on_screen(view)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for (width, color), numbers in self._groups:
            chosen = [rects[number] for number in numbers]
            if width >= STRONG:
                painter.setPen(_pen(SEAM, (width + 2) * density))
                painter.drawRects(chosen)
            painter.setPen(_pen(QColor.fromRgba(color), width * density))
            painter.drawRects(chosen)
        for number, text in self.drawing.captions:
            self._caption(painter, rects[number], number, text)
        if 0 <= self.hovered < len(rects):
            painter.setPen(_pen(SEAM, 5 * density))
            painter.drawRect(rects[self.hovered])
            painter.setPen(_pen(QColor(*LIGHT), 2 * density))
            painter.drawRect(rects[self.hovered])
            if self.drawing.texts[self.hovered]:
                self._caption(painter, rects[self.hovered], -1, self.drawing.texts[self.hovered])

    def _on_screen(self, view: View) -> list[QRect]:
        if self._rects is None or self._rects[0] != view:
            corners = self.drawing.boxes * view.scale + np.tile([view.x, view.y], 2)
            # Qt counts whole pixels in sixteen bits where it draws fast.
            whole = np.round(corners.clip(-30_000, 30_000)).astype(int)
            whole[:, 2:] -= whole[:, :2]
            self._rects = view, [QRect(*row) for row in whole.tolist()]
        return self._rects[1]

    def _caption(self, painter: QPainter, rect: QRect, number: int, text: str) -> None:
        """A plate at the box's upper left corner, inside the canvas."""
        color = LIGHT
        if number >= 0:
            red, green, blue = self.drawing.colors[number, :3].tolist()
            color = (red, green, blue)
        plate = self._captions.plate(text, color)
        top = rect.top() - plate.height() - 1
        left = min(rect.left(), self._width - plate.width())
        painter.drawPixmap(max(left, 0), top if top > 0 else max(rect.top() + 1, 0), plate)

    def _draw_cells(self, painter: QPainter, cells: "Cells", view: View, density: float) -> None:
        """One pixel a cell, enlarged without mixing; then the lines."""
        left, top = view.to_screen(float(cells.xs[0]), float(cells.ys[0]))
        xs = cells.xs * view.scale + view.x
        ys = cells.ys * view.scale + view.y
        rows, columns = cells.colors.shape[:2]
        width, height = float(xs[1] - xs[0]) * columns, float(ys[1] - ys[0]) * rows
        painter.save()
        painter.setClipRect(QRectF(left, top, float(xs[-1]) - left, float(ys[-1]) - top))
        kind = QImage.Format.Format_RGBA8888
        image = QImage(np.ascontiguousarray(cells.colors).data, columns, rows, columns * 4, kind)
        painter.drawImage(QRectF(left, top, width, height), image)
        painter.restore()
        right, bottom = float(xs[-1]), float(ys[-1])
        lines = [QLineF(x, top, x, bottom) for x in xs.tolist()]
        lines += [QLineF(left, y, right, y) for y in ys.tolist()]
        painter.setPen(_pen(QColor(0, 0, 0, 70), 2 * density))
        painter.drawLines(lines)
        painter.setPen(_pen(QColor(255, 255, 255, 90), density))
        painter.drawLines(lines)
        if cells.marked is not None:
            x1, y1 = view.to_screen(*cells.marked[:2])
            x2, y2 = view.to_screen(*cells.marked[2:])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((QColor(0, 0, 0), 5.0), (QColor(*LIGHT), 3.0)):
                painter.setPen(_pen(color, width * density))
                painter.drawRect(QRectF(x1, y1, x2 - x1, y2 - y1))


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, max(round(width), 1))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _groups(drawing: "Drawing") -> list[tuple[tuple[int, int], list[int]]]:
    """Numbers of the boxes that follow each other with (nearly) one look: (width, ARGB)."""
    if not len(drawing.boxes):
        return []
    levels = drawing.colors.astype(np.uint32) & 0xF8
    red, green, blue, alpha = (levels | levels >> 5).T
    argb = (alpha << 24 | red << 16 | green << 8 | blue).tolist()
    looks = list(zip(drawing.widths.tolist(), argb, strict=True))
    groups: list[tuple[tuple[int, int], list[int]]] = []
    for number, look in enumerate(looks):
        if not groups or groups[-1][0] != look:
            groups.append((look, []))
        groups[-1][1].append(number)
    return groups
