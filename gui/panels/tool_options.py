"""A thin bar over the canvas: what the tool in use does, and the size of its brush."""

import math
from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from gui.panels import fields
from gui.panels.brush_ways import BrushWays
from gui.panels.elided import Elided
from gui.tools.registry import Ability
from gui.tools.scene import FEWEST_SUPERPIXELS, MOST_SUPERPIXELS, MOST_TOLERANCE

STEPS = 100
WIDEST = 400.0
"""The widest brush of the slider, in pixels; the number field allows more."""


class ToolOptions(QWidget):
    """Shows what is set and reports what the person wants; the canvas keeps it."""

    brush_requested = Signal(float, bool)
    tolerance_requested = Signal(int)
    superpixels_requested = Signal(int)
    asker_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._slider = self._make_slider(self.tr("Brush size"), STEPS)
        self._size = fields.number(1, 4000, 24, suffix=self.tr(" px"))
        self._size.setToolTip(self.tr("How wide the brush is, in pixels of the picture  ([ and ])"))
        self.brush = BrushWays(self)
        self._slider.setToolTip(self._size.toolTip())
        self._size.setAccessibleName(self.tr("Brush size"))
        self._spare = QCheckBox(self.tr("Spare others"))
        self._spare.setToolTip(
            self.tr("Leave other objects alone: paint only where none of them is")
        )
        self._tolerance = self._make_slider(self.tr("Fill tolerance"), MOST_TOLERANCE)
        self._tolerance.setToolTip(self.tr("How different the colors in one fill may be"))
        self._number = QLabel()
        self._number.setMinimumWidth(32)
        self._superpixels = self._make_slider(self.tr("How many superpixels"), STEPS)
        self._superpixels.setToolTip(
            self.tr("How many parts the picture is divided into: more are smaller")
        )
        self._count = QLabel()
        self._count.setMinimumWidth(40)
        self._askers = QComboBox()
        self._askers.setAccessibleName(self.tr("Outlines by"))
        self._askers.setToolTip(self.tr("What outlines the object that you point at"))
        self._askers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._askers.setMaximumWidth(220)
        self._state = QLabel()
        self._state.setMinimumWidth(self._state.fontMetrics().horizontalAdvance("M" * 12))
        self._hint = Elided()
        size, tolerance = QLabel(self.tr("Size")), QLabel(self.tr("Tolerance"))
        self._options: dict[Ability, tuple[QWidget, ...]] = {
            Ability.ASKS: (self._askers, self._state),
            Ability.SIZE: (size, self._slider, self._size, self.brush.tip),
            Ability.SUPERPIXELS: (QLabel(self.tr("Parts")), self._superpixels, self._count),
            Ability.SPARES_OTHERS: (self._spare,),
            Ability.PAINTS_INSIDE: (self.brush.inside,),
            Ability.TOLERANCE: (tolerance, self._tolerance, self._number),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(8)
        for widgets in self._options.values():
            for widget in widgets:
                row.addWidget(widget)
        row.addWidget(self._hint, 1)
        # The height is the same for every tool: the picture must not move when the tool changes.
        self.setFixedHeight(self._size.sizeHint().height() + 8)
        self._slider.valueChanged.connect(self._on_slider)
        self._size.valueChanged.connect(self._on_size)
        self._spare.toggled.connect(self._on_brush)
        self._tolerance.valueChanged.connect(self._on_tolerance)
        self._superpixels.valueChanged.connect(self._on_superpixels)
        self._askers.activated.connect(self._on_asker)
        self.set_tool((), "")

    def _make_slider(self, text: str, highest: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, highest)
        slider.setFixedWidth(112)
        slider.setAccessibleName(text)
        slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        return slider

    def set_tool(self, abilities: Collection[Ability], hint: str) -> None:
        """Show the options of a tool that can do this, and what it does."""
        for ability, widgets in self._options.items():
            for widget in widgets:
                widget.setVisible(ability in abilities)
        self._hint.set_text(hint)

    def set_brush(self, radius: float, *, keeps_others: bool) -> None:
        """Show the brush in use."""
        width = 2 * radius
        position = round(STEPS * math.log(max(width, 1)) / math.log(WIDEST))
        for widget in (self._slider, self._size, self._spare):
            widget.blockSignals(True)
        self._slider.setValue(position)
        self._size.setValue(max(1, round(width)))
        self._spare.setChecked(keeps_others)
        for widget in (self._slider, self._size, self._spare):
            widget.blockSignals(False)

    def set_tolerance(self, tolerance: int) -> None:
        """Show the tolerance in use."""
        with QSignalBlocker(self._tolerance):
            self._tolerance.setValue(tolerance)
        self._number.setText(str(tolerance))

    def set_superpixels(self, count: int) -> None:
        """Show how many superpixels a picture is divided into."""
        share = math.log(count / FEWEST_SUPERPIXELS) / math.log(
            MOST_SUPERPIXELS / FEWEST_SUPERPIXELS
        )
        with QSignalBlocker(self._superpixels):
            self._superpixels.setValue(round(STEPS * share))
        self._count.setText(str(count))

    def set_askers(self, choices: Sequence[tuple[str, str]], key: str) -> None:
        """Show what can be asked, by key and text, and which of it is."""
        with QSignalBlocker(self._askers):
            self._askers.clear()
            for each, text in choices:
                self._askers.addItem(text, each)
            self._askers.setCurrentIndex(self._askers.findData(key))
        self._askers.setEnabled(bool(choices))

    @Slot(str)
    def set_asker_state(self, text: str) -> None:
        """Show how far the answer is."""
        self._state.setText(text)

    @Slot(int)
    def _on_asker(self, row: int) -> None:
        self.asker_chosen.emit(self._askers.itemData(row))

    @Slot(int)
    def _on_slider(self, position: int) -> None:
        width = WIDEST ** (position / STEPS)
        self.brush_requested.emit(width / 2, self._spare.isChecked())

    @Slot(int)
    def _on_size(self, width: int) -> None:
        self.brush_requested.emit(width / 2, self._spare.isChecked())

    @Slot(bool)
    def _on_brush(self, keeps_others: bool) -> None:
        self.brush_requested.emit(self._size.value() / 2, keeps_others)

    @Slot(int)
    def _on_tolerance(self, tolerance: int) -> None:
        self._number.setText(str(tolerance))
        self.tolerance_requested.emit(tolerance)

    @Slot(int)
    def _on_superpixels(self, position: int) -> None:
        wider = MOST_SUPERPIXELS / FEWEST_SUPERPIXELS
        count = round(FEWEST_SUPERPIXELS * wider ** (position / STEPS))
        self._count.setText(str(count))
        self.superpixels_requested.emit(count)
