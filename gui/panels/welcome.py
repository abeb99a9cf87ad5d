"""What the middle shows while nothing is open, and when a picture cannot be read."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.errors import AppError


class Welcome(QWidget):
    """An invitation with the three ways to begin."""

    folder_requested = Signal()
    files_requested = Signal()
    camera_requested = Signal()
    demo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("See, correct, export, retrain, see again"))
        title.setObjectName("big")
        hint = QLabel(
            self.tr(
                "Drop pictures, a folder, a video or a txt list anywhere on this window.\n"
                "Then choose a model at the right: masks and boxes appear, and you correct them."
            )
        )
        hint.setObjectName("hint")
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self._buttons: list[QPushButton] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        for number, (text, signal) in enumerate(
            (
                (self.tr("Open folder…"), self.folder_requested),
                (self.tr("Open pictures or video…"), self.files_requested),
                (self.tr("Open camera…"), self.camera_requested),
                (self.tr("Try the demo"), self.demo_requested),
            )
        ):
            button = QPushButton(text)
            button.clicked.connect(signal)
            if number == 0:
                button.setObjectName("primary")
            self._buttons.append(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.setSpacing(16)
        layout.addStretch(1)
        layout.addWidget(title)
        layout.addWidget(hint)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        # Of its own, or the layout's would keep the page from becoming narrow again.
        self.setMinimumSize(160, 120)
        self._arrange(2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: as many buttons in a row as can be read."""
        super().resizeEvent(event)
        widths = [button.sizeHint().width() + 8 for button in self._buttons]
        room = self.width() - 64
        if sum(widths) <= room:
            self._arrange(len(widths))
        else:
            self._arrange(2 if 2 * max(widths) <= room else 1)

    def _arrange(self, columns: int) -> None:
        for column in range(len(self._buttons) + 2):
            self._grid.setColumnStretch(column, 1 if column in (0, columns + 1) else 0)
        for number, button in enumerate(self._buttons):
            self._grid.addWidget(button, number // columns, 1 + number % columns)


class Trouble(QWidget):
    """Says why the picture of this position cannot be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message, self._hint = QLabel(), QLabel()
        self._message.setObjectName("title")
        self._hint.setObjectName("hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.setSpacing(8)
        layout.addStretch(1)
        for label in (self._message, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addStretch(1)

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._message.text()} {self._hint.text()}".strip()

    def show_error(self, error: AppError) -> None:
        """Say what is wrong and what to do."""
        self._message.setText(error.message)
        go_on = self.tr("The other pictures are not affected: go on with D and A.")
        self._hint.setText(f"{error.hint}\n{go_on}".strip())
