"""Space presses the button that has the keys, whatever it does elsewhere in the window."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox

from gui.main_window import MainWindow

PRESSED = (QAbstractButton, QComboBox, QAbstractItemView)


class SpaceLink(QObject):
    """Hears what nothing below the window wanted to keep from being a shortcut."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a key may be a shortcut."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        is_space = event.key() == Qt.Key.Key_Space and not event.modifiers()
        if is_space and isinstance(QApplication.focusWidget(), PRESSED):
            event.accept()
            return True
        return False
