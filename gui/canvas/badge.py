"""A word in the corner of the canvas that something there is not as it is in the file."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QPushButton, QWidget

MARGIN = 8


class Badge(QPushButton):
    """Shown while it has a text, at the top right; a click takes back what it tells of."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas, self._top = canvas, 0
        self.setObjectName("badge")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        canvas.installEventFilter(self)

    def set_text(self, text: str) -> None:
        """Say this, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))
        self._place()

    def set_top(self, top: int) -> None:
        """Leave so much room above."""
        self._top = top
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.adjustSize()
        self.move(max(self._canvas.width() - self.width() - MARGIN, 0), self._top + MARGIN)
