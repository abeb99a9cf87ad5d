"""A part of an outline drawn anew with one drag: along where it should be."""

from functools import partial

import numpy as np

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Mask, Polygon, Region
from gui.tools.hits import edge_at, vertex_at
from gui.tools.registry import Preview
from gui.tools.scene import Point, PointerEvent, Scene
from gui.tools.stretch import length_of, redrawn_along, thinned

STEP = 0.3
"""Of the reach of a click: a dragged line gets no point that is nearer to the last."""
ALONG = "Drag along the outline, from where it is right to where it is right again."


class Drawn:
    """A line that goes with the pointer, inside the frame."""

    def __init__(self, start: PointerEvent, scene: Scene) -> None:
        self.points: list[Point] = [scene.clipped(start.point)]

    def follow(self, event: PointerEvent, scene: Scene) -> None:
        """Go on to the pointer."""
        point = scene.clipped(event.point)
        if length_of([self.points[-1], point]) >= event.tolerance * STEP:
            self.points.append(point)

    def is_drag(self, event: PointerEvent) -> bool:
        """Whether it is too long for a shaky click."""
        return length_of(self.points) > event.tolerance

    def line(self, event: PointerEvent) -> tuple[Point, ...]:
        """The points that shape it."""
        return tuple(thinned(self.points, event.tolerance))


class Redraw:
    """A Grip: the outline of an object, while a part of it is drawn anew."""

    cursor = "cross"
    hint = ""

    def __init__(self, held: Annotation, start: PointerEvent, scene: Scene) -> None:
        self.message = ""
        self._held, self._drawn = held, Drawn(start, scene)

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """The line so far."""
        self._drawn.follow(event, scene)
        return Preview(line=tuple(self._drawn.points))

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """The outline runs along the line; a click alone does nothing."""
        self._drawn.follow(event, scene)
        made = None
        if self._drawn.is_drag(event):
            made = redraw(self._held, self._drawn.line(event), scene)
        self.message = ALONG if made is None else ""
        return made


def redraw(held: Annotation, line: tuple[Point, ...], scene: Scene) -> Edit | None:
    """The Edit that puts a part of its outline on a line; None where it has no outline, or would
    have none."""
    made = redrawn_along(held.region, line, scene.size_hw)
    if made is None:
        return None
    return Edit("Redraw outline", partial(edits.set_region, annotation_id=held.id, region=made))


def redraw_at(event: PointerEvent, scene: Scene) -> Redraw | None:
    """Of the one selected object, where the pointer is on its outline."""
    only = scene.selected[0] if len(scene.selected) == 1 else None
    if only is None or not _is_on(only.region, event):
        return None
    return Redraw(only, event, scene)


def _is_on(region: Region, event: PointerEvent) -> bool:
    if isinstance(region, Polygon):
        return (vertex_at(region, event) or edge_at(region, event)) is not None
    return isinstance(region, Mask) and _is_on_border(region, event)


def _is_on_border(mask: Mask, event: PointerEvent) -> bool:
    """Whether there are pixels inside and outside in the square around the pointer."""
    reach = max(round(event.tolerance), 1)
    x, y = int(np.floor(event.x)) - mask.left, int(np.floor(event.y)) - mask.top
    rows = slice(max(y - reach, 0), max(y + reach + 1, 0))
    cut = mask.pixels[rows, max(x - reach, 0) : max(x + reach + 1, 0)]
    return 0 < int(np.count_nonzero(cut)) < (2 * reach + 1) ** 2
