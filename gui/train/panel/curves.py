"""Loss and metric of a Run as they come."""

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import ThemeColors

POINTS = 2000


class Curves(QWidget):
    """Two small plots: loss for each step, the metric for each epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[int] = []
        self._losses: list[float] = []
        self._epochs: list[int] = []
        self._values: list[float] = []
        self._step = 0
        self._colors: ThemeColors | None = None
        self._plots: list[Any] = []
        self._loss: Any = None
        self._metric: Any = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        for plot in self._plots:
            plot.setBackground(colors.field)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.line)
                plot.getAxis(side).setTextPen(colors.faint)
        if self._plots:
            self._loss.setPen(colors.accent)
            self._loss.setSymbolBrush(colors.accent)
            self._loss.setSymbolPen(colors.accent)
            self._metric.setPen(colors.good)
            self._metric.setSymbolBrush(colors.good)
            self._metric.setSymbolPen(colors.good)

    @Slot()
    def prepare(self) -> None:
        """Make the plots, once pyqtgraph is loaded."""
        if self._plots:
            return
        import pyqtgraph

        for name, text in (
            (self.tr("Loss for each step"), self.tr("loss")),
            (self.tr("Metric for each epoch"), self.tr("metric")),
        ):
            plot = pyqtgraph.PlotWidget()
            plot.setFixedHeight(128)
            plot.setMouseEnabled(False, False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.showGrid(x=False, y=True, alpha=0.2)
            plot.setAccessibleName(name)
            plot.getAxis("left").enableAutoSIPrefix(False)
            plot.setLabel("left", text)
            self._column.addWidget(plot)
            self._plots.append(plot)
        self._plots[1].setYRange(0, 1)  # where all metrics lie
        self._loss = self._plots[0].plot(symbolSize=5)
        self._metric = self._plots[1].plot(symbol="o", symbolSize=5)
        if self._colors is not None:
            self.set_colors(self._colors)

    def clear(self) -> None:
        """A new Run begins."""
        self.prepare()
        for values in (self._steps, self._losses, self._epochs, self._values):
            values.clear()
        self._step = 0
        self._loss.setData([], [])
        self._metric.setData([], [])

    def add_step(self, loss: float) -> None:
        """One step's loss."""
        self._step += 1
        self._steps.append(self._step)
        self._losses.append(loss)
        if len(self._steps) > POINTS:
            # Every other point still tells the course of a long Run.
            self._steps, self._losses = self._steps[::2], self._losses[::2]
        alone = len(self._losses) == 1  # no line goes through one point
        self._loss.setData(self._steps, self._losses, symbol="o" if alone else None)

    def add_epoch(self, epoch: int, metric: str, value: float) -> None:
        """One epoch's metric, by the name that people read."""
        self._plots[1].setLabel("left", metric)
        self._epochs.append(epoch)
        self._values.append(value)
        self._metric.setData(self._epochs, self._values)
