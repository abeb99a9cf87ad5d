"""A dark veil over everything but a few Regions."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from engine.values import Region
from gui.canvas.frame_layer import Buffers
from gui.canvas.overlay import image_over
from gui.canvas.rings import SHIFT
from gui.canvas.view import View
from gui.tools.registry import Stroke

VEIL = 0xB0 << 24
"""Black that hides two thirds of what is below."""

Rings = Sequence[NDArray[np.float32]]


class Dimmer:
    """Paints the veil; it is kept until the Regions or the view change."""

    def __init__(self) -> None:
        self._buffers = Buffers()
        self._made: object = None

    def paint(
        self,
        painter: QPainter,
        regions: Iterable[tuple[Region, Rings]],
        view: View,
        screen_wh: tuple[int, int],
        stroke: Stroke | None = None,
    ) -> None:
        """Dim all but these Regions, which come with the closed lines around them, and a stroke."""
        shown = tuple(regions)
        layer = self._buffers.get("veil", screen_wh[::-1], np.int32)
        done = len(stroke.points_xy) if stroke is not None else 0
        key = ([id(region) for region, _ in shown], view, screen_wh, done)
        if key != self._made:
            self._made = key
            self._kept = shown  # An id is only good while its Region lives.
            self._fill(layer, view)
            if stroke is not None and done:
                self._add_stroke(layer, stroke, view)
        painter.drawImage(0, 0, image_over(layer))

    def _fill(self, layer: NDArray[np.int32], view: View) -> None:
        layer[:] = np.uint32(VEIL).astype(np.int32)
        offset = np.array([view.x - 0.5, view.y - 0.5])
        for _, rings in self._kept:
            paths = [
                np.round((ring * view.scale + offset) * 2**SHIFT).astype(np.int32) for ring in rings
            ]
            if paths:
                cv2.fillPoly(layer, paths, 0, cv2.LINE_8, SHIFT)

    def _add_stroke(self, layer: NDArray[np.int32], stroke: Stroke, view: View) -> None:
        points = np.array(stroke.points_xy) * view.scale + (view.x - 0.5, view.y - 0.5)
        path = np.round(np.concatenate([points, points[-1:]]) * 2**SHIFT).astype(np.int32)
        width = max(round(2 * stroke.radius * view.scale), 1)
        cv2.polylines(layer, [path], False, 0, width, cv2.LINE_8, SHIFT)
