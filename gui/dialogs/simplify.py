"""How much simpler an outline may be: a slider, and what it makes is shown while it moves."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.panels import fields

PER_PIXEL = 4
MOST = 20
"""Pixels of the picture: farther from the old outline no new one goes."""
EDGE = 24


class SimplifyDialog(QDialog):
    """Calls `show` with each distance, which gives the sentence to say of it."""

    def __init__(self, parent: QWidget, show: Callable[[float], str], start: float) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Simplify"))
        self._show = show
        self.slider = fields.slider()
        self.slider.setRange(1, MOST * PER_PIXEL)
        self.slider.setMinimumWidth(260)
        self.slider.setAccessibleName(self.tr("How far the new outline may be from the old one"))
        self.slider.setToolTip(self.slider.accessibleName())
        self._number = QLabel()
        self._number.setMinimumWidth(self._number.fontMetrics().horizontalAdvance("00.00 px "))
        self.said = QLabel()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.slider, 1)
        row.addWidget(self._number)
        box = QVBoxLayout(self)
        box.addLayout(row)
        box.addWidget(self.said)
        box.addWidget(buttons)
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.setValue(round(start * PER_PIXEL))
        self._on_moved()
        # In a corner, where it hides little of what it is about.
        self.move(parent.mapToGlobal(QPoint(EDGE, EDGE)))

    @property
    def distance(self) -> float:
        """Pixels of the picture."""
        return self.slider.value() / PER_PIXEL

    @Slot()
    def _on_moved(self) -> None:
        self._number.setText(self.tr("{0} px").format(f"{self.distance:g}"))
        self.said.setText(self._show(self.distance))
