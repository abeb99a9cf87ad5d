"""Draws an open line: click its points, or drag along it."""

from functools import partial

import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Polyline
from gui.tools.polygon import PolygonTool
from gui.tools.registry import register
from gui.tools.scene import PointerEvent, Scene


@register(
    "line",
    text="Line",
    shortcut="Shift+L",
    hint="Click points or drag along a line. Enter ends it, Backspace takes one back.",
    icon="mdi6.vector-polyline",
    place=39,
    family="polygon",
    gestures=(
        ("Finish a line", "Enter or double-click"),
        ("Draw in steps of 45 degrees", "hold Shift"),
    ),
)
class LineTool(PolygonTool):
    """As the polygon, but it stays open: a click on its first point goes on."""

    least = 2

    def _begins_to_redraw(self, event: PointerEvent, scene: Scene) -> bool:
        """Alt says nothing here."""
        return False

    def _is_at_start(self, event: PointerEvent) -> bool:
        return False

    def _closed(self, tolerance: float, scene: Scene) -> Edit | None:
        """The Edit that adds the line, if it leads anywhere."""
        points = [p for n, p in enumerate(self._points) if n == 0 or p != self._points[n - 1]]
        if len(points) < self.least:
            self.message = "A line needs two points: a single one is put with the tool Point."
            return None
        self._forget()
        drawn = Annotation(Polyline(np.array(points, np.float32)), scene.label_id)
        self.selection = (drawn.id,)
        return Edit("Draw line", partial(edits.add, annotations=drawn))
