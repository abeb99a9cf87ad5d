"""What of the selected the pointer can take hold of, and what becomes of it when it is dragged."""

from functools import partial
from typing import Protocol

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, Polygon, Polyline, Region
from gui.tools.cage import cage_grip_at
from gui.tools.hits import edge_at, handle_at, vertex_at
from gui.tools.registry import NOTHING, Preview
from gui.tools.reshape import (
    Cornered,
    in_proportion,
    resized,
    with_corner,
    with_new_corner,
    without_corner,
)
from gui.tools.scene import PointerEvent, Scene
from gui.tools.snapping import snapped


class Grip(Protocol):
    """`message` is what it says after each call; `hint`, what it is for."""

    message: str
    cursor: str
    hint: str

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """What letting go here would make."""

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """What letting go here makes."""


class HandleGrip:
    """A handle of a Box; with Shift the sides stay in proportion."""

    hint = ""

    def __init__(self, held: Annotation, box: Box, name: str) -> None:
        self.message, self.cursor = "", name
        self._held, self._box = held, box

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """The Box with that handle at the pointer."""
        return _in_place_of(self._held, self._region(event, scene))

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """A click alone does nothing."""
        region = self._region(event, scene)
        return _reshape("Resize box", self._held, region) if is_drag else None

    def _region(self, event: PointerEvent, scene: Scene) -> Box:
        point = scene.clipped(event.point)
        if event.shift:
            point = in_proportion(self._box, self.cursor, point, scene.size_hw)
        return resized(self._box, self.cursor, point)


class CornerGrip:
    """A corner of a Polygon or line, or one that is new on an edge; with Ctrl it snaps to what is
    near."""

    def __init__(
        self, held: Annotation, polygon: Cornered, corner: tuple[int, int], *, is_new: bool
    ) -> None:
        self.message = ""
        self.cursor = "cross" if is_new else "point"
        self.hint = (
            "Drag to add a corner here."
            if is_new
            else "Drag to move this corner; Shift+click deletes it."
        )
        self._held, self._polygon, self._corner, self._is_new = held, polygon, corner, is_new

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """The Region with that corner at the pointer."""
        return _in_place_of(self._held, self._region(event, scene))

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """A click alone only makes the new corner."""
        if not (is_drag or self._is_new):
            return None
        region = self._region(event, scene) if is_drag else self._polygon
        return _reshape("Move corner", self._held, region)

    def _region(self, event: PointerEvent, scene: Scene) -> Cornered:
        point = scene.clipped(event.point)
        if event.ctrl:
            point = snapped(point, event.tolerance, scene, self._held.id)
        return with_corner(self._polygon, *self._corner, point)


class DeletedGrip:
    """A corner that goes with a click; nothing is dragged."""

    cursor, hint = "point", ""

    def __init__(self, held: Annotation, polygon: Cornered, corner: tuple[int, int]) -> None:
        self._held, self._left = held, without_corner(polygon, *corner)
        is_line = isinstance(polygon, Polyline)
        least = "A line needs two points." if is_line else "A polygon needs three corners."
        self.message = "" if self._left else least

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """The Region without it."""
        return NOTHING if self._left is None else _in_place_of(self._held, self._left)

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """Without it."""
        if self._left is None:
            return None
        self.message = "Corner deleted. Ctrl+Z brings it back."
        return _reshape("Delete corner", self._held, self._left)


def grip_at(event: PointerEvent, scene: Scene) -> Grip | None:
    """A handle, corner or edge of the one selected Region, or a handle of the cage around all."""
    only = scene.selected[0] if len(scene.selected) == 1 else None
    if only is not None and isinstance(only.region, Box):
        handle = handle_at(only.region, event)
        if handle is not None:
            return HandleGrip(only, only.region, handle)
    if only is not None and isinstance(only.region, Polygon | Polyline):
        found = _corner_at(only, only.region, event)
        if found is not None:
            return found
    return cage_grip_at(event, scene)


def _corner_at(only: Annotation, polygon: Cornered, event: PointerEvent) -> Grip | None:
    if isinstance(polygon, Polyline) and len(polygon.points_xy) == 1:
        return None  # A point is moved as a whole.
    corner = vertex_at(polygon, event)
    if corner is not None and event.shift:
        return DeletedGrip(only, polygon, corner)
    if corner is not None:
        return CornerGrip(only, polygon, corner, is_new=False)
    edge = edge_at(polygon, event)
    if edge is None or event.shift:
        return None
    more = with_new_corner(polygon, *edge, event.point)
    return CornerGrip(only, more, (edge[0], edge[1] + 1), is_new=True)


def _in_place_of(held: Annotation, region: Region) -> Preview:
    return Preview(regions=(region,), hidden_ids=frozenset({held.id}))


def _reshape(text: str, held: Annotation, region: Region) -> Edit:
    return Edit(text, partial(edits.set_region, annotation_id=held.id, region=region))
