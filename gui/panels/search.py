"""The field above the filmstrip: a question, and how many pictures it finds."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QWidget

from gui.panels.escape import claims_esc

DELAY_MS = 250


class _Field(QLineEdit):
    """Esc gives the question up."""

    given_up = Signal()

    def event(self, event: QEvent) -> bool:
        """Qt: Esc is for this, and no shortcut of the window."""
        return claims_esc(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: a key."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class SearchField(QWidget):
    """Hidden until somebody searches; while there is a question it stays."""

    asked = Signal(str)
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.field = _Field()
        self.field.setPlaceholderText(
            self.tr("Find pictures: part of a name, label:cat, state:verified, count>3, score<0.5")
        )
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleName(self.tr("Find pictures"))
        self._count = QLabel()
        self._count.setObjectName("hint")
        self._words = QStringListModel(self)
        completer = QCompleter(self._words, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.field.setCompleter(completer)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        self._timer.timeout.connect(self._ask)
        self.field.textEdited.connect(self._on_edited)
        self.field.textChanged.connect(self._timer.start)
        self.field.returnPressed.connect(self._ask)
        self.field.given_up.connect(self.give_up)
        self.hide()

    def begin(self) -> None:
        """Somebody wants to search."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    @Slot()
    def give_up(self) -> None:
        """All pictures again."""
        self.field.clear()
        self.hide()
        self._ask()

    def set_words(self, words: Sequence[str]) -> None:
        """What the question may go on with."""
        self._words.setStringList(list(words))

    def set_count(self, text: str, *, is_wrong: bool = False) -> None:
        """How many are found, or what is wrong with the question."""
        self._count.setText(text)
        self._count.setProperty("kind", "wrong" if is_wrong else "")
        self._count.style().unpolish(self._count)
        self._count.style().polish(self._count)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.typed.emit(text)

    @Slot()
    def _ask(self) -> None:
        self._timer.stop()
        self.asked.emit(self.field.text().strip())
