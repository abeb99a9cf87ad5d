"""What a look inside lays over the frame: a translucent picture, and a drawing above it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.canvas.film_layer import FilmLayer
from gui.canvas.frame_layer import Buffers
from gui.canvas.painter import CanvasPainter
from gui.canvas.sheet import Sheet
from gui.canvas.viewport import Viewport
from gui.tools.scene import PointerEvent

if TYPE_CHECKING:
    from engine.inside.drawing import Drawing


class InsideLayer(QObject):
    """Set from outside like the Canvas; says where the mouse is and clicks while it is on."""

    hovered = Signal(float, float)
    left = Signal()
    clicked = Signal(float, float)

    def __init__(self, viewport: Viewport, stage: CanvasPainter) -> None:
        super().__init__(viewport)
        self._viewport, self._painter = viewport, stage
        self._buffers = Buffers()
        self._last = PointerEvent(-1, -1)

    @property
    def is_on(self) -> bool:
        """Whether anything of a look inside lies over the frame."""
        return self._painter.film is not None or self._painter.sheet is not None

    @property
    def has_film(self) -> bool:
        """Whether a picture lies over the frame in place of objects."""
        return self._painter.film is not None

    @property
    def takes_mouse(self) -> bool:
        """Whether clicks belong to the drawing rather than to a Tool."""
        return self._painter.sheet is not None

    @property
    def drawing(self) -> "Drawing | None":
        """The drawing over the frame."""
        return self._painter.sheet.drawing if self._painter.sheet is not None else None

    def set_film(self, pixels: NDArray[np.uint8] | None, opacity: float = 1.0) -> None:
        """Stretch this (h, w, 4) RGBA, premultiplied, over the frame in place of objects."""
        self._painter.film = None if pixels is None else FilmLayer(pixels, opacity)
        self._viewport.update()

    def set_film_opacity(self, opacity: float) -> None:
        """How much of the frame the picture over it hides, 0..1."""
        if self._painter.film is not None:
            self._painter.film.opacity = opacity
            self._viewport.update()

    def set_drawing(self, drawing: "Drawing | None") -> None:
        """Draw this over the frame, or nothing."""
        if drawing is None and self._painter.sheet is None:
            return
        self._painter.sheet = None if drawing is None else Sheet(drawing, self._buffers)
        if drawing is not None and self._viewport.underMouse():
            self._light_up(self._last)
        self._viewport.update()

    def clear(self) -> None:
        """Nothing of a look inside any more."""
        self.set_film(None)
        self.set_drawing(None)

    def use(self, verb: str, event: PointerEvent) -> bool:
        """Take a mouse event; False if it is not for the drawing."""
        self._last = event
        if not self.takes_mouse:
            return False
        if verb == "move":
            self._light_up(event)
            self.hovered.emit(event.x, event.y)
        elif verb == "press":
            self.clicked.emit(event.x, event.y)
        return True

    def leave(self) -> None:
        """The mouse left the canvas."""
        sheet = self._painter.sheet
        if sheet is not None:
            if sheet.hovered >= 0:
                sheet.hovered = -1
                self._viewport.update()
            self.left.emit()

    def _light_up(self, event: PointerEvent) -> None:
        sheet = self._painter.sheet
        if sheet is not None:
            found = sheet.drawing.at(event.x, event.y)
            if found != sheet.hovered:
                sheet.hovered = found
                self._viewport.update()
