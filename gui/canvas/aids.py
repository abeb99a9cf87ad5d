"""What helps to aim and to find one's way, beside the frame and its objects."""

from PySide6.QtGui import QPainter

from gui.canvas.badge import Badge
from gui.canvas.crosshair import Crosshair
from gui.canvas.foreground import Foreground
from gui.canvas.layered_view import LayeredView


class Aids:
    """Each is switched on and off by itself."""

    def __init__(self, view: LayeredView, foreground: Foreground) -> None:
        self._view, self._foreground = view, foreground
        self.crosshair = Crosshair(view)
        self.badge = Badge(view)

    def set_dims_others(self, dims_others: bool) -> None:
        """Whether all but the selected objects is dimmed."""
        self._foreground.dims_others = dims_others
        self._view.update()

    def selection_changed(self) -> None:
        """Other objects are selected: what is dimmed may be anywhere."""
        if self._foreground.dims_others:
            self._view.update()

    def paint(self, painter: QPainter) -> None:
        """Above all else, in the widget's units."""
        self.crosshair.paint(painter)
