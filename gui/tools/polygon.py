"""Draws a polygon: click its corners, or drag along its outline."""

import math
from functools import partial

import cv2
import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Polygon
from gui.tools.hits import ring_area
from gui.tools.registry import NOTHING, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene, straightened
from gui.tools.snapping import snapped


@register(
    "polygon",
    text="Polygon",
    shortcut="P",
    hint="Click corners or drag along the outline. Enter closes, Backspace takes one back.",
    icon="mdi6.vector-polygon",
    place=30,
    family="polygon",
    gestures=(
        ("Finish a polygon", "Enter or double-click"),
        ("Put corners onto what is near", "hold Ctrl"),
    ),
)
class PolygonTool:
    """Enter, a double click or a click on the first corner closes it; Esc gives up."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._points: list[Point] = []
        self._drag_from = 0
        self._is_freehand = False

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """One more corner, or the first one again: done."""
        self._begin_event()
        if len(self._points) >= 3 and self._is_at_start(event):
            return self._closed(event.tolerance, scene)
        self._add(self._corner(event, scene), scene)
        self._drag_from, self._is_freehand = len(self._points), False
        self._show(None, scene)
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The next edge follows the pointer; while dragging, the outline does."""
        self._begin_event()
        if not self._points:
            return None
        point = self._corner(event, scene)
        if event.is_pressed:
            step = math.dist(point, self._points[-1])
            if step >= event.tolerance * (0.3 if self._is_freehand else 1.0):
                self._is_freehand = True
                self._points.append(point)
        at_start = len(self._points) >= 3 and self._is_at_start(event)
        self._show(self._points[0] if at_start else point, scene)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A drag that was the whole outline, or came back to its start, is done."""
        self._begin_event()
        if not (self._is_freehand and self._points):
            return None
        is_whole = self._drag_from == 1
        self._is_freehand = False
        self._thin_out(event.tolerance)
        if len(self._points) >= 3 and (is_whole or self._is_at_start(event)):
            return self._closed(event.tolerance, scene)
        self._show(None, scene)
        return None

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Done; the first of the two clicks was the last corner."""
        self._begin_event()
        return self._closed(event.tolerance, scene) if self._points else self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Enter closes, Backspace takes the last corner back, Esc gives up."""
        self._begin_event()
        if name == "enter" and self._points:
            return self._closed(1.0, scene)
        if name == "backspace" and self._points:
            self._take_back()
            self._drag_from = min(self._drag_from, len(self._points))
            self._show(None, scene)
        elif name == "escape":
            self._forget()
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Its keys, from the first corner on."""
        return bool(self._points) and name in ("enter", "backspace", "escape")

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross, or a finger where a click closes."""
        can_close = len(self._points) >= 3 and self._is_at_start(event)
        return "point" if can_close else "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _forget(self) -> None:
        self._points, self._is_freehand = [], False
        self.preview = NOTHING

    def _add(self, corner: Point, scene: Scene) -> None:
        """The outline goes on to this corner."""
        self._points.append(corner)

    def _take_back(self) -> None:
        """The last corner goes."""
        self._points.pop()

    def _show(self, pointer: Point | None, scene: Scene) -> None:
        path = (*self._points, pointer) if pointer is not None else tuple(self._points)
        self.preview = Preview(path=path) if self._points else NOTHING

    def _is_at_start(self, event: PointerEvent) -> bool:
        return math.dist(event.point, self._points[0]) <= event.tolerance

    def _corner(self, event: PointerEvent, scene: Scene) -> Point:
        """The point inside the frame; with Shift, in steps of 45 degrees from the last one, with
        Ctrl on what is near."""
        point = event.point
        if event.shift and self._points and not self._is_freehand:
            point = straightened(point, self._points[-1])
        point = scene.clipped(point)
        return snapped(point, event.tolerance, scene) if event.ctrl else point

    def _thin_out(self, tolerance: float) -> None:
        """Keep of a dragged line the points that shape it."""
        kept, drawn = self._points[: self._drag_from], self._points[max(self._drag_from - 1, 0) :]
        line = np.array(drawn, np.float32)[:, None]
        simple = cv2.approxPolyDP(line, tolerance * 0.15, False)[1:, 0]
        self._points = [*kept, *(tuple(point) for point in simple.tolist())]

    def _closed(self, tolerance: float, scene: Scene) -> Edit | None:
        """The Edit that adds the polygon, if it is one."""
        points = [p for n, p in enumerate(self._points) if n == 0 or p != self._points[n - 1]]
        ring = np.array(points, np.float32).reshape(-1, 2)
        if len(ring) < 3 or ring_area(ring) < 1.0:
            self.message = "A polygon needs three corners that enclose something."
            if len(ring) >= 3:
                self._forget()
            return None
        self._forget()
        drawn = Annotation(Polygon(ring), scene.label_id)
        self.selection = (drawn.id,)
        return Edit("Draw polygon", partial(edits.add, annotations=drawn))
