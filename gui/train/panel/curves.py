"""Loss, metric and learning rate of a Run as they come, over the curves of other Runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.training.events import EpochEnded, Started, Stepped
from engine.training.run_record import EpochLine
from gui.panels import fields
from gui.panels.copies import CopyPicture
from gui.panels.plot_colors import paint_plot
from gui.theme import ThemeColors

POINTS = 2000
HEIGHTS = {"loss": 160, "metric": 176, "rate": 136}
SERIES = ("#e8833a", "#9a7fe8", "#2fa8a0", "#d1609f", "#a3983a", "#7a8aa0")
"""Of the Runs that are laid over: readable on dark and on light."""


@dataclass(frozen=True)
class Curve:
    """A Run that is laid over: its name and its epochs."""

    name: str
    lines: tuple[EpochLine, ...]


@dataclass
class _Course:
    """How the Run goes that is watched; `noted` are the lines of its folder."""

    name: str = ""
    steps_per_epoch: int = 1
    done: int = 0
    noted: tuple[EpochLine, ...] = ()
    steps: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    lines: list[EpochLine] = field(default_factory=list)

    @property
    def before(self) -> list[EpochLine]:
        """The epochs from before the Run was resumed."""
        return [line for line in self.noted if line.epoch <= self.done]


class Curves(QWidget):
    """Three small plots over epochs: the losses, the metric, the learning rate. A Run has one
    color; its training loss is drawn through, its validation loss dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course = _Course()
        self._others: tuple[Curve, ...] = ()
        self._metric_name = ""
        self._colors: ThemeColors | None = None
        self._plots: dict[str, Any] = {}
        self._own: dict[str, Any] = {}
        self._overlays: list[tuple[Any, Any]] = []
        self.legend = fields.hint()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.legend)

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        for plot in self._plots.values():
            paint_plot(plot, colors)
        if self._plots:
            self._draw_own()
        self._show_legend()

    @Slot()
    def prepare(self) -> None:
        """Make the plots, once pyqtgraph is loaded."""
        if self._plots:
            return
        import pyqtgraph

        for key, name, text in (
            ("loss", self.tr("Loss over epochs"), self.tr("loss")),
            ("metric", self.tr("Metric over epochs"), self.tr("metric, 0 to 1")),
            ("rate", self.tr("Learning rate over epochs"), self.tr("learning rate")),
        ):
            plot = pyqtgraph.PlotWidget()
            plot.setFixedHeight(HEIGHTS[key])
            plot.setMouseEnabled(False, False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.showGrid(x=False, y=True, alpha=0.2)
            plot.setAccessibleName(name)
            CopyPicture(plot)
            for side in ("left", "bottom"):
                plot.getAxis(side).enableAutoSIPrefix(False)
            plot.getAxis("left").setWidth(64)  # So that the epochs of all plots stand in line.
            plot.setLabel("left", text)
            plot.setLabel("bottom", self.tr("epoch"))
            self._column.addWidget(plot)
            self._plots[key] = plot
            if key != "loss":
                plot.setXLink(self._plots["loss"])
        self._plots["metric"].setYRange(0, 1)
        for key, plot in (("train", "loss"), ("val", "loss"), ("metric", "metric")):
            self._own[key] = self._plots[plot].plot(symbolSize=5)
        self._own["rate"] = self._plots["rate"].plot()
        if self._colors is not None:
            self.set_colors(self._colors)
        self._draw_others()

    def clear(self) -> None:
        """A new Run begins."""
        self.prepare()
        self._course = _Course()
        self._draw_own()
        self._show_legend()

    def begin(self, name: str, started: Started) -> None:
        """The Run says what it is; one that is resumed goes on at its epoch."""
        self._course.name = name
        self._course.steps_per_epoch = max(1, started.steps_per_epoch)
        self._course.done = started.epochs_done
        self._draw_own()
        self._show_legend()

    def set_before(self, lines: Sequence[EpochLine]) -> None:
        """The lines of the Run's folder, for the epochs from before it was resumed."""
        self._course.noted = tuple(lines)
        self._draw_own()

    def add_step(self, step: Stepped) -> None:
        """One step's loss and learning rate."""
        course = self._course
        course.steps.append(step.step / course.steps_per_epoch)
        course.losses.append(step.loss)
        course.rates.append(step.lr)
        if len(course.steps) > POINTS:
            # Every other point still tells the course of a long Run.
            for values in (course.steps, course.losses, course.rates):
                values[:] = values[::2]
        self._draw_steps()

    def add_epoch(self, event: EpochEnded, metric: str) -> None:
        """One epoch's validation, its metric by the name that people read."""
        if metric and self._plots:
            self._metric_name = metric
            self._plots["metric"].setLabel("left", self.tr("{0}, 0 to 1").format(metric))
        line = EpochLine(event.epoch, event.train_loss, event.val_loss, event.value)
        self._course.lines.append(line)
        self._draw_epochs()

    def set_others(self, others: Sequence[Curve]) -> None:
        """Lay these Runs over, in the order of their colors."""
        self._others = tuple(others)
        if self._plots:
            self._draw_others()
        self._show_legend()

    # Drawing

    def _draw_own(self) -> None:
        if not self._plots or self._colors is None:
            return
        accent = self._colors.accent
        for key, curve in self._own.items():
            curve.setPen(_pen(accent, is_dashed=key == "val"))
            curve.setSymbolBrush(accent)
            curve.setSymbolPen(accent)
        self._draw_steps()
        self._draw_epochs()

    def _draw_steps(self) -> None:
        if not self._plots:
            return
        course = self._course
        before = [(line.epoch, line.train_loss) for line in course.before]
        known = [(float(epoch), loss) for epoch, loss in before if loss is not None]
        epochs = [epoch for epoch, _ in known] + course.steps
        losses = [loss for _, loss in known] + course.losses
        alone = len(losses) == 1  # No line goes through one point.
        self._own["train"].setData(epochs, losses, symbol="o" if alone else None)
        self._own["rate"].setData(course.steps, course.rates)
        self._hide_empty()

    def _draw_epochs(self) -> None:
        if not self._plots:
            return
        lines = (*self._course.before, *self._course.lines)
        self._own["val"].setData(*_points(lines, "val_loss"), symbol="o")
        self._own["metric"].setData(*_points(lines, "value"), symbol="o")
        self._hide_empty()

    def _draw_others(self) -> None:
        for plot, item in self._overlays:
            self._plots[plot].removeItem(item)
        self._overlays = []
        for number, other in enumerate(self._others):
            color = series_color(number)
            for plot, name, is_dashed in (
                ("loss", "train_loss", False),
                ("loss", "val_loss", True),
                ("metric", "value", False),
            ):
                points = _points(other.lines, name)
                dot = "o" if len(points[0]) == 1 else None
                pen = _pen(color, is_dashed=is_dashed)
                item = self._plots[plot].plot(
                    *points, pen=pen, symbol=dot, symbolSize=5, symbolBrush=color, symbolPen=color
                )
                self._overlays.append((plot, item))
        self._hide_empty()

    def _hide_empty(self) -> None:
        """Axes without a curve say nothing."""
        for plot in self._plots.values():
            plot.setVisible(any(item.xData is not None for item in plot.listDataItems()))

    def _show_legend(self) -> None:
        rows = [(series_color(n), other.name) for n, other in enumerate(self._others)]
        if self._course.name and self._colors is not None:
            rows.insert(0, (self._colors.accent, self._course.name))
        names = "&nbsp;&nbsp; ".join(
            f'<span style="color:{color}">■</span>&nbsp;{escape(name)}' for color, name in rows
        )
        lines = self.tr("Loss: solid in training, dashed in validation.")
        self.legend.setText(f"{names}<br>{escape(lines)}" if rows else "")
        self.legend.setVisible(bool(rows))


def series_color(number: int) -> str:
    """The color of the Run that is laid over as this one, from 0."""
    return SERIES[number % len(SERIES)]


def _points(lines: Sequence[EpochLine], name: str) -> tuple[list[int], list[float]]:
    """The epochs at which this was measured, and what."""
    found = [(line.epoch, getattr(line, name)) for line in lines]
    measured = [(epoch, value) for epoch, value in found if value is not None]
    return [epoch for epoch, _ in measured], [value for _, value in measured]


def _pen(color: str, *, is_dashed: bool) -> Any:
    import pyqtgraph

    style = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
    return pyqtgraph.mkPen(color, width=2 if is_dashed else 1, style=style)
