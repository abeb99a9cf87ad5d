"""Splits objects along a line."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from engine.annotations.edits import Edit
from engine.annotations.shaping import replace_by
from engine.regions.shaping import split
from engine.values import Annotation, Box, Polyline, Region, Sample
from gui.tools.hits import hits
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene, straightened


@register(
    "split",
    text="Split",
    shortcut="K",
    hint="Drag a line across the selected object, or any other: it becomes two. Shift: 45 degrees.",
    icon="mdi6.knife",
    place=55,
    family="eraser",
    abilities={Ability.DIVIDES},
)
class SplitTool:
    """Press, drag, release: the line cuts what is selected, else what its middle is on."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._start: Point | None = None

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """One end of the line."""
        self._begin_event()
        self._start = event.point
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The other end, not for good."""
        self._begin_event()
        if self._start is not None:
            ends = (self._start, self._end(event))
            self.preview = Preview(line=ends, dots=ends)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The other end."""
        self._begin_event()
        if self._start is None:
            return None
        line = self._start, self._end(event)
        self._start, self.preview = None, NOTHING
        if math.dist(*line) <= event.tolerance:
            self.message = "Drag a line across the object."
            return None
        cut = self._cut(line, event, scene)
        if not cut:
            self.message = self.message or "The line must cross the object from side to side."
            return None
        return Edit("Split", partial(replaced_by, pieces=cut))

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Esc gives up."""
        self._begin_event()
        if name == "escape":
            self._start, self.preview = None, NOTHING
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Esc while dragging."""
        return name == "escape" and self._start is not None

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _end(self, event: PointerEvent) -> Point:
        """The pointer; with Shift, in steps of 45 degrees from the start."""
        assert self._start is not None
        return straightened(event.point, self._start) if event.shift else event.point

    def _cut(
        self, line: tuple[Point, Point], event: PointerEvent, scene: Scene
    ) -> dict[str, tuple[Region, ...]]:
        """What becomes of which annotation."""
        meant = scene.selected or _under(line, event, scene)
        if not meant:
            self.message = "The middle of the line is on no object: draw it across one."
        elif all(isinstance(a.region, Box) for a in meant):
            self.message = "A box cannot be split: make a mask of it first (menu Shape)."
        elif all(isinstance(a.region, Polyline) for a in meant):
            self.message = "A line or point covers nothing that could be split."
        pieces = {a.id: split(a.region, line, scene.size_hw) for a in meant}
        return {id_: found for id_, found in pieces.items() if len(found) > 1}


def replaced_by(sample: Sample, pieces: Mapping[str, tuple[Region, ...]]) -> Sample:
    """Each of these annotations in its pieces."""
    for annotation_id, regions in pieces.items():
        sample = replace_by(sample, annotation_id, regions)
    return sample


def _under(line: tuple[Point, Point], event: PointerEvent, scene: Scene) -> list[Annotation]:
    """What the middle of a line is on."""
    (x1, y1), (x2, y2) = line
    found = hits(replace(event, x=(x1 + x2) / 2, y=(y1 + y2) / 2), scene)
    return [a for a in found if not isinstance(a.region, Polyline)][:1]
