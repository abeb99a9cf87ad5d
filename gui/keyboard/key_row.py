"""The field that a key is pressed in, and what else can be done with the keys of one row."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QWidget,
)

TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class _KeyField(QKeySequenceEdit):
    """Takes one key with what is held; Tab leaves it, as it leaves every field."""

    def event(self, event: QEvent) -> bool:
        """Qt: Tab would be taken for the key."""
        if isinstance(event, QKeyEvent) and event.key() in TABS:
            if event.type() == QEvent.Type.KeyPress:
                self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
            return True
        return super().event(event)


class KeyRow(QWidget):
    """Reports the key that is pressed, and whether it comes beside those that are there."""

    pressed = Signal(QKeySequence, bool)
    clear_requested = Signal()
    reset_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = _KeyField()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName(self.tr("Press a key"))
        inside = self.field.findChild(QLineEdit)
        if inside is not None:
            inside.setAccessibleName(self.tr("Press a key"))
            inside.setPlaceholderText(self.tr("Click here and press a key"))
        self._adds = QCheckBox(self.tr("Beside the others"))
        self._adds.setToolTip(self.tr("Keep the keys that it has, and add this one"))
        self._clear, self._reset = QPushButton(self.tr("No key")), QPushButton(self.tr("Reset"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        for widget in (self._adds, self._clear, self._reset):
            row.addWidget(widget)
        for button, signal in (
            (self._clear, self.clear_requested),
            (self._reset, self.reset_requested),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(signal)
        self.field.editingFinished.connect(self._on_finished)

    def set_owner(self, text: str, *, is_changed: bool) -> None:
        """Take keys for this; an empty text for nothing."""
        for widget in (self.field, self._adds, self._clear):
            widget.setEnabled(bool(text))
        self._reset.setEnabled(is_changed)
        inside = self.field.findChild(QLineEdit)
        if inside is not None and text:
            inside.setPlaceholderText(self.tr("Press a key for “{0}”").format(text))

    @Slot()
    def begin(self) -> None:
        """Wait for the key."""
        self.field.setFocus()

    @Slot()
    def _on_finished(self) -> None:
        sequence = self.field.keySequence()
        if not sequence.isEmpty():
            self.field.clear()
            self.pressed.emit(sequence, self._adds.isChecked())
