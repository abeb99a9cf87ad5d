"""Which values of a deep picture are black and which are white: two sliders, two numbers."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.panels import fields

if TYPE_CHECKING:
    from engine.sources.deep_values import DeepValues

STEPS = 1000
"""Of a slider, across the values that nearly all pixels have."""
ROW = 28
"""As high as a number: a section that is short of room would push one over the other."""
PLACES = 4
"""Digits that tell values apart, where they are no whole numbers."""

Window = tuple[float, float]


class LevelsPanel(QWidget):
    """Shows the window and reports what the person wants; hidden for pictures of 8 bits."""

    window_requested = Signal(object)
    spread_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends: Window = (0.0, 1.0)
        self._window: Window = (0.0, 1.0)
        self._digits = 0
        self._sliders = fields.slider(), fields.slider()
        self._numbers = (
            fields.decimal(0, 1, 0, step=1, digits=0),
            fields.decimal(0, 1, 0, step=1, digits=0),
        )
        whole, middle = QPushButton(self.tr("Whole range")), QPushButton(self.tr("1–99 %"))
        whole.setToolTip(self.tr("From the lowest value of this picture to the highest"))
        middle.setToolTip(self.tr("Leave out the darkest and the brightest hundredth"))
        buttons = QHBoxLayout()
        for button in (whole, middle):
            button.setObjectName("small")
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid())
        column.addLayout(buttons)
        for slider, number in zip(self._sliders, self._numbers, strict=True):
            slider.valueChanged.connect(self._on_slider)
            number.valueChanged.connect(self._on_number)
        whole.clicked.connect(self._on_whole)
        middle.clicked.connect(self._on_middle)
        self.hide()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        rows = (("black", self.tr("Black up to")), ("white", self.tr("White from")))
        for row, (key, name) in enumerate(rows):
            slider, number = self._sliders[row], self._numbers[row]
            slider.setObjectName(f"{key}_slider")
            slider.setRange(0, STEPS)
            slider.setAccessibleName(name)
            number.setObjectName(key)
            number.setKeyboardTracking(False)
            number.setAccessibleName(name)
            grid.setRowMinimumHeight(row, ROW)
            grid.addWidget(fields.name(name), row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(number, row, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def set_range(self, levels: "DeepValues | None") -> None:
        """A picture with these; None for one of 8 bits."""
        self.setVisible(levels is not None)
        if levels is None:
            return
        is_whole, ends, seen = levels.is_whole, levels.ends, levels.seen
        self._ends = levels.usual
        low, high = min(ends[0], seen[0]), max(ends[1], seen[1])
        self._digits = 0 if is_whole else max(0, PLACES - math.ceil(math.log10(high - low)))
        for number in self._numbers:
            with QSignalBlocker(number):
                number.setDecimals(self._digits)
                number.setRange(low, high)
                number.setSingleStep(1 if is_whole else (high - low) / STEPS)
        self.set_window(seen)

    @Slot(object)
    def set_window(self, window: Window) -> None:
        """Show what is set."""
        self._window = window
        low, high = self._ends
        for slider, number, value in zip(self._sliders, self._numbers, window, strict=True):
            share = (value - low) / (high - low) if high > low else 0.0
            with QSignalBlocker(slider), QSignalBlocker(number):
                slider.setValue(round(STEPS * min(max(share, 0.0), 1.0)))
                number.setValue(value)

    @Slot(int)
    def _on_slider(self, place: int) -> None:
        low, high = self._ends
        value = round(low + (high - low) * place / STEPS, self._digits)
        self._ask(value, is_white=self.sender() is self._sliders[1])

    @Slot(float)
    def _on_number(self, value: float) -> None:
        self._ask(value, is_white=self.sender() is self._numbers[1])

    def _ask(self, value: float, *, is_white: bool) -> None:
        """What moves pushes the other along: black stays below white."""
        step = 10.0**-self._digits
        black, white = self._window
        if is_white:
            black, white = min(black, value - step), value
        else:
            black, white = value, max(white, value + step)
        self.window_requested.emit((black, white))

    @Slot()
    def _on_whole(self) -> None:
        self.spread_requested.emit(0.0)

    @Slot()
    def _on_middle(self) -> None:
        self.spread_requested.emit(1.0)
