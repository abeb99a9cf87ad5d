"""Lines of a thousand points and more, for which Qt's wide pens would need up to seconds."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter

from engine.values import Region
from gui.canvas.frame_layer import Buffers
from gui.canvas.overlay import image_over
from gui.canvas.rings import SHIFT
from gui.canvas.view import View

LONG = 800
"""From so many points on a line is long: Qt needs 8 ms for each wide pen through a thousand."""

Pens = tuple[tuple[QColor, float], ...]


class LongLines:
    """Draws the lines around one Region in a layer, kept until it or the view is another."""

    def __init__(self) -> None:
        self._buffers = Buffers()
        self._kept: tuple[Region, object] | None = None

    def draw(
        self,
        painter: QPainter,
        region: Region,
        rings: Sequence[NDArray[np.float32]],
        view: View,
        pens: Pens,
    ) -> None:
        """Closed lines in screen pixels, the pens from below to above."""
        device = painter.device()
        density = device.devicePixelRatio()
        shape = (round(device.height() * density), round(device.width() * density))
        layer = self._buffers.get("layer", shape, np.int32)
        key = (view, shape, tuple((color.rgba(), width) for color, width in pens))
        if self._kept is None or self._kept[0] is not region or self._kept[1] != key:
            self._kept = (region, key)
            self._fill(layer, rings, view, pens)
        painter.drawImage(0, 0, image_over(layer))

    def _fill(
        self,
        layer: NDArray[np.int32],
        rings: Sequence[NDArray[np.float32]],
        view: View,
        pens: Pens,
    ) -> None:
        """Thin lines first: making them wider afterwards takes no time."""
        thin = self._buffers.get("thin", layer.shape)
        wide = self._buffers.get("wide", layer.shape)
        thin[:], layer[:] = 0, 0
        offset = np.array([view.x - 0.5, view.y - 0.5])
        paths = [
            np.round((ring * view.scale + offset) * 2**SHIFT).astype(np.int32) for ring in rings
        ]
        cv2.polylines(thin, paths, True, 255, 1, cv2.LINE_8, SHIFT)
        for color, width in pens:
            side = max(round(width), 1)
            cv2.dilate(thin, np.ones((side, side), np.uint8), wide)
            alpha = color.alphaF()
            parts = (round(part * alpha) for part in (color.red(), color.green(), color.blue()))
            red, green, blue = parts
            value = color.alpha() << 24 | red << 16 | green << 8 | blue
            np.copyto(layer, np.uint32(value).astype(np.int32), where=wide != 0)
