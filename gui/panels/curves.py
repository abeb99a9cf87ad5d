"""Loss and metric of a Run as they come."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme import Colors

POINTS = 2000


class Curves(QWidget):
    """Two small plots: loss for each step, the metric for each epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        import pyqtgraph

        self._steps: list[int] = []
        self._losses: list[float] = []
        self._epochs: list[int] = []
        self._values: list[float] = []
        self._step = 0
        self._loss_plot = pyqtgraph.PlotWidget()
        self._metric_plot = pyqtgraph.PlotWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for plot in (self._loss_plot, self._metric_plot):
            plot.setFixedHeight(128)
            plot.setMouseEnabled(False, False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.showGrid(x=False, y=True, alpha=0.2)
            layout.addWidget(plot)
        self._loss_plot.setAccessibleName(self.tr("Loss for each step"))
        self._metric_plot.setAccessibleName(self.tr("Metric for each epoch"))
        self._loss_plot.setLabel("left", self.tr("loss"))
        self._metric_plot.setLabel("left", self.tr("metric"))
        self._loss = self._loss_plot.plot()
        self._metric = self._metric_plot.plot(symbol="o", symbolSize=5)

    def set_colors(self, colors: Colors) -> None:
        """Use a theme's colours."""
        for plot in (self._loss_plot, self._metric_plot):
            plot.setBackground(colors.field)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.line)
                plot.getAxis(side).setTextPen(colors.faint)
        self._loss.setPen(colors.accent)
        self._metric.setPen(colors.good)
        self._metric.setSymbolBrush(colors.good)
        self._metric.setSymbolPen(colors.good)

    def clear(self) -> None:
        """A new Run begins."""
        for values in (self._steps, self._losses, self._epochs, self._values):
            values.clear()
        self._step = 0
        self._loss.setData([], [])
        self._metric.setData([], [])

    def add_step(self, event: Mapping[str, Any]) -> None:
        """One step's loss."""
        self._step += 1
        self._steps.append(self._step)
        self._losses.append(float(event["loss"]))
        if len(self._steps) > POINTS:
            # Every other point still tells the course of a long Run.
            self._steps, self._losses = self._steps[::2], self._losses[::2]
        self._loss.setData(self._steps, self._losses)

    def add_epoch(self, event: Mapping[str, Any]) -> None:
        """One epoch's metric."""
        self._metric_plot.setLabel("left", str(event.get("metric", "")))
        self._epochs.append(int(event["epoch"]))
        self._values.append(float(event["value"]))
        self._metric.setData(self._epochs, self._values)
