"""Mouse and keys of the canvas: the only place where they become events in frame coordinates."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gui.tools.scene import PointerEvent

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

REACH = 7.0
"""How far from a line or handle a click still counts, in units of the window system."""
ZOOM_STEP = 1.2

_KEYS = {
    Qt.Key.Key_Return: "enter",
    Qt.Key.Key_Enter: "enter",
    Qt.Key.Key_Backspace: "backspace",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


class Pointer:
    """Tells panning, zooming and the split line from what the current Tool gets."""

    def __init__(self, canvas: "Canvas") -> None:
        self._canvas = canvas
        self._pan_from: QPointF | None = None
        self._drags_split = False
        self._is_pressed = False
        self._space_is_held = False
        self._space_panned = False
        self.last = PointerEvent(-1, -1)

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        canvas, button = self._canvas, event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._space_is_held
        ):
            self._pan_from = event.position()
            self._space_panned = True
            canvas.hand.set_shape("grab")
        elif button == Qt.MouseButton.LeftButton:
            if canvas.is_on_split(event.position()):
                self._drags_split = True
                return
            self._is_pressed = True
            canvas.hand.use("press", self.event_of(event))
        elif button == Qt.MouseButton.RightButton:
            canvas.hand.ask_context(self.event_of(event), event.globalPosition().toPoint())

    def move(self, event: QMouseEvent) -> None:
        """The mouse moves, with or without a button."""
        canvas = self._canvas
        if self._pan_from is not None:
            canvas.pan(event.position() - self._pan_from)
            self._pan_from = event.position()
            return
        if self._drags_split:
            canvas.move_split(event.position())
            return
        at = self.event_of(event)
        canvas.cursor_moved.emit(at.x, at.y)
        canvas.hand.use("move", at)
        if not self._is_pressed:
            canvas.hand.hover(at)
        over_split = not self._is_pressed and canvas.is_on_split(event.position())
        canvas.hand.set_shape("e" if over_split else canvas.hand.shape_at(at))

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""
        if self._pan_from is not None and event.button() != Qt.MouseButton.RightButton:
            self._pan_from = None
            self._canvas.hand.set_shape("hand" if self._space_is_held else self.tool_shape())
        elif event.button() == Qt.MouseButton.LeftButton:
            if self._is_pressed:
                self._is_pressed = False
                self._canvas.hand.use("release", self.event_of(event))
            self._drags_split = False

    def double_click(self, event: QMouseEvent) -> None:
        """Qt sends this in place of the second press."""
        if event.button() == Qt.MouseButton.LeftButton and not self._space_is_held:
            at = self.event_of(event)
            if not self._canvas.hand.relabel_at(at):
                self._is_pressed = True
                self._canvas.hand.use("double_click", at)
        else:
            self.press(event)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; with Shift, the brush grows or shrinks."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta == 0:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._canvas.hand.scale_brush(1.15 ** (delta / 120))
        else:
            self._canvas.zoom_at(ZOOM_STEP ** (delta / 120), event.position())

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the canvas now, although it may be a shortcut of the window."""
        if event.key() == Qt.Key.Key_Space:
            return event.modifiers() == Qt.KeyboardModifier.NoModifier
        name = _name_of(event)
        return bool(name) and self._canvas.hand.wants(name)

    def key_press(self, event: QKeyEvent) -> bool:
        """Handle a key; False if it is not for the canvas."""
        canvas = self._canvas
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_is_held, self._space_panned = True, False
                canvas.hand.set_shape("hand")
        elif event.key() == Qt.Key.Key_Tab:
            canvas.peek(True)
        elif event.key() in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            is_left = event.key() == Qt.Key.Key_BracketLeft
            canvas.hand.scale_brush(1 / 1.15 if is_left else 1.15)
        elif _name_of(event):
            return canvas.hand.press_key(_name_of(event))
        else:
            return False
        return True

    def key_release(self, event: QKeyEvent) -> bool:
        """Handle a key that goes up; False if it is not for the canvas."""
        if event.isAutoRepeat():
            return event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Tab)
        if event.key() == Qt.Key.Key_Space:
            self._space_is_held = False
            self._canvas.hand.set_shape(self.tool_shape())
            if not self._space_panned:
                self._canvas.space_tapped.emit()
        elif event.key() == Qt.Key.Key_Tab:
            self._canvas.peek(False)
        else:
            return False
        return True

    def forget_keys(self) -> None:
        """The window lost the keyboard: no key is held any more."""
        self._space_is_held = False
        self._canvas.peek(False)

    def tool_shape(self) -> str:
        """The cursor of the Tool where the mouse was last."""
        return self._canvas.hand.shape_at(self.last)

    def event_of(self, event: QMouseEvent) -> PointerEvent:
        """The event a Tool gets."""
        x, y = self._canvas.to_frame(event.position())
        modifiers = event.modifiers()
        self.last = PointerEvent(
            x,
            y,
            is_pressed=self._is_pressed,
            shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
            tolerance=self._canvas.reach(REACH),
        )
        return self.last


class KeyFilter(QObject):
    """Keys that are also shortcuts go to the Tool while it needs them; Tab comes here.

    A filter, and no `event` of the Canvas: there an exception in any handler would be fatal.
    """

    def __init__(self, pointer: Pointer, parent: QObject) -> None:
        super().__init__(parent)
        self._pointer = pointer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at keys only."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._pointer.wants_key(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
                return self._pointer.key_press(event)
        return False


def _name_of(event: QKeyEvent) -> str:
    name = _KEYS.get(Qt.Key(event.key()), "")
    is_arrow = name in ("left", "right", "up", "down")
    if is_arrow and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return f"shift+{name}"
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return ""
    return name
