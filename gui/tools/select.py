"""Selects, moves and reshapes what is there."""

import math
from functools import partial

import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Box
from gui.tools.cage import MOST_SHOWN
from gui.tools.grips import Grip, grip_at
from gui.tools.hits import hits
from gui.tools.lasso import in_band, in_lasso
from gui.tools.redraw import redraw_at
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene

_STEPS: dict[str, Point] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


@register(
    "select",
    text="Select",
    shortcut="Esc",
    also=("Ctrl+J",),
    hint="Click to select, again for what lies under it. Drag to move; drag handles to reshape; "
    "drag with Alt from its outline to redraw that.",
    icon="mdi6.cursor-default-outline",
    place=10,
    abilities=(Ability.SELECTS,),
    gestures=(
        ("Select all in a line around them", "drag with Alt"),
        ("Redraw a part of the selected outline", "drag with Alt from it"),
        ("Keep proportions, or turn in steps", "hold Shift at a handle"),
    ),
)
class SelectTool:
    """A click selects the smallest thing; a drag moves, reshapes, or selects all in a band, or with
    Alt in a lasso; from the selected outline with Alt it redraws a part of that."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._start: PointerEvent | None = None
        self._grip: Grip | None = None
        self._lasso: list[Point] = []
        self._moves = False
        self._was_selected = False
        self._hint = ""  # what was said of the place under the pointer

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Take hold of a handle, a corner, an edge, a Region, or begin a band or lasso."""
        self._begin_event()
        self._release_all()
        self._start = event
        if event.alt:
            self._grip = redraw_at(event, scene)
        elif not event.ctrl:
            self._grip = grip_at(event, scene)
        if self._grip is not None:
            self.message = self._grip.message
            return None
        if event.alt:
            self._lasso = [event.point]
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
        if self._grip is not None:
            self.preview = self._grip.preview(event, scene)
            self.message = self._grip.message
        elif self._lasso:
            if math.dist(event.point, self._lasso[-1]) >= event.tolerance * 0.3:
                self._lasso.append(event.point)
            self.preview = Preview(line=(*self._lasso, self._lasso[0]))
        elif not self._is_drag(event):
            self.preview = NOTHING
        elif self._moves:
            dx, dy = event.x - self._start.x, event.y - self._start.y
            self.preview = _moved(scene, dx, dy)
        else:
            self.preview = Preview(band=self._band(event))
        return None

    def _say_of(self, event: PointerEvent, scene: Scene) -> None:
        """Say once what the corner, edge or handle that the pointer comes to is for."""
        grip = grip_at(event, scene)
        hint = grip.hint if grip is not None else ""
        if hint != self._hint:
            self._hint = self.message = hint

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Let go: one Edit if something moved, otherwise a selection."""
        self._begin_event()
        start, is_drag = self._start, self._is_drag(event)
        if start is None:
            return None
        edit, adds = None, event.ctrl or event.shift
        if self._grip is not None:
            edit = self._grip.edit(event, scene, is_drag=is_drag)
            self.message = self._grip.message
        elif len(self._lasso) > 2:
            self._take(in_lasso(np.array(self._lasso, np.float32), scene), scene, adds=adds)
        elif self._lasso:
            self.message = "Drag a line around what you want to select."
        elif not is_drag:
            self._click(event, scene)
        elif self._moves and scene.selection:
            dx, dy = event.x - start.x, event.y - start.y
            edit = Edit("Move", partial(edits.move, ids=scene.selection, dx=dx, dy=dy))
        elif not self._moves:
            band = self._band(event)
            self._take(in_band(band, scene) if band is not None else (), scene, adds=adds)
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
        if event.is_pressed and self._grip is None:
            return "move" if self._moves else "arrow"
        grip = self._grip or (redraw_at if event.alt else grip_at)(event, scene)
        if grip is not None:
            return grip.cursor
        under = hits(event, scene)
        return "move" if any(a.id in scene.selection for a in under) else "arrow"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _release_all(self) -> None:
        self.preview = NOTHING
        self._start = self._grip = None
        self._lasso = []
        self._moves = self._was_selected = False

    def _is_drag(self, event: PointerEvent) -> bool:
        """Whether the pointer went far enough not to be a shaky click."""
        if self._start is None:
            return False
        return math.dist(event.point, self._start.point) > event.tolerance * 0.4

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

    def _take(self, found: tuple[str, ...], scene: Scene, *, adds: bool) -> None:
        """Select these, beside what is selected or in its place."""
        kept = scene.selection if adds else ()
        self.selection = (*kept, *(i for i in found if i not in kept))

    def _band(self, event: PointerEvent) -> Box | None:
        assert self._start is not None
        (x1, y1), (x2, y2) = self._start.point, event.point
        if x1 == x2 or y1 == y2:
            return None
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _moved(scene: Scene, dx: float, dy: float) -> Preview:
    """What is selected elsewhere; of very many, only the box around them."""
    chosen, around = scene.selected, scene.selected_bounds
    if len(chosen) <= MOST_SHOWN or around is None:
        regions = tuple(edits.shifted(a.region, dx, dy) for a in chosen)
        return Preview(regions=regions, hidden_ids=frozenset(a.id for a in chosen))
    x1, y1, x2, y2 = around.xyxy
    return Preview(band=Box(x1 + dx, y1 + dy, x2 + dx, y2 + dy))
