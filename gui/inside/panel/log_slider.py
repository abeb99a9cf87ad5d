"""A slider over a wide range: each step multiplies, so that small values can be set as well."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.panels import fields

TICKS = 1000


class LogSlider(QWidget):
    """Shows its value beside itself; whole numbers, or two digits after the point."""

    value_changed = Signal(float)

    def __init__(self, low: float, high: float, value: float, *, is_whole: bool) -> None:
        super().__init__()
        self._is_whole = is_whole
        self._low, self._high = low, high
        self._slider = fields.slider()
        self._slider.setRange(0, TICKS)
        self._slider.setPageStep(TICKS // 20)
        self._slider.setSingleStep(TICKS // 100)
        self._text = QLabel()
        self._text.setObjectName("value")
        self._text.setMinimumWidth(48)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._text)
        self._slider.valueChanged.connect(self._on_value)
        self.set_value(value)

    @property
    def value(self) -> float:
        """Where it stands."""
        share = self._slider.value() / TICKS
        value = self._low * (self._high / self._low) ** share
        return float(round(value)) if self._is_whole else value

    def set_name(self, name: str) -> None:
        """What a screen reader calls it."""
        self._slider.setAccessibleName(name)

    def set_value(self, value: float) -> None:
        """Stand here, without a signal."""
        inside = min(max(value, self._low), self._high)
        span = math.log(self._high / self._low)
        share = math.log(inside / self._low) / span if span else 1.0
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(TICKS * share))
        self._show()

    def set_high(self, high: float) -> None:
        """End here; one that stood at its end stays at the end."""
        if high == self._high:
            return
        value, was_at_end = self.value, self._slider.value() == TICKS
        self._high = max(high, self._low)
        self.set_value(self._high if was_at_end else value)

    def _show(self) -> None:
        self._text.setText(f"{self.value:,.0f}" if self._is_whole else f"{self.value:.2g}")

    @Slot()
    def _on_value(self) -> None:
        self._show()
        self.value_changed.emit(self.value)
