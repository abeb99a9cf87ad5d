"""Some training samples as the network gets them: changed at random, their labels over them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.panels import fields

COLUMNS = 3


class PreviewGrid(QWidget):
    """A button, and nine pictures in rows of three once there are some."""

    requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self.tr("Preview on samples"))
        self.button.setToolTip(self.tr("Draws other samples and other changes each time"))
        self._hint = fields.hint()
        self._pictures: list[PreviewCell] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.button)
        column.addWidget(self._hint)
        column.addLayout(self._grid)
        self.button.clicked.connect(self.requested)
        self.say("")

    def say(self, text: str) -> None:
        """Tell why there is nothing to see, or nothing."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_busy(self, is_busy: bool) -> None:
        """Whether samples are being drawn."""
        self.button.setEnabled(not is_busy)

    def set_pictures(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        """Show these, each (H, W, 3) uint8 RGB."""
        for old in self._pictures:
            self._grid.removeWidget(old)
            old.deleteLater()
        self._pictures = [PreviewCell(pixels) for pixels in pictures]
        for number, picture in enumerate(self._pictures):
            picture.setAccessibleName(self.tr("Changed sample {0}").format(number + 1))
            self._grid.addWidget(picture, number // COLUMNS, number % COLUMNS)
        self.say("")

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._pictures)


class PreviewCell(QLabel):
    """One picture, as wide as its column."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        super().__init__()
        height, width = pixels.shape[:2]
        data = np.ascontiguousarray(pixels)
        image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._pixmap = QPixmap.fromImage(image.copy())
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(64, 64)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: fill the column's width."""
        width = event.size().width()
        fitted = self._pixmap.scaled(
            QSize(width, 4 * width),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self.setPixmap(fitted)
        self.setFixedHeight(max(fitted.height(), 1))
        super().resizeEvent(event)
