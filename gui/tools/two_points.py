"""Draws a straight line between two points: not in the tool bar, lent where one is wanted."""

import math
from dataclasses import replace

from engine.annotations.edits import Edit
from gui.tools.line import LineTool
from gui.tools.scene import PointerEvent, Scene


class TwoPointTool(LineTool):
    """As the line, but two clicks or one drag are all of it; Esc gives up."""

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The first point, or the second: done."""
        super().press(event, scene)
        return self._end(event, scene) if len(self._points) == 2 else None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The line follows the pointer, straight also while dragging."""
        return super().move(replace(event, is_pressed=False), scene)

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A drag has two points; after a click the second one is still to come."""
        self._begin_event()
        if not self._points or math.dist(event.point, self._points[0]) < event.tolerance:
            return None
        self._add(self._corner(event, scene), scene)
        return self._end(event, scene)

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc, from the first point on."""
        return name == "escape" and bool(self._points)

    def _end(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The line; the first point waits for another one where both are the same."""
        edit = self._closed(event.tolerance, scene)
        self._points = self._points[:1]
        return edit
