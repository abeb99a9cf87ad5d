"""A LayeredView that hands on what mouse and keys do."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

from gui.canvas.aids import Aids
from gui.canvas.hand import Hand
from gui.canvas.layered_view import LayeredView
from gui.canvas.pointer import Pointer


class PointedView(LayeredView):
    """Tells Qt's events to those three, which whoever derives from this makes."""

    aids: Aids
    hand: Hand
    pointer: Pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Backspace, Esc, arrows, brush size, Space and Tab."""
        if not self.pointer.key_press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space and Tab."""
        if not self.pointer.key_release(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key let go elsewhere is let go here too."""
        self.pointer.forget_keys()
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """To the pointer."""
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """To the pointer."""
        self.aids.follow(event.position())
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """To the pointer."""
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """To the pointer."""
        self.pointer.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """To the pointer."""
        self.pointer.wheel(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self.aids.follow(None)
        self.pointer.cursor_moved.emit(-1.0, -1.0)
        self.hand.leave()
