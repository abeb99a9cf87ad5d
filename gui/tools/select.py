"""Selects, moves and reshapes what is there."""

import math
from dataclasses import replace
from functools import partial

import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, Polygon, Region
from gui.tools.hits import edge_at, handle_at, hits, vertex_at
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.reshape import resized, with_corner, with_new_corner, without_corner
from gui.tools.scene import Point, PointerEvent, Scene, bounds_of
from gui.tools.snapping import snapped

MOST_SHOWN = 40
"""More Regions than this are dragged as one box around them."""

DELETED = "done", 0, 0
"""The grip of a corner that is gone: nothing is dragged any more."""

_STEPS: dict[str, Point] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


@register(
    "select",
    text="Select",
    shortcut="Esc",
    also=("Ctrl+J",),
    hint="Click to select, again for what lies under it. Drag to move; drag handles to reshape.",
    icon="mdi6.cursor-default-outline",
    place=10,
    abilities=(Ability.SELECTS,),
)
class SelectTool:
    """A click selects the smallest thing; a drag moves, reshapes, or selects all in a band."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._start: PointerEvent | None = None
        self._grip: tuple[str, int, int] | None = None  # what of the Region is held
        self._held: Annotation | None = None
        self._held_region: Region | None = None
        self._moves = False
        self._was_selected = False
        self._hint = ""  # what was said of the place under the pointer

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Take hold of a handle, a corner, an edge, a Region, or begin a band."""
        self._begin_event()
        self._release_all()
        self._start = event
        if self._take_grip(event, scene):
            return None
        under = hits(event, scene)
        if not under:
            return None
        chosen = [a.id for a in under if a.id in scene.selection]
        self._was_selected = bool(chosen)
        if event.ctrl or event.shift:
            self._toggle(under[0].id, scene)
            self._start = None
        elif chosen:
            self._moves = True
        else:
            self.selection = (under[0].id,)
            self._moves = True
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Drag what is held."""
        self._begin_event()
        if self._start is None or not event.is_pressed:
            self._say_of(event, scene)
            return None
        if self._held is not None:
            self._held_region = self._reshaped(event, scene)
            self.preview = Preview(
                regions=(self._held_region,), hidden_ids=frozenset({self._held.id})
            )
        elif not self._is_drag(event):
            self.preview = NOTHING
        elif self._moves:
            dx, dy = event.x - self._start.x, event.y - self._start.y
            self.preview = _moved(scene.selected, dx, dy)
        else:
            self.preview = Preview(band=self._band(event))
        return None

    def _say_of(self, event: PointerEvent, scene: Scene) -> None:
        """Say once what the corner or edge that the pointer comes to is for."""
        only, hint = _only(scene), ""
        if only is not None and isinstance(only.region, Polygon):
            if vertex_at(only.region, event) is not None:
                hint = "Drag to move this corner; Shift+click deletes it."
            elif edge_at(only.region, event) is not None:
                hint = "Drag to add a corner here."
        if hint != self._hint:
            self._hint = self.message = hint

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Let go: one Edit if something moved, otherwise a selection."""
        self._begin_event()
        start, held = self._start, self._held
        if start is None:
            return None
        edit = None
        if held is not None:
            region = self._reshaped(event, scene) if self._is_drag(event) else self._held_region
            edit = self._reshape_edit(held, region)
            if self._grip == DELETED and region != held.region:
                self.message = "Corner deleted. Ctrl+Z brings it back."
        elif not self._is_drag(event):
            self._click(event, scene)
        elif self._moves and scene.selection:
            dx, dy = event.x - start.x, event.y - start.y
            edit = Edit("Move", partial(edits.move, ids=scene.selection, dx=dx, dy=dy))
        elif not self._moves:
            self._select_in(self._band(event), scene, adds=event.ctrl or event.shift)
        self._release_all()
        return edit

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Arrows move the selection by a pixel, with Shift by ten; Esc gives up or deselects."""
        self._begin_event()
        step = _STEPS.get(name.removeprefix("shift+"))
        if step is not None and scene.selected:
            far = 10.0 if name.startswith("shift+") else 1.0
            dx, dy = step[0] * far, step[1] * far
            return Edit("Move", partial(edits.move, ids=scene.selection, dx=dx, dy=dy))
        if name == "escape":
            if self._start is None:
                self.selection = ()
            self._release_all()
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Arrows and Esc while something is selected."""
        is_arrow = name.removeprefix("shift+") in _STEPS
        return bool(scene.selection) and (is_arrow or name == "escape")

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """What a press here would do."""
        if event.is_pressed:
            return "move" if self._moves else "arrow"
        only = _only(scene)
        if only is not None and isinstance(only.region, Box):
            handle = handle_at(only.region, event)
            if handle is not None:
                return handle
        if only is not None and isinstance(only.region, Polygon):
            if vertex_at(only.region, event) is not None:
                return "point"
            if edge_at(only.region, event) is not None:
                return "cross"
        under = hits(event, scene)
        return "move" if any(a.id in scene.selection for a in under) else "arrow"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _release_all(self) -> None:
        self.preview = NOTHING
        self._start = self._grip = self._held = self._held_region = None
        self._moves = self._was_selected = False

    def _is_drag(self, event: PointerEvent) -> bool:
        """Whether the pointer went far enough not to be a shaky click."""
        if self._start is None:
            return False
        return math.dist(event.point, self._start.point) > event.tolerance * 0.4

    def _take_grip(self, event: PointerEvent, scene: Scene) -> bool:
        """Hold a handle, corner or edge of the one selected Region, if there is one here."""
        only = _only(scene)
        if only is None or event.ctrl:
            return False
        if isinstance(only.region, Box):
            handle = handle_at(only.region, event)
            if handle is not None:
                self._held, self._grip = only, (handle, 0, 0)
        elif isinstance(only.region, Polygon):
            self._take_corner(only, only.region, event)
        return self._held is not None

    def _take_corner(self, only: Annotation, polygon: Polygon, event: PointerEvent) -> None:
        corner = vertex_at(polygon, event)
        if corner is not None and event.shift:
            smaller = without_corner(polygon, *corner)
            self.message = "" if smaller else "A polygon needs three corners."
            self._held, self._grip = only, DELETED
            self._held_region = smaller or polygon
            return
        if corner is None:
            edge = edge_at(polygon, event)
            if edge is None or event.shift:
                return
            polygon = with_new_corner(polygon, *edge, event.point)
            corner = (edge[0], edge[1] + 1)
            self._held_region = polygon
        self._held, self._grip = replace(only, region=polygon), ("corner", *corner)

    def _reshaped(self, event: PointerEvent, scene: Scene) -> Region:
        """The held Region with its grip at the pointer."""
        assert self._held is not None
        assert self._grip is not None
        region, (kind, ring, number) = self._held.region, self._grip
        point = scene.clipped(event.point)
        if isinstance(region, Box) and kind != "done":
            return resized(region, kind, point)
        if isinstance(region, Polygon) and kind == "corner":
            if event.ctrl:
                point = snapped(point, event.tolerance, scene, self._held.id)
            return with_corner(region, ring, number, point)
        return self._held_region or region

    def _reshape_edit(self, held: Annotation, region: Region | None) -> Edit | None:
        if region is None:
            return None
        kind = self._grip[0] if self._grip else ""
        text = {"corner": "Move corner", "done": "Delete corner"}.get(kind, "Resize box")
        return Edit(text, partial(edits.set_region, annotation_id=held.id, region=region))

    def _click(self, event: PointerEvent, scene: Scene) -> None:
        """Nothing moved: select, go on to what lies under, or deselect."""
        if not self._moves:
            self.selection = ()
        elif self._was_selected:
            under = [annotation.id for annotation in hits(event, scene)]
            places = [n for n, found in enumerate(under) if found in scene.selection]
            if places:
                self.selection = (under[(places[0] + 1) % len(under)],)

    def _toggle(self, annotation_id: str, scene: Scene) -> None:
        rest = tuple(kept for kept in scene.selection if kept != annotation_id)
        self.selection = rest if len(rest) < len(scene.selection) else (*rest, annotation_id)

    def _band(self, event: PointerEvent) -> Box | None:
        assert self._start is not None
        (x1, y1), (x2, y2) = self._start.point, event.point
        if x1 == x2 or y1 == y2:
            return None
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    def _select_in(self, band: Box | None, scene: Scene, *, adds: bool) -> None:
        """Select everything that lies wholly in the band."""
        if band is None:
            return
        bounds = scene.bounds
        is_in = (bounds[:, 0] >= band.x1) & (bounds[:, 1] >= band.y1)
        is_in &= (bounds[:, 2] <= band.x2) & (bounds[:, 3] <= band.y2)
        found = tuple(a.id for a, yes in zip(scene.shown, is_in.tolist(), strict=True) if yes)
        kept = scene.selection if adds else ()
        self.selection = (*kept, *(i for i in found if i not in kept))


def _moved(annotations: tuple[Annotation, ...], dx: float, dy: float) -> Preview:
    """The annotations elsewhere; of very many, only the box around them."""
    if len(annotations) <= MOST_SHOWN:
        regions = tuple(edits.shifted(a.region, dx, dy) for a in annotations)
        return Preview(regions=regions, hidden_ids=frozenset(a.id for a in annotations))
    bounds = np.array([bounds_of(a.region) for a in annotations])
    x1, y1 = bounds[:, :2].min(0).tolist()
    x2, y2 = bounds[:, 2:].max(0).tolist()
    return Preview(band=Box(x1 + dx, y1 + dy, x2 + dx, y2 + dy))


def _only(scene: Scene) -> Annotation | None:
    """The selected annotation, if it is the only one."""
    return scene.selected[0] if len(scene.selected) == 1 else None
