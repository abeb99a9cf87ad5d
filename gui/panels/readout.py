"""What is under the mouse: the pixel, its color, and the label there."""

from collections.abc import Sequence

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui import icons
from gui.panels.elided import Elided

Color = tuple[int, int, int]
LABEL_WIDTH = 144


class Readout(QWidget):
    """Its parts keep their places while the numbers run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readout")
        self._position, self._swatch, self._color = QLabel(), QLabel(), QLabel()
        self._label = Elided()
        self._label.setFixedWidth(LABEL_WIDTH)
        metrics = self.fontMetrics()
        self._position.setMinimumWidth(metrics.horizontalAdvance("x 00000  y 00000") + 16)
        self._color.setMinimumWidth(metrics.horizontalAdvance("255 255 255") + 8)
        self._swatch.setFixedWidth(16)
        self._color.setToolTip(
            self.tr("Red, green and blue in the file, 0 to 255; what it holds where that is more")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for each in (self._position, self._swatch, self._color, self._label):
            row.addWidget(each)

    @property
    def text(self) -> str:
        """All that is said, for those who cannot see it."""
        parts = (self._position.text(), self._color.text(), self._label.whole)
        return "  ".join(part for part in parts if part)

    def clear(self) -> None:
        """The mouse is over no pixel."""
        self._position.clear()
        self.set_color(None)
        self.set_label("")

    def set_position(self, x: int, y: int) -> None:
        """The pixel's column and row."""
        self._position.setText(f"x {x}  y {y}")

    def set_color(self, color: Color | None, values: Sequence[float] = ()) -> None:
        """The pixel's color, if the pixel has been read; its values where the file has more than
        8 bits."""
        if color is None:
            self._swatch.setPixmap(QPixmap())
            self._color.clear()
            return
        self._swatch.setPixmap(icons.color_patch(color))
        self._color.setText(" ".join(f"{value:.6g}" for value in values or color))

    def set_label(self, name: str) -> None:
        """The label there."""
        self._label.set_text(name)
