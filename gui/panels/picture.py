"""The Picture section: how bright and in which channels the canvas shows a frame."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.painting.tone import BRIGHTEST, CHANNELS, DARKEST, MOST, PLAIN, Tone
from gui.panels import fields
from gui.panels.levels import LevelsPanel

if TYPE_CHECKING:
    from engine.sources.deep_values import DeepValues

GAMMA_STEPS = 100
"""A slider's steps for each factor of `BRIGHTEST`, up and down."""


class PicturePanel(QWidget):
    """Shows what is set and reports what the person wants."""

    change_requested = Signal(dict)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._sliders: dict[str, tuple[QSlider, QLabel]] = {}
        self.levels = LevelsPanel()
        self._channel = fields.ChoiceField()
        self._channel.setAccessibleName(self.tr("Channel"))
        names = (
            self.tr("All colors"),
            self.tr("Red alone"),
            self.tr("Green alone"),
            self.tr("Blue alone"),
            self.tr("Grey"),
        )
        for key, name in zip(CHANNELS, names, strict=True):
            self._channel.addItem(name, key)
        self._equalise = QCheckBox(self.tr("Spread the greys evenly"))
        self._equalise.setToolTip(self.tr("Equalises the histogram of the whole picture"))
        self._reset = QPushButton(self.tr("Reset"))
        self._reset.setObjectName("small")
        self._hint = fields.hint()
        self._hint.setMinimumHeight(2 * self._hint.fontMetrics().lineSpacing())
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(fields.name(self.tr("Channel")), self._channel)
        last = QHBoxLayout()
        last.addWidget(self._equalise, 1)
        last.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.levels)
        column.addLayout(self._slider_grid())
        column.addLayout(form)
        column.addLayout(last)
        column.addWidget(self._hint)
        self._channel.activated.connect(self._on_channel)
        self._equalise.clicked.connect(self._on_equalise)
        self._reset.clicked.connect(self.reset_requested)
        self.set_tone(PLAIN)
        self.set_levels(None)

    def _slider_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        texts = {
            "brightness": (self.tr("Brightness"), MOST),
            "contrast": (self.tr("Contrast"), MOST),
            "gamma": (self.tr("Gamma"), GAMMA_STEPS),
        }
        for row, (name, (text, most)) in enumerate(texts.items()):
            slider, value = fields.slider(), QLabel()
            slider.setObjectName(name)
            slider.setRange(-most, most)
            slider.setAccessibleName(text)
            slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            value.setMinimumWidth(32)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            slider.valueChanged.connect(self._on_slider)
            self._sliders[name] = slider, value
            for column, widget in enumerate((fields.name(text), slider, value)):
                grid.addWidget(widget, row, column)
        grid.setColumnStretch(1, 1)
        return grid

    def set_levels(self, levels: "DeepValues | None") -> None:
        """The shown picture has these; None for one of 8 bits."""
        self.levels.set_range(levels)
        text = self.tr("For your eyes only: the model and your files get the true picture.")
        if levels is not None:
            text = self.tr("For your eyes only: the model sees {0} as black and {1} as white.")
            text = text.format(*(f"{value:,.6g}" for value in levels.seen))
        self._hint.setText(text)

    @Slot(object)
    def set_tone(self, tone: Tone) -> None:
        """Show what is set."""
        texts = {
            "brightness": f"{tone.brightness:+d}" if tone.brightness else "0",
            "contrast": f"{tone.contrast:+d}" if tone.contrast else "0",
            "gamma": f"{tone.gamma:.2f}",
        }
        places = {
            "brightness": tone.brightness,
            "contrast": tone.contrast,
            "gamma": _place_of(tone.gamma),
        }
        for name, (slider, value) in self._sliders.items():
            with QSignalBlocker(slider):
                slider.setValue(places[name])
            value.setText(texts[name])
        self._channel.setCurrentIndex(CHANNELS.index(tone.channel))
        self._equalise.setChecked(tone.is_equalised)
        self._reset.setEnabled(not tone.is_plain)

    @Slot(int)
    def _on_slider(self, place: int) -> None:
        name = self.sender().objectName()
        self.change_requested.emit({name: _gamma_at(place) if name == "gamma" else place})

    @Slot(int)
    def _on_channel(self, row: int) -> None:
        self.change_requested.emit({"channel": CHANNELS[row]})

    @Slot(bool)
    def _on_equalise(self, is_equalised: bool) -> None:
        self.change_requested.emit({"is_equalised": is_equalised})


def _gamma_at(place: int) -> float:
    """Of a place of the slider: 1 in the middle, as many times more as less."""
    return float(min(max(BRIGHTEST ** (place / GAMMA_STEPS), DARKEST), BRIGHTEST))


def _place_of(gamma: float) -> int:
    return round(GAMMA_STEPS * math.log(gamma, BRIGHTEST))
