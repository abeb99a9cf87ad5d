"""The measured rates: frames per second with their history, time per stage, delay, drops, what is
taken of the machine, and why it is slow."""

from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.pipeline.bottleneck import Hint
from engine.pipeline.usage import Usage
from gui.panels import fields
from gui.panels.rate_plot import SECONDS, RatePlot
from gui.panels.stages import stage_text
from gui.theme import ThemeColors

STEP = 0.5
"""Seconds from one measured value to the next."""
HISTORY = round(SECONDS / STEP) + 1
MEGA, GIGA = 1 << 20, 1 << 30


class RatesPanel(QWidget):
    """Numbers that were measured, never computed from others."""

    plot_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._history: dict[str, deque[float]] = {}
        self._fps = QLabel("–")
        self._fps.setObjectName("big")
        self._rates, self._stages, self._machine = fields.hint(), fields.hint(), fields.hint()
        self._why = QLabel()
        self._why.setObjectName("why")
        self._why.setWordWrap(True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._plot = RatePlot()
        self._choice = fields.ChoiceField()
        self._choice.setMinimumContentsLength(7)
        self._choice.setAccessibleName(self.tr("What is plotted"))
        self._choice.setToolTip(self.tr("What the last minute is shown of"))
        for key, text in (
            ("rate", self.tr("Rate, fps")),
            ("delay", self.tr("Delay, ms")),
            ("memory", self.tr("Memory, MB")),
        ):
            self._choice.addItem(text, key)
            self._history[key] = deque(maxlen=HISTORY)
        self._choice.activated.connect(self._on_choice)
        top = QGridLayout()
        top.setHorizontalSpacing(8)
        top.setVerticalSpacing(0)
        top.addWidget(self._fps, 0, 0)
        top.addWidget(self._choice, 1, 0)
        top.addWidget(self._plot, 0, 1, 2, 1)
        top.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        for label in (self._why, self._rates, self._stages, self._machine):
            layout.addWidget(label)
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
        for values in self._history.values():
            values.clear()
        self._draw()
        self._fps.setText(self.tr("– fps"))
        self._rates.setText(self.tr("Rates show here when a model runs."))
        self._stages.setText("")
        self._set_live(False)

    def _set_live(self, is_live: bool) -> None:
        """What only follows from frame to frame goes where none follows."""
        self._choice.setVisible(is_live)
        self._plot.setVisible(is_live)
        self._machine.setVisible(is_live)
        if not is_live:
            self.set_hint(None)

    def set_plotted(self, key: str) -> None:
        """Plot this from now on: rate, delay or memory."""
        self._choice.setCurrentIndex(self._choice.findData(key))
        self._draw()

    @Slot()
    def _on_choice(self) -> None:
        self._draw()
        self.plot_chosen.emit(self._choice.key)

    def _draw(self) -> None:
        self._plot.set_values(list(self._history[self._choice.key]), STEP)

    def _note(self, **measured: float) -> None:
        """Newest values; the plot changes if it shows one of them."""
        for key, value in measured.items():
            self._history[key].append(value)
        if self._choice.key in measured:
            self._draw()

    def set_single(self, stages: Mapping[str, float]) -> None:
        """One picture went through the model: milliseconds for each stage."""
        total = sum(stages.values())
        self._fps.setText(self.tr("{0:.0f} ms").format(total))
        self._rates.setText(self.tr("One picture, from pixels to objects"))
        self._stages.setText(stage_text(stages))
        self._set_live(False)

    def set_paused(self, stages: Mapping[str, float]) -> None:
        """Nothing follows by itself: the stages of the shown frame, none without a model."""
        self.set_single(stages)
        self._rates.setText(self.tr("Paused: this frame, from pixels to objects"))
        if not stages:
            self._fps.setText("–")
            self._rates.setText(self.tr("Paused"))

    def set_live(self, infer: float, capture: float, display: float, delay_ms: float) -> None:
        """Rates of a video or camera, frames per second."""
        self._set_live(True)
        self._note(rate=infer or display, delay=delay_ms)
        self._fps.setText(self.tr("{0:.1f} fps").format(infer or display))
        # One line, in the unit of the large number above it.
        text = self.tr("source {0:.1f} · model {1:.1f} · screen {2:.1f} · {3:.0f} ms late")
        self._rates.setText(text.format(capture, infer, display, delay_ms))

    def set_stages(self, stages: Mapping[str, float], dropped: int, lost: int = 0) -> None:
        """Milliseconds for each stage, frames dropped because newer ones came, and how often the
        camera or address was lost."""
        parts = [stage_text(stages), self.tr("dropped {0}").format(dropped)]
        if lost:
            parts.append(self.tr("connection lost {0}×").format(lost))
        self._stages.setText(" · ".join(part for part in parts if part))

    def set_machine(self, device: str, usage: Usage) -> None:
        """The device really in use, empty without a model, and what is taken of the machine."""
        parts = [device] if device else []
        if usage.memory is not None:
            self._note(memory=usage.memory / MEGA)
            parts.append(self.tr("memory {0:.0f} MB").format(usage.memory / MEGA))
        if usage.gpu_load is not None:
            parts.append(self.tr("GPU at work {0:.0f} %").format(100 * usage.gpu_load))
        if usage.gpu_used is not None and usage.gpu_total is not None:
            text = self.tr("GPU memory {0:.1f} of {1:.1f} GB")
            parts.append(text.format(usage.gpu_used / GIGA, usage.gpu_total / GIGA))
        self._machine.setText(" · ".join(parts))

    def set_hint(self, hint: Hint | None) -> None:
        """Why it is slow, and what to try; None while all is well."""
        self._why.setVisible(hint is not None)
        self._why.setText(f"{hint.text} {hint.advice}" if hint is not None else "")
