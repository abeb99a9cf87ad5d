"""Puts a point: one click makes one object."""

from functools import partial

import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Polyline
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import PointerEvent, Scene
from gui.tools.snapping import snapped


@register(
    "point",
    text="Point",
    shortcut="Shift+K",
    hint="Click to put a point; drag before letting go to place it. Ctrl snaps to what is near.",
    icon="mdi6.map-marker-outline",
    place=38,
    family="polygon",
    abilities=(Ability.PLACES,),
)
class PointTool:
    """Press, drag to the place, release; Esc gives up."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._is_begun = False

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Show where it would be."""
        self._begin_event()
        self._is_begun = True
        self.preview = Preview(regions=(_point(event, scene),))
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Another place, not for good."""
        self._begin_event()
        if self._is_begun:
            self.preview = Preview(regions=(_point(event, scene),))
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """There it is."""
        self._begin_event()
        if not self._is_begun:
            return None
        self._is_begun, self.preview = False, NOTHING
        drawn = Annotation(_point(event, scene), scene.label_id)
        self.selection = (drawn.id,)
        return Edit("Put point", partial(edits.add, annotations=drawn))

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Esc gives up."""
        self._begin_event()
        if name == "escape":
            self._is_begun, self.preview = False, NOTHING
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc while the button is down."""
        return name == "escape" and self._is_begun

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""


def _point(event: PointerEvent, scene: Scene) -> Polyline:
    """At the pointer inside the frame; with Ctrl on what is near."""
    point = scene.clipped(event.point)
    point = snapped(point, event.tolerance, scene) if event.ctrl else point
    return Polyline(np.array([point], np.float32))
