"""What the Run says of a few validation pictures, epoch by epoch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.train.panel.preview import PreviewCell

COLUMNS = 2


class GlimpsesView(QWidget):
    """Small pictures with the number of their epoch, and two buttons to step through the epochs."""

    epoch_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: tuple[int, ...] = ()
        self._epoch = 0
        self._cells: list[PreviewCell] = []
        self.title = QLabel()
        self.earlier, self.later = QPushButton("◀"), QPushButton("▶")
        for button, text in (
            (self.earlier, self.tr("The predictions of an earlier epoch")),
            (self.later, self.tr("The predictions of a later epoch")),
        ):
            button.setObjectName("small")
            button.setToolTip(text)
            button.setAccessibleName(text)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.earlier)
        row.addWidget(self.later)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(self._grid)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        self.hide()

    def clear(self) -> None:
        """There is nothing to see."""
        self._epochs = ()
        self.hide()

    def set_pictures(
        self, epochs: Sequence[int], epoch: int, pictures: Sequence[NDArray[np.uint8]]
    ) -> None:
        """Show this epoch's pictures, each (H, W, 3) uint8 RGB; these epochs have some."""
        self._epochs, self._epoch = tuple(epochs), epoch
        for old in self._cells:
            self._grid.removeWidget(old)
            old.deleteLater()
        self._cells = [PreviewCell(pixels) for pixels in pictures]
        for number, cell in enumerate(self._cells):
            cell.setAccessibleName(self.tr("Prediction {0}").format(number + 1))
            place = number // COLUMNS, number % COLUMNS
            self._grid.addWidget(cell, *place, Qt.AlignmentFlag.AlignTop)
        self.title.setText(self.tr("Predictions in validation, epoch {0}").format(epoch))
        self.earlier.setEnabled(epoch > self._epochs[0])
        self.later.setEnabled(epoch < self._epochs[-1])
        self.show()

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._cells)

    @property
    def epoch(self) -> int:
        """Which one is shown."""
        return self._epoch

    @property
    def is_at_end(self) -> bool:
        """Whether the last epoch is shown: then the next one follows by itself."""
        return not self._epochs or self._epoch == self._epochs[-1]

    @Slot()
    def _on_earlier(self) -> None:
        earlier = [each for each in self._epochs if each < self._epoch]
        if earlier:
            self.epoch_requested.emit(earlier[-1])

    @Slot()
    def _on_later(self) -> None:
        later = [each for each in self._epochs if each > self._epoch]
        if later:
            self.epoch_requested.emit(later[0])
