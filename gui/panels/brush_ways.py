"""How the brush paints beyond its size: round or square, and only inside what is selected."""

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox


class BrushWays(QObject):
    """Two fields of the bar over the canvas, which report what the person wants."""

    ways_requested = Signal(bool, bool)
    """Whether it is square, and paints only inside."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.tip = QComboBox()
        self.tip.addItems([self.tr("Round"), self.tr("Square")])
        self.tip.setAccessibleName(self.tr("Shape of the brush"))
        self.tip.setToolTip(self.tr("Shape of the brush"))
        self.inside = QCheckBox(self.tr("Inside selected"))
        self.inside.setToolTip(
            self.tr("Begin a new object, and paint it only inside the selected one")
        )
        self.tip.activated.connect(self._on_changed)
        self.inside.toggled.connect(self._on_changed)

    def set_ways(self, *, is_square: bool, paints_inside: bool) -> None:
        """Show how the brush paints."""
        with QSignalBlocker(self.tip), QSignalBlocker(self.inside):
            self.tip.setCurrentIndex(int(is_square))
            self.inside.setChecked(paints_inside)

    @Slot()
    def _on_changed(self) -> None:
        self.ways_requested.emit(self.tip.currentIndex() == 1, self.inside.isChecked())
