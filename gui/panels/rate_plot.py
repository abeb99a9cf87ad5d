"""The course of one measured number over the last minute."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.panels.plot_colors import paint_plot
from gui.theme import ThemeColors

SECONDS = 60
HEIGHT = 56
AXIS_WIDTH = 34
ROOM = 1.15
"""So much higher than the highest value."""


class RatePlot(QWidget):
    """A line that grows from the right, once pyqtgraph is loaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("The last minute"))
        self._colors: ThemeColors | None = None
        self._can_plot = False
        self._plot: Any = None
        self._curve: Any = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        if self._plot is not None:
            paint_plot(self._plot, colors)
            self._curve.setPen(colors.accent)

    def set_values(self, values: Sequence[float], step: float) -> None:
        """Plot these, measured every `step` seconds, the newest last; nothing is drawn before there
        are two."""
        if self._plot is None:
            if len(values) < 2 or not self._can_plot:
                return
            self._make()
        self._curve.setData([step * (n - len(values) + 1) for n in range(len(values))], values)
        self._plot.setYRange(0, ROOM * max((*values, 1e-3)), padding=0.08)

    def allow(self) -> None:
        """From now on pyqtgraph is there."""
        self._can_plot = True

    def _make(self) -> None:
        import pyqtgraph

        self._plot = pyqtgraph.PlotWidget()
        self._plot.hideAxis("bottom")
        axis = self._plot.getAxis("left")
        axis.setWidth(AXIS_WIDTH)
        small = QFont(self.font())
        small.setPixelSize(10)
        axis.setStyle(tickFont=small, maxTickLevel=0, tickLength=0)
        self._plot.setXRange(-SECONDS, 0, padding=0)
        self._plot.setMouseEnabled(False, False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._curve = self._plot.plot()
        self._row.addWidget(self._plot)
        if self._colors is not None:
            self.set_colors(self._colors)
