"""The cage around what is selected: eight handles scale it, and one more turns it."""

import math
from abc import ABC, abstractmethod
from functools import cached_property, partial

import numpy as np

from engine.annotations.edits import Edit
from engine.annotations.transforming import placed, transform
from engine.regions.masks import mask_to_polygons
from engine.regions.transforms import Affine, scaling, transformed, turning
from engine.values import Box, Mask, Polyline, Region
from gui.tools.hits import HANDLES, handle_at, handle_points
from gui.tools.registry import Preview
from gui.tools.reshape import in_proportion, stretched
from gui.tools.scene import Point, PointerEvent, Scene

MARGIN = 2.5
"""The cage is so many reaches around, so that corners and edges are free; a Box is its own."""
STEM = 3.0
"""The handle that turns is so many reaches from the cage."""
MOST_SHOWN = 40
"""More Regions than this are dragged as one cage around them."""
EXACT = 512
"""A Mask up to this size is shown to the pixel while it is dragged."""
STEP = 15.0
"""Degrees, with Shift."""


def cage_of(scene: Scene, reach: float) -> Box | None:
    """Around what is selected; None where nothing is, or a point alone, which has no size."""
    inner, margin = scene.selected_bounds, MARGIN * reach
    only = scene.selected[0].region if len(scene.selected) == 1 else None
    if isinstance(only, Polyline) and len(only.points_xy) == 1:
        return None
    if inner is None or isinstance(only, Box):
        return inner
    return Box(inner.x1 - margin, inner.y1 - margin, inner.x2 + margin, inner.y2 + margin)


def turn_point(cage: Box, reach: float, size_hw: tuple[int, int]) -> Point:
    """Where the handle is that turns: above the cage, below it, or in it, so that it is seen."""
    x, stem = (cage.x1 + cage.x2) / 2, STEM * reach
    if cage.y1 - stem >= 0:
        return x, cage.y1 - stem
    return (x, cage.y2 + stem) if cage.y2 + stem <= size_hw[0] else (x, cage.y1 + stem)


class CageGrip(ABC):
    """What comes of dragging the cage: a Region for each of the selected."""

    edit_text = ""
    hint = ""

    def __init__(self, start: PointerEvent, scene: Scene, inner: Box, name: str) -> None:
        self.message, self.cursor = "", name
        self._start, self._inner = start, inner
        self._chosen = scene.selected

    @cached_property
    def _shown(self) -> list[Region]:
        """What stands for them while they are dragged."""
        few = self._chosen if len(self._chosen) <= MOST_SHOWN else ()
        return [part for annotation in few for part in _drawn(annotation.region)]

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """The Regions as they would be, and the cage around them."""
        affine = self._affine(event, scene)
        around = transformed(self._inner, affine)
        assert around is not None
        if not self._shown:
            return Preview(regions=(around,))
        regions = tuple(placed(self._shown, affine, scene.size_hw))
        hidden = frozenset(annotation.id for annotation in self._chosen)
        return Preview(regions=regions, hidden_ids=hidden)

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """One step for all of them."""
        if not is_drag:
            return None
        ids = tuple(annotation.id for annotation in self._chosen)
        return Edit(self.edit_text, partial(transform, ids=ids, affine=self._affine(event, scene)))

    @abstractmethod
    def _affine(self, event: PointerEvent, scene: Scene) -> Affine:
        """What takes them from where they were to where they would be."""


class ScaleGrip(CageGrip):
    """A handle of the cage: the side or corner across from it stays; Shift keeps proportions."""

    edit_text = "Scale"

    def _affine(self, event: PointerEvent, scene: Scene) -> Affine:
        """The handle goes as far as the pointer has gone, inside the picture."""
        x, y = handle_points(self._inner)[HANDLES.index(self.cursor)]
        point = scene.clipped((x + event.x - self._start.x, y + event.y - self._start.y))
        if event.shift:
            point = in_proportion(self._inner, self.cursor, point, scene.size_hw)
        return scaling(self._inner, stretched(self._inner, self.cursor, point))


class TurnGrip(CageGrip):
    """The handle beside the cage: all turn about its middle; with Shift, in steps."""

    edit_text = "Turn"
    hint = "Drag to turn; with Shift, in steps of 15 degrees."

    def preview(self, event: PointerEvent, scene: Scene) -> Preview:
        """Say by how much."""
        self.message = f"{round(self._degrees(event))}°"
        return super().preview(event, scene)

    def edit(self, event: PointerEvent, scene: Scene, *, is_drag: bool) -> Edit | None:
        """Say what a Box has become."""
        has_box = any(isinstance(annotation.region, Box) for annotation in self._chosen)
        is_upright = self._degrees(event) % 90 == 0
        self.message = ""
        if is_drag and has_box and not is_upright:
            self.message = "A turned box is a polygon of four corners. Ctrl+Z brings the box back."
        return super().edit(event, scene, is_drag=is_drag)

    def _degrees(self, event: PointerEvent) -> float:
        x, y = self._middle
        start = math.atan2(self._start.y - y, self._start.x - x)
        degrees = math.degrees(math.atan2(event.y - y, event.x - x) - start)
        degrees = round(degrees / STEP) * STEP if event.shift else degrees
        return (degrees + 180) % 360 - 180

    @property
    def _middle(self) -> Point:
        return (self._inner.x1 + self._inner.x2) / 2, (self._inner.y1 + self._inner.y2) / 2

    def _affine(self, event: PointerEvent, scene: Scene) -> Affine:
        return turning(self._middle, self._degrees(event))


def cage_grip_at(event: PointerEvent, scene: Scene) -> CageGrip | None:
    """The handle of the cage that the pointer is on."""
    cage, inner = cage_of(scene, event.tolerance), scene.selected_bounds
    if cage is None or inner is None:
        return None
    if math.dist(turn_point(cage, event.tolerance, scene.size_hw), event.point) <= event.tolerance:
        return TurnGrip(event, scene, inner, "hand")
    handle = None if cage is inner else handle_at(cage, event)
    return ScaleGrip(event, scene, inner, handle) if handle is not None else None


def _drawn(region: Region) -> tuple[Region, ...]:
    """What stands for a Region while it is dragged: the outlines of a large Mask."""
    if not isinstance(region, Mask) or max(region.pixels.shape) <= EXACT:
        return (region,)
    step = -(-max(region.pixels.shape) // EXACT)
    small = mask_to_polygons(Mask(0, 0, region.pixels[::step, ::step]))
    back = np.array([[step, 0, region.left], [0, step, region.top]], np.float64)
    return tuple(found for part in small if (found := transformed(part, back)) is not None)
