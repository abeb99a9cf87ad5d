"""A Viewport with what it paints in layers: how much of each is seen."""

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engine.painting.tone import Tone
from engine.values import Prediction
from gui.canvas.painter import CanvasPainter
from gui.canvas.viewport import Viewport

REST_MS = 120
"""A view that has not moved for so long rests."""


class LayeredView(Viewport):
    """The frame bare or under its masks, or under two Predictions that share it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painter = CanvasPainter()
        self._opacity = self._painter.overlay.opacity
        self._is_outlined = False
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self.settle)

    def painted(self) -> None:
        """What was only stretched is painted exactly once the view rests."""
        if self._painter.is_stretched:
            self._resting.start()

    @Slot()
    def settle(self) -> None:
        """Paint exactly what was only stretched."""
        self._painter.settle()
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """How much of the frame the masks hide, 0..1."""
        self._opacity = opacity
        self._painter.set_opacity(0.0 if self._is_outlined else opacity)
        self.update()

    def set_outlines_only(self, is_outlined: bool) -> None:
        """Whether nothing is tinted: only lines around objects show."""
        self._is_outlined = is_outlined
        self.set_opacity(self._opacity)

    def set_tone(self, tone: Tone) -> None:
        """How bright the frame is shown, and which of its channels."""
        self._painter.set_tone(tone)
        self.update()

    def set_deep(self, values: NDArray[Any]) -> None:
        """What the shown frame holds in more than 8 bits: (H, W) or (H, W, 3)."""
        self._painter.set_deep(values)
        self.update()

    @property
    def deep_values(self) -> NDArray[Any] | None:
        """The same, where it is known."""
        return self._painter.deep_values

    def thumbnail(self, size: QSize) -> QImage:
        """The whole frame as it is shown, this large."""
        return self._painter.thumbnail(max(size.width(), 1), max(size.height(), 1))

    def show_compare(self, right: Prediction | None, left: Prediction | None = None) -> None:
        """Show a Prediction right of a line that can be dragged, another one left of it.

        Without `left`, what was shown stays there. None as `right` ends comparing.
        """
        self._painter.set_sides(left, right)
        self.update()

    def set_over(self, is_over: bool) -> None:
        """Whether two Predictions lie over one another, without a line between them."""
        self._painter.is_over = is_over
        self.update()

    @property
    def is_comparing(self) -> bool:
        """Whether two Predictions share the frame."""
        return self._painter.is_comparing

    def peek(self, is_bare: bool) -> None:
        """Show the frame alone for as long as the person looks."""
        if self._painter.is_bare != is_bare:
            self._painter.is_bare = is_bare
            self.update()

    def is_on_split(self, position: QPointF) -> bool:
        """Whether the mouse can take the line between two Predictions here."""
        return self._painter.is_on_split(self.on_screen(position)[0], self.screen_wh)

    def move_split(self, position: QPointF) -> None:
        """Put the line between two Predictions here."""
        self._painter.split = min(max(position.x() / max(self.width(), 1), 0.02), 0.98)
        self.update()
