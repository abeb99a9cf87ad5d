"""What lies over the middle of the window while something is dragged there."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget


class DropHint(QLabel):
    """A frame and a word over the whole of another widget; the mouse goes through it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("drop_hint")
        self.setText(self.tr("Drop to open"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self.hide()

    def set_shown(self, is_shown: bool) -> None:
        """Lie over all, or be gone."""
        self.setGeometry(self._over.rect())
        self.setVisible(is_shown)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: what it lies over has another size."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False
