"""What the middle shows while nothing is open, and when a picture cannot be read."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.errors import AppError
from engine.words import counted
from gui.recent import Place

SHOWN = 6


class Welcome(QWidget):
    """An invitation with the three ways to begin."""

    folder_requested = Signal()
    files_requested = Signal()
    camera_requested = Signal()
    demo_requested = Signal()
    recent_requested = Signal(list)

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
        layout.addWidget(self._make_recent(), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        # Of its own, or the layout's would keep the page from becoming narrow again.
        self.setMinimumSize(160, 120)
        self._arrange(2)

    def _make_recent(self) -> QWidget:
        self._recent = QWidget()
        self._rows = QVBoxLayout(self._recent)
        self._rows.setContentsMargins(0, 16, 0, 0)
        self._rows.setSpacing(4)
        self._recent.hide()
        return self._recent

    def set_recent(self, places: Sequence[Place]) -> None:
        """Offer what was open lately."""
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        if places:
            title = QLabel(self.tr("Go on with"))
            title.setObjectName("caption")
            self._rows.addWidget(title)
        for place in places[:SHOWN]:
            button = QPushButton(self._text_of(place))
            button.setObjectName("recent")
            button.setToolTip("\n".join(place.opened[:8]))
            button.setProperty("opened", list(place.opened))
            button.clicked.connect(self._on_recent)
            self._rows.addWidget(button)
        self._recent.setVisible(bool(places))

    def _text_of(self, place: Place) -> str:
        if not place.pictures:  # A video or an address.
            return place.title
        shown = Path(place.frame).name
        text = self.tr("{0}   –   {1}, last {2}")
        return text.format(place.title, counted(place.pictures, "picture"), shown)

    @Slot()
    def _on_recent(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.recent_requested.emit(sender.property("opened"))

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
        go_on = self.tr("The other pictures are not affected: go on with the next.")
        self._hint.setText(f"{error.hint}\n{go_on}".strip())
