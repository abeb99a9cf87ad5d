"""Esc for a widget of its own, before it is a shortcut of the window."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def claims_esc(event: QEvent) -> bool:
    """Whether Qt asks by this event if Esc is for the widget that got it: it is, and comes to its
    `keyPressEvent`."""
    is_asked = (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_Escape
    )
    if is_asked:
        event.accept()
    return is_asked
