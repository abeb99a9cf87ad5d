"""Tab looks under the overlay from the lists beside the canvas too."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from gui.main_window import MainWindow

WALKING = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class PeekLink(QObject):
    """A list that was clicked leaves Tab to the canvas; who came by Tab walks on by it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._canvas = window.canvas
        self._walks = False
        for panel in (window.labels, window.objects):
            for view in panel.findChildren(QAbstractItemView):
                view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: how a list got the keys, and Tab in it."""
        if isinstance(event, QFocusEvent):
            if event.gotFocus():
                self._walks = event.reason() in WALKING
            else:
                self._canvas.peek(False)
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab and not self._walks:
            if event.type() == QEvent.Type.KeyPress:
                self._canvas.peek(True)
                return True
            if event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self._canvas.peek(False)
                return True
        return False
