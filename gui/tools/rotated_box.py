"""Draws a box that lies at an angle: first one of its sides, then how wide it is."""

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Polygon
from gui.tools.registry import NOTHING, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene, straightened


@register(
    "rotated_box",
    text="Rotated box",
    shortcut="Shift+R",
    hint="Drag along one side, then click where the other side is. Shift: steps of 45 degrees.",
    icon="mdi6.crop-rotate",
    place=27,
    family="box",
)
class RotatedBoxTool:
    """A drag or two clicks make a side, one more click the Polygon of four corners; Esc gives
    up, Backspace takes the side back."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self._points: list[Point] = []

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The first corner, or the other side."""
        self._begin_event()
        if len(self._points) == 2:
            return self._drawn(event, scene)
        if not self._points:
            self._points = [scene.clipped(event.point)]
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The side follows the pointer; once it is there, the other one does."""
        self._begin_event()
        if len(self._points) == 2:
            corners = corners_of(self._points[0], self._points[1], event.point, scene.size_hw)
            self.preview = Preview(line=tuple(self._points))
            if corners is not None:
                self.preview = Preview(regions=(Polygon(corners),))
        elif self._points:
            side = (self._points[0], self._end(event, scene))
            self.preview = Preview(line=side, dots=side)
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The side ends here, if it is one; a click alone was its first corner."""
        self._begin_event()
        if len(self._points) != 1:
            return None
        end = self._end(event, scene)
        if math.dist(end, self._points[0]) > event.tolerance:
            self._points.append(end)
            self.message = "Now click where the other side is."
        return None

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Backspace takes the last point back, Esc all."""
        self._begin_event()
        if name == "backspace" and self._points:
            self._points.pop()
            self.preview = NOTHING
        elif name == "escape":
            self._forget()
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Its keys, from the first corner on."""
        return bool(self._points) and name in ("backspace", "escape")

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _forget(self) -> None:
        self._points, self.preview = [], NOTHING

    def _end(self, event: PointerEvent, scene: Scene) -> Point:
        """The pointer in the picture; with Shift, in steps of 45 degrees from the first corner."""
        point = straightened(event.point, self._points[0]) if event.shift else event.point
        return scene.clipped(point)

    def _drawn(self, event: PointerEvent, scene: Scene) -> Edit | None:
        corners = corners_of(self._points[0], self._points[1], event.point, scene.size_hw)
        if corners is None or math.dist(corners[0], corners[3]) < max(1.0, event.tolerance * 0.4):
            self.message = "Too narrow for a box: click where the other side is."
            return None
        self._forget()
        drawn = Annotation(Polygon(corners), scene.label_id)
        self.selection = (drawn.id,)
        return Edit("Draw rotated box", partial(edits.add, annotations=drawn))


def corners_of(
    start: Point, end: Point, across: Point, size_hw: tuple[int, int]
) -> NDArray[np.float32] | None:
    """The corners (4, 2), from one side and a point on the line of the other: as wide as that says
    and the picture allows; None without a width."""
    side = np.array([start, end], np.float64)
    along = side[1] - side[0]
    length = float(np.linalg.norm(along))
    if length == 0:
        return None
    normal = np.array([-along[1], along[0]]) / length
    width = float((np.array(across) - side[0]) @ normal)
    # A corner meets the border where its way across does, in x or in y.
    way = normal * math.copysign(1.0, width)
    limit = np.where(way > 0, np.array([size_hw[1], size_hw[0]]) - side, side)
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(np.abs(way) > 1e-9, limit / np.abs(way), np.inf)
    step = way * min(abs(width), max(float(room.min()), 0.0))
    if not step.any():
        return None
    return np.array([side[0], side[1], side[1] + step, side[0] + step], np.float32)
