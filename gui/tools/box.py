"""Draws a box from corner to corner."""

from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, Region
from gui.tools.registry import NOTHING, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene


@register(
    "box",
    text="Box",
    shortcut="R",
    also=("W",),
    hint="Drag from corner to corner. Shift: square.",
    icon="mdi6.vector-rectangle",
    place=20,
    family="box",
)
class BoxTool:
    """Press, drag, release; Shift keeps it square, Esc gives up."""

    edit_text = "Draw box"
    too_small = "Too small for a box: drag from corner to corner."

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._start: Point | None = None

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The first corner."""
        self._begin_event()
        self._start = scene.clipped(event.point)
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The other corner, not for good."""
        self._begin_event()
        box = self._box(event, scene)
        self.preview = NOTHING if box is None else self._shown(self._region(box))
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The other corner."""
        self._begin_event()
        box, started = self._box(event, scene), self._start is not None
        self._start, self.preview = None, NOTHING
        smallest = max(1.0, event.tolerance * 0.4)
        if box is None or min(box.x2 - box.x1, box.y2 - box.y1) < smallest:
            self.message = self.too_small if started else ""
            return None
        drawn = Annotation(self._region(box), scene.label_id)
        self.selection = (drawn.id,)
        return Edit(self.edit_text, partial(edits.add, annotations=drawn))

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Esc gives up."""
        self._begin_event()
        if name == "escape":
            self._start, self.preview = None, NOTHING
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc while dragging."""
        return name == "escape" and self._start is not None

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def _region(self, box: Box) -> Region:
        """What is drawn between two corners."""
        return box

    def _shown(self, region: Region) -> Preview:
        """What is seen of it while it is drawn."""
        return Preview(regions=(region,))

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _box(self, event: PointerEvent, scene: Scene) -> Box | None:
        """The box between the first corner and the pointer, inside the frame."""
        if self._start is None:
            return None
        (x1, y1), (x2, y2) = self._start, scene.clipped(event.point)
        if event.shift:
            height, width = scene.size_hw
            room_x = width - x1 if x2 >= x1 else x1
            room_y = height - y1 if y2 >= y1 else y1
            side = min(max(abs(x2 - x1), abs(y2 - y1)), room_x, room_y)
            x2 = x1 + side if x2 >= x1 else x1 - side
            y2 = y1 + side if y2 >= y1 else y1 - side
        if x1 == x2 or y1 == y2:
            return None
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
