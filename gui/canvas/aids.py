"""What helps to aim and to find one's way, beside the frame and its objects."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from engine.painting.tone import Tone
from gui.canvas.badge import Badge
from gui.canvas.crosshair import Crosshair
from gui.canvas.foreground import Foreground
from gui.canvas.layered_view import LayeredView
from gui.canvas.navigator import Navigator
from gui.canvas.rulers import THICKNESS, Rulers


class Aids:
    """Each is switched on and off by itself."""

    def __init__(self, view: LayeredView, foreground: Foreground) -> None:
        self._view, self._foreground = view, foreground
        self.crosshair = Crosshair(view)
        self.badge = Badge(view)
        self.navigator = Navigator(view)
        self._rulers = Rulers(view)

    def set_dims_others(self, dims_others: bool) -> None:
        """Whether all but the selected objects is dimmed."""
        self._foreground.dims_others = dims_others
        self._view.update()

    def set_rulers(self, has_rulers: bool) -> None:
        """Whether there are rulers along two edges."""
        self._rulers.set_on(has_rulers)
        self.badge.set_top(THICKNESS if has_rulers else 0)

    def set_tone(self, tone: Tone, told: str) -> None:
        """Show the frame in this tone, and tell of it; nothing to tell hides the badge."""
        self._view.set_tone(tone)
        self.badge.set_text(told)
        self.navigator.forget()

    def follow(self, at: QPointF | None) -> None:
        """The mouse is here, or nowhere over the canvas."""
        self.crosshair.follow(at)
        self._rulers.follow(at)

    def selection_changed(self) -> None:
        """Other objects are selected: what is dimmed may be anywhere."""
        if self._foreground.dims_others:
            self._view.update()

    def paint(self, painter: QPainter) -> None:
        """Above all else, in the widget's units."""
        self.crosshair.paint(painter)
        self._rulers.paint(painter)
