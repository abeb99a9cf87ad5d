"""Mouse and keys of the canvas: the only place where they become events in frame coordinates."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gui.canvas.hand import Hand
from gui.canvas.surface import Surface
from gui.canvas.view import REACH, ZOOM_STEP
from gui.tools.scene import PointerEvent

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


class Pointer(QObject):
    """Tells panning, zooming and the split line from what the current Tool gets."""

    cursor_moved = Signal(float, float)
    space_tapped = Signal()

    def __init__(self, surface: Surface, hand: Hand) -> None:
        super().__init__()
        self._surface, self._hand = surface, hand
        self._pan_from: QPointF | None = None
        self._drags_split = False
        self._sizes_from: tuple[float, float] | None = None  # x in the frame, and the radius there
        self._is_pressed = self._is_right = False
        self._space_is_held = False
        self._space_panned = False

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        surface, button = self._surface, event.button()
        if button == Qt.MouseButton.MiddleButton or (
            button == Qt.MouseButton.LeftButton and self._space_is_held
        ):
            self._pan_from = event.position()
            self._space_panned = True
            self._hand.set_shape("grab")
        elif button == Qt.MouseButton.LeftButton:
            if surface.is_on_split(event.position()):
                self._drags_split = True
                return
            if self._begins_sizing(event):
                return
            self._is_pressed = True
            self._hand.use("press", self.event_of(event))
        elif button == Qt.MouseButton.RightButton and self._hand.wants("right_button"):
            self._is_pressed = self._is_right = True
            self._hand.use("press", self.event_of(event))
        elif button == Qt.MouseButton.RightButton:
            self._hand.ask_context(self.event_of(event), event.globalPosition().toPoint())

    def move(self, event: QMouseEvent) -> None:
        """The mouse moves, with or without a button."""
        surface = self._surface
        if self._pan_from is not None:
            surface.pan(event.position() - self._pan_from)
            self._pan_from = event.position()
            return
        if self._drags_split:
            surface.move_split(event.position())
            return
        at = self.event_of(event)
        if self._sizes_from is not None:
            start, radius = self._sizes_from
            self._hand.size_brush(radius + at.x - start)
            return
        self.cursor_moved.emit(at.x, at.y)
        self._hand.use("move", at)
        if not self._is_pressed:
            self._hand.hover(at)
        over_split = not self._is_pressed and surface.is_on_split(event.position())
        self._hand.set_shape("e" if over_split else self._hand.shape_at(at))

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""
        if self._pan_from is not None and event.button() != Qt.MouseButton.RightButton:
            self._pan_from = None
            self._hand.set_shape("hand" if self._space_is_held else self.tool_shape())
        elif event.button() == Qt.MouseButton.LeftButton:
            self._sizes_from = None
            if self._is_pressed:
                self._is_pressed = False
                self._hand.use("release", self.event_of(event))
            self._drags_split = False
        elif event.button() == Qt.MouseButton.RightButton and self._is_right:
            self._hand.use("release", self.event_of(event))
            self._is_pressed = self._is_right = False

    def double_click(self, event: QMouseEvent) -> None:
        """Qt sends this in place of the second press."""
        if event.button() == Qt.MouseButton.LeftButton and not self._space_is_held:
            at = self.event_of(event)
            if not self._begins_sizing(event) and not self._hand.relabel_at(at):
                self._is_pressed = True
                self._hand.use("double_click", at)
        else:
            self.press(event)

    def _begins_sizing(self, event: QMouseEvent) -> bool:
        """With Alt the brush stays where it is, and grows to the right and shrinks to the left."""
        is_meant = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if is_meant and self._hand.has_brush:
            at = self.event_of(event)
            self._hand.use("move", at)
            self._sizes_from = at.x, self._surface.scene.radius
        return self._sizes_from is not None

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; with Shift, the brush grows or shrinks."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta == 0:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._hand.scale_brush(1.15 ** (delta / 120))
        else:
            self._surface.zoom_at(ZOOM_STEP ** (delta / 120), event.position())

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the canvas now, although it may be a shortcut of the window."""
        if event.key() == Qt.Key.Key_Space:
            return event.modifiers() == Qt.KeyboardModifier.NoModifier
        name = _name_of(event)
        return bool(name) and self._hand.wants(name)

    def key_press(self, event: QKeyEvent) -> bool:
        """Handle a key; False if it is not for the canvas."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat() and self.wants_key(event):
                self._space_is_held, self._space_panned = True, False
                self._hand.set_shape("hand")
        elif event.key() == Qt.Key.Key_Tab:
            self._surface.peek(True)
        elif event.key() in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            is_left = event.key() == Qt.Key.Key_BracketLeft
            self._hand.scale_brush(1 / 1.15 if is_left else 1.15)
        elif _name_of(event):
            return self._hand.press_key(_name_of(event))
        else:
            return False
        return True

    def key_release(self, event: QKeyEvent) -> bool:
        """Handle a key that goes up; False if it is not for the canvas."""
        if event.isAutoRepeat():
            return event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Tab)
        if event.key() == Qt.Key.Key_Space:
            # With a modifier it went down as a shortcut of the window, which has acted already.
            was_held, self._space_is_held = self._space_is_held, False
            self._hand.set_shape(self.tool_shape())
            if was_held and not self._space_panned:
                self.space_tapped.emit()
        elif event.key() == Qt.Key.Key_Tab:
            self._surface.peek(False)
        else:
            return False
        return True

    def forget_keys(self) -> None:
        """The window lost the keyboard: no key is held any more."""
        self._space_is_held = False
        self._surface.peek(False)

    def tool_shape(self) -> str:
        """The cursor of the Tool where the mouse was last."""
        return self._hand.shape_at(self._hand.last)

    def event_of(self, event: QMouseEvent) -> PointerEvent:
        """The event a Tool gets."""
        x, y = self._surface.to_frame(event.position())
        modifiers = event.modifiers()
        return PointerEvent(
            x,
            y,
            is_pressed=self._is_pressed,
            shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            alt=self._is_right or bool(modifiers & Qt.KeyboardModifier.AltModifier),
            tolerance=self._surface.reach(REACH),
            least_drag=self._surface.reach(QApplication.startDragDistance()),
        )


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
