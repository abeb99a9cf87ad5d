"""Draws a hole into an object: its outline, as the polygon's."""

from functools import partial

from engine.annotations.edits import Edit
from engine.annotations.shaping import make_hole
from engine.regions.masks import polygon_to_mask, region_to_mask, subtract
from engine.values import Annotation, Box, Polygon, Polyline
from gui.tools.hits import hits
from gui.tools.polygon import PolygonTool
from gui.tools.registry import register
from gui.tools.scene import PointerEvent, Scene


@register(
    "hole",
    text="Hole",
    shortcut="Shift+P",
    hint="Outline a hole in the selected object, or in the one under the first corner.",
    icon="mdi6.vector-difference",
    place=37,
    family="polygon",
)
class HoleTool(PolygonTool):
    """As the polygon; what it outlines goes from the object."""

    def __init__(self) -> None:
        super().__init__()
        self._holed = ""

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The first corner says of which object, where none is selected."""
        if not self._points:
            self._begin_event()
            under = (a for a in hits(event, scene) if not isinstance(a.region, Polyline))
            meant = scene.selected[:1] or tuple(under)[:1]
            if not meant or isinstance(meant[0].region, Box | Polyline):
                self.message = _why_not(meant)
                return None
            self._holed = meant[0].id
        return super().press(event, scene)

    def _edit_of(self, outline: Polygon, scene: Scene) -> Edit | None:
        found = scene.sample.find(self._holed)
        pixels = None if found is None else region_to_mask(found.region, scene.size_hw)
        if found is None or pixels is None:
            return None
        left = subtract(pixels, polygon_to_mask(outline, scene.size_hw))
        if left is None:
            self.message = "Nothing would be left of it."
        elif left is pixels:
            self.message = "The hole must be in the object."
        else:
            self.selection = (found.id,)
            return Edit("Make hole", partial(make_hole, annotation_id=found.id, hole=outline))
        return None


def _why_not(meant: tuple[Annotation, ...]) -> str:
    if not meant:
        return "There is no object here to make a hole in."
    if isinstance(meant[0].region, Polyline):
        return "A line or point has no holes."
    return "A box has no holes: make a mask of it first (menu Shape)."
