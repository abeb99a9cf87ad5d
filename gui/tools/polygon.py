"""Draws a polygon: click its corners, or drag along its outline."""

import math
from functools import partial

import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Polygon
from gui.tools.hits import ring_area
from gui.tools.registry import NOTHING, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene, straightened
from gui.tools.snapping import border_between, snapped
from gui.tools.stretch import Outline, Place, outline_of, place_at, redrawn, thinned


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
        ("Put corners onto what is near, and follow its border", "hold Ctrl"),
        ("Polygon: redraw a part of the selected outline", "click on it with Alt, then draw"),
    ),
)
class PolygonTool:
    """Enter, a double click or a click on the first corner closes it; Esc gives up. A drag that is
    all of it needs the `least` points."""

    least = 3

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._points: list[Point] = []
        self._pressed_at: Point = (0.0, 0.0)
        self._drag_from = 0
        self._is_freehand = False
        self._follows = False  # The border that two corners lie on.
        self._followed: list[tuple[int, int]] = []  # From which to which point, each time.
        self._redrawn: tuple[str, Place] | None = None  # Of what a part is drawn anew, and where.
        self._outline: Outline | None = None  # Of what was last selected.

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """One more corner, or the first one again: done."""
        self._begin_event()
        self._pressed_at, self._follows = event.point, event.ctrl
        if self._redrawn is not None and (end := self._place(event, scene)) is not None:
            return self._redraw(end, scene)
        if len(self._points) >= 3 and self._is_at_start(event):
            if event.ctrl:
                self._add(self._points[0], scene)
            return self._closed(event.tolerance, scene)
        if event.alt and not self._points and self._begins_to_redraw(event, scene):
            return None
        self._add(self._corner(event, scene), scene)
        self._drag_from, self._is_freehand = len(self._points), False
        self._show(None, scene)
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The next edge follows the pointer; while dragging, the outline does."""
        self._begin_event()
        if not self._points:
            return None
        self._follows = event.ctrl
        if event.is_pressed and math.dist(event.point, self._pressed_at) >= event.least_drag:
            self._is_freehand = True
        may_end = self._redrawn is not None and not event.is_pressed
        place = self._place(event, scene) if may_end else None
        point = self._corner(event, scene) if place is None else place.point
        is_drawing = event.is_pressed and self._is_freehand
        if is_drawing and math.dist(point, self._points[-1]) >= event.tolerance * 0.3:
            self._points.append(point)
        at_start = len(self._points) >= 3 and self._is_at_start(event)
        self._show(self._points[0] if at_start else point, scene)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A drag that was the whole outline, or came back to its start, is done."""
        self._begin_event()
        if not (self._is_freehand and self._points):
            return None
        is_whole = self._drag_from == 1 and self._redrawn is None
        self._is_freehand = False
        self._thin_out(event.tolerance)
        if self._redrawn is not None and (end := self._place(event, scene)) is not None:
            return self._redraw(end, scene)
        if len(self._points) >= self.least and (is_whole or self._is_at_start(event)):
            return self._closed(event.tolerance, scene)
        self._show(None, scene)
        return None

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Done; the first of the two clicks was the last corner."""
        self._begin_event()
        if self._points and self._redrawn is None:
            return self._closed(event.tolerance, scene)
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Enter closes, Backspace takes the last corner back, Esc gives up."""
        self._begin_event()
        if name == "enter" and self._redrawn is not None:
            self.message = "Click on the outline where the new part ends, or press Esc."
        elif name == "enter" and self._points:
            return self._closed(1.0, scene)
        if name == "backspace" and self._points:
            self._take_back()
            self._redrawn = self._redrawn if self._points else None
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
        self._followed, self._redrawn = [], None
        self.preview = NOTHING

    def _add(self, corner: Point, scene: Scene) -> None:
        """The outline goes on to this corner."""
        way = self._way(corner, scene)
        if len(way) > 1:
            self._followed.append((len(self._points), len(self._points) + len(way)))
        self._points += way

    def _take_back(self) -> None:
        """The last corner goes, and the border that was followed to it."""
        if self._followed and self._followed[-1][1] == len(self._points):
            del self._points[self._followed.pop()[0] :]
        else:
            self._points.pop()

    def _way(self, corner: Point, scene: Scene) -> list[Point]:
        """From the last point, which is not among them, to a corner."""
        follows = self._follows and bool(self._points)
        return [*(border_between(self._points[-1], corner, scene) if follows else ()), corner]

    def _show(self, pointer: Point | None, scene: Scene) -> None:
        way = self._way(pointer, scene) if pointer is not None and self._points else []
        path = (*self._points, *way)
        self.preview = Preview(path=path) if self._points else NOTHING

    def _begins_to_redraw(self, event: PointerEvent, scene: Scene) -> bool:
        """Whether a part of the selected object is drawn anew from here."""
        place = self._place(event, scene)
        if place is None:
            self.message = "Select an object, and click on its outline to draw a part of it anew."
            return True
        self._redrawn = scene.selected[0].id, place
        self._add(place.point, scene)
        self._drag_from, self._is_freehand = 1, False
        self.message = "Draw the new part, and click on the outline where it ends."
        self._show(None, scene)
        return True

    def _place(self, event: PointerEvent, scene: Scene) -> Place | None:
        """Where on the outline of the one selected object the pointer is."""
        only = scene.selected[0] if len(scene.selected) == 1 else None
        if only is None or (self._redrawn is not None and only.id != self._redrawn[0]):
            return None
        if self._outline is None or self._outline.region is not only.region:
            self._outline = outline_of(only.region)
        return None if self._outline is None else place_at(self._outline, event)

    def _redraw(self, end: Place, scene: Scene) -> Edit | None:
        """The Edit that puts the new part in place of the old one."""
        if self._redrawn is None or self._outline is None:
            return None
        name, start = self._redrawn
        if math.dist(start.point, end.point) < 1.0:
            return None
        drawn = [*self._points[1:], *self._way(end.point, scene)[:-1]]
        made = redrawn(self._outline, start, end, drawn, scene.size_hw)
        if made is None:
            self.message = "The new part must end on the line that it begins on."
            return None
        self._forget()
        return Edit("Redraw outline", partial(edits.set_region, annotation_id=name, region=made))

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
        self._points = [*kept, *thinned(drawn, tolerance)[1:]]

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
        return self._edit_of(Polygon(ring), scene)

    def _edit_of(self, outline: Polygon, scene: Scene) -> Edit | None:
        """What becomes of the outline."""
        drawn = Annotation(outline, scene.label_id)
        self.selection = (drawn.id,)
        return Edit("Draw polygon", partial(edits.add, annotations=drawn))
