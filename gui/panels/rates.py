"""The measured rates: frames per second with their history, time per stage, delay, drops."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.panels import fields
from gui.theme import ThemeColors

HISTORY = 240


class RatePlot(QWidget):
    """The course of the frame rate, once pyqtgraph is loaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(40)
        self.setAccessibleName(self.tr("History of the frame rate"))
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
            self._plot.setBackground(colors.field)
            self._curve.setPen(colors.accent)

    def set_values(self, values: Sequence[float]) -> None:
        """Plot these; nothing is drawn before there are two."""
        if self._plot is None:
            if len(values) < 2 or not self._can_plot:
                return
            self._make()
        self._curve.setData(list(values))

    def allow(self) -> None:
        """From now on pyqtgraph is there."""
        self._can_plot = True

    def _make(self) -> None:
        import pyqtgraph

        self._plot = pyqtgraph.PlotWidget()
        for axis in ("left", "bottom"):
            self._plot.hideAxis(axis)
        self._plot.setMouseEnabled(False, False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._curve = self._plot.plot()
        self._row.addWidget(self._plot)
        if self._colors is not None:
            self.set_colors(self._colors)


class RatesPanel(QWidget):
    """Numbers that were measured, never computed from others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._history: deque[float] = deque(maxlen=HISTORY)
        self._fps = QLabel("–")
        self._fps.setObjectName("big")
        self._rates, self._stages = fields.hint(), fields.hint()
        self._plot = RatePlot()
        top = QGridLayout()
        top.setSpacing(8)
        top.addWidget(self._fps, 0, 0)
        top.addWidget(self._plot, 0, 1)
        top.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._rates)
        layout.addWidget(self._stages)
        self.clear()

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self._plot.set_colors(colors)

    @Slot()
    def allow_plot(self) -> None:
        """From now on pyqtgraph is there."""
        self._plot.allow()

    def clear(self) -> None:
        """Nothing was measured yet."""
        self._history.clear()
        self._plot.set_values([])
        self._fps.setText(self.tr("– fps"))
        self._rates.setText(self.tr("Rates show here when a model runs."))
        self._stages.setText("")

    def set_single(self, stages: Mapping[str, float]) -> None:
        """One picture went through the model: milliseconds for each stage."""
        total = sum(stages.values())
        self._fps.setText(self.tr("{0:.0f} ms").format(total))
        self._rates.setText(self.tr("One picture, from pixels to objects"))
        self._stages.setText(self._stage_text(stages))

    def set_paused(self, stages: Mapping[str, float]) -> None:
        """Nothing follows by itself: the stages of the shown frame, none without a model."""
        self.set_single(stages)
        self._rates.setText(self.tr("Paused: this frame, from pixels to objects"))
        if not stages:
            self._fps.setText("–")
            self._rates.setText(self.tr("Paused"))

    def set_live(self, infer: float, capture: float, display: float, delay_ms: float) -> None:
        """Rates of a video or camera, frames per second."""
        self._history.append(infer or display)
        self._plot.set_values(list(self._history))
        self._fps.setText(self.tr("{0:.1f} fps").format(infer or display))
        # One line, in the unit of the large number above it.
        text = self.tr("source {0:.1f} · model {1:.1f} · screen {2:.1f} · {3:.0f} ms late")
        self._rates.setText(text.format(capture, infer, display, delay_ms))

    def set_stages(self, stages: Mapping[str, float], dropped: int, lost: int = 0) -> None:
        """Milliseconds for each stage, frames dropped because newer ones came, and how often the
        camera or address was lost."""
        parts = [self._stage_text(stages), self.tr("dropped {0}").format(dropped)]
        if lost:
            parts.append(self.tr("connection lost {0}×").format(lost))
        self._stages.setText(" · ".join(part for part in parts if part))

    def _stage_text(self, stages: Mapping[str, float]) -> str:
        """`preprocess 2.1 · network 30.0 ms`."""
        names = {
            "preprocess": self.tr("preprocess"),
            "network": self.tr("network"),
            "refine": self.tr("refine"),
            "decode": self.tr("decode"),
        }
        parts = [f"{names.get(name, name)} {ms:.1f}" for name, ms in stages.items()]
        return " · ".join(parts) + " ms" if parts else ""
