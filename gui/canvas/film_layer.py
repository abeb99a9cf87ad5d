"""A translucent picture stretched over the frame, such as what a network sees in it."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from gui.canvas.frame_layer import Buffers, sample
from gui.canvas.view import Area, View


class FilmLayer:
    """Draws (h, w, 4) uint8 RGBA pixels, premultiplied; sampled once per view."""

    def __init__(self, pixels: NDArray[np.uint8], opacity: float) -> None:
        self.opacity = opacity
        self._pixels = cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA)  # As Qt's ARGB32 lies in memory.
        self._buffers = Buffers()
        self._shown: tuple[View, tuple[int, int]] | None = None

    def draw(
        self,
        painter: QPainter,
        view: View,
        size_hw: tuple[int, int],
        screen_wh: tuple[int, int],
        part: QRect,
    ) -> None:
        """Draw it over a frame of this size, where that is in this part of the screen."""
        height, width = screen_wh[1], screen_wh[0]
        layer = self._buffers.get("film", (height, width, 4))
        if self._shown != (view, screen_wh):
            self._shown = view, screen_wh
            inside = View(size_hw[1] * view.scale / self._pixels.shape[1], view.x, view.y)
            sample(self._pixels, inside, Area(0, 0, width, height), layer, smooth=True)
        frame = view.area_on_screen(Area(0, 0, size_hw[1], size_hw[0]))
        piece = part.intersected(QRect(*frame))
        kind = QImage.Format.Format_ARGB32_Premultiplied
        painter.setOpacity(self.opacity)
        painter.drawImage(piece, QImage(layer.data, width, height, width * 4, kind), piece)
        painter.setOpacity(1.0)
