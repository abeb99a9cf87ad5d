"""A drawing of a look inside, painted over the frame in one pass."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.canvas.captions import Captions
from gui.canvas.frame_layer import Buffers
from gui.canvas.overlay import image_over
from gui.canvas.view import View

if TYPE_CHECKING:
    from engine.inside.drawing import Cells, Drawing

LIGHT = (255, 255, 255)
SEAM = QColor(0, 0, 0, 150)
FAR = 30_000.0
"""No line needs to reach further beside the screen."""
STRONG = 3
"""Lines so wide have a dark seam, so that they show on any picture."""


class Sheet:
    """Paints a Drawing. Its boxes are drawn once per view, into a layer of their own: OpenCV needs
    a few milliseconds for thousands, Qt's pens half a second."""

    def __init__(self, drawing: "Drawing", buffers: Buffers) -> None:
        self.drawing = drawing
        self.hovered = -1
        self._screen_wh = (0, 0)
        self._captions = Captions()
        self._buffers = buffers
        self._rects: NDArray[np.int64] = np.zeros((0, 4), np.int64)
        self._shown: tuple[View, tuple[int, int]] | None = None

    def draw(
        self, painter: QPainter, view: View, screen_wh: tuple[int, int], density: float
    ) -> None:
        """Draw everything, in screen pixels."""
        self._captions.density = density
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.drawing.cells is not None:
            self._draw_cells(painter, self.drawing.cells, view, density)
        if self._shown != (view, screen_wh):
            self._shown, self._screen_wh = (view, screen_wh), screen_wh
            self._draw_boxes(view, density)
        if len(self._rects):
            painter.drawImage(0, 0, image_over(self._layer()))
        for number, text in self.drawing.captions:
            self._caption(painter, number, text, is_lit=False)
        if 0 <= self.hovered < len(self._rects):
            self._light_up(painter, density)

    def _layer(self) -> NDArray[np.int32]:
        """The boxes of the whole screen: (h, w) premultiplied ARGB."""
        return self._buffers.get("sheet", self._screen_wh[::-1], np.int32)

    def _draw_boxes(self, view: View, density: float) -> None:
        """The upper box hides the lower one's line: mixing would cost more, and tell less."""
        drawing = self.drawing
        corners = drawing.boxes * view.scale + np.tile([view.x, view.y], 2)
        self._rects = np.round(corners.clip(-FAR, FAR)).astype(np.int64)
        if not len(self._rects):
            return
        layer = self._layer()
        layer[:] = 0
        pixels = layer.view(np.uint8).reshape(*layer.shape, 4)  # BGRA, as ARGB32 lies in memory.
        cover = drawing.colors[:, 3:].astype(np.uint16)
        mixed = drawing.colors[:, 2::-1] * cover // 255
        colors = np.concatenate([mixed, cover], axis=1).tolist()
        widths = np.maximum(np.round(drawing.widths * density), 1).astype(int).tolist()
        for rect, color, width in zip(self._rects.tolist(), colors, widths, strict=True):
            if width >= STRONG * density:
                seam = (0, 0, 0, SEAM.alpha())
                _draw_frame(pixels, rect, seam, width + 2 * round(density))
            _draw_frame(pixels, rect, color, width)

    def _light_up(self, painter: QPainter, density: float) -> None:
        x1, y1, x2, y2 = self._rects[self.hovered].tolist()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((SEAM, 5.0), (QColor(*LIGHT), 2.0)):
            painter.setPen(_pen(color, width * density))
            painter.drawRect(QRect(x1, y1, x2 - x1, y2 - y1))
        if self.drawing.texts[self.hovered]:
            self._caption(painter, self.hovered, self.drawing.texts[self.hovered], is_lit=True)

    def _caption(self, painter: QPainter, number: int, text: str, *, is_lit: bool) -> None:
        """A plate at the box's upper left corner, inside the canvas."""
        red, green, blue = LIGHT if is_lit else self.drawing.colors[number, :3].tolist()
        plate = self._captions.plate(text, (red, green, blue))
        left, top = self._rects[number, :2].tolist()
        above = top - plate.height() - 1
        inside = max(min(left, self._screen_wh[0] - plate.width()), 0)
        painter.drawPixmap(inside, above if above > 0 else max(top + 1, 0), plate)

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


def _draw_frame(
    pixels: NDArray[np.uint8], rect: Sequence[int], color: Sequence[int], width: int
) -> None:
    """Lines of one pixel inside each other: OpenCV's wide ones are wider than asked, and round."""
    x1, y1, x2, y2 = rect
    for inset in range(-(width // 2), width - width // 2):
        cv2.rectangle(pixels, (x1 + inset, y1 + inset), (x2 - inset, y2 - inset), color)
