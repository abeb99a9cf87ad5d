"""Lines between the pixels of a frame, once they are so large that they can be counted."""

import numpy as np
from PySide6.QtCore import QLine
from PySide6.QtGui import QColor, QPainter

from gui.canvas.view import View

GRID_FROM = 8.0
"""Beyond this scale pixels have lines between them."""
DIFFERENCE = QColor(44, 44, 44)
"""So much darker than a bright picture, so much brighter than a black one."""


def draw_pixel_grid(
    painter: QPainter, view: View, size_hw: tuple[int, int], screen_wh: tuple[int, int]
) -> None:
    """Draw the lines that are on the screen."""
    if view.scale <= GRID_FROM:
        return
    height, width = size_hw
    xs = _lines(view.x, view.scale, width, screen_wh[0])
    ys = _lines(view.y, view.scale, height, screen_wh[1])
    if not xs or not ys:
        return
    lines = [QLine(x, ys[0], x, ys[-1]) for x in xs] + [QLine(xs[0], y, xs[-1], y) for y in ys]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.setPen(DIFFERENCE)
    painter.drawLines(lines)
    painter.restore()


def _lines(start: float, scale: float, count: int, room: int) -> list[int]:
    """Along one axis: the first screen pixel of each frame pixel in sight, and of what follows."""
    first = max(int(-start // scale), 0)
    last = min(int((room - start) // scale) + 1, count)
    edges = start + np.arange(first, last + 1) * scale
    return [int(edge) for edge in np.ceil(edges - 0.5)]
