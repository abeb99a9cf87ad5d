"""Draws a polygon whose line follows the edges of the picture from click to click."""

import cv2
import numpy as np

from engine.annotations.edits import Edit
from engine.regions.edge_lines import EdgeStart, nearest_edge
from gui.tools.polygon import PolygonTool
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene

ROUGH = 0.6
"""How far, in pixels that are looked at, a line may leave the one along the edges to be simpler."""
SNAP = 0.6
"""Of a click's reach: so far from an edge it still is on the edge."""
REACH = 7.0
"""Of a click, on the screen: so the tool knows how many pixels of the picture one there shows."""


@register(
    "scissors",
    text="Scissors",
    shortcut="G",
    hint="Click along an object: the line follows its edges. Shift: straight. Enter closes.",
    icon="mdi6.content-cut",
    place=35,
    family="polygon",
    abilities=(Ability.FOLLOWS_EDGES,),
    gestures=(("Scissors: one click back", "Backspace"),),
)
class ScissorsTool(PolygonTool):
    """As the polygon; while the lines along the edges are worked out, its line is straight."""

    def __init__(self) -> None:
        super().__init__()
        self._clicked: list[int] = []  # How many points there were before each click.
        self._step = 1.0
        self._is_straight = False

    @property
    def edge_start(self) -> EdgeStart | None:
        """Where the next line begins."""
        is_begun = bool(self._points) and not self._is_freehand
        return EdgeStart(self._points[-1], self._step) if is_begun else None

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The line up to here is kept; at the first click it is closed."""
        self._notice(event)
        return super().press(event, scene)

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The line follows the edges to the pointer; while dragging it follows the pointer."""
        self._notice(event)
        return super().move(event, scene)

    def _notice(self, event: PointerEvent) -> None:
        if not self._points:
            self._step = max(1.0, round(event.tolerance / REACH, 2))
        self._is_straight = event.shift

    def _corner(self, event: PointerEvent, scene: Scene) -> Point:
        """On the nearest edge; where the person draws by hand or straight, where they point."""
        point, pixels = super()._corner(event, scene), scene.pixels
        if self._is_freehand or event.shift or event.ctrl or pixels is None:
            return point
        return nearest_edge(pixels, point, SNAP * event.tolerance)

    def _add(self, corner: Point, scene: Scene) -> None:
        self._clicked.append(len(self._points))
        self._points += self._way(corner, scene)

    def _take_back(self) -> None:
        del self._points[self._clicked.pop() :]

    def _forget(self) -> None:
        super()._forget()
        self._clicked = []

    def _way(self, corner: Point, scene: Scene) -> list[Point]:
        """From the last point, which is not among them, to a corner."""
        if self._follows:
            return super()._way(corner, scene)
        lines, start = scene.edge_lines, self.edge_start
        if lines is None or start is None or lines.start != start or self._is_straight:
            return [corner]
        way = np.array([scene.clipped(point) for point in lines.to(corner)], np.float32)
        simple = cv2.approxPolyDP(way[:, None], ROUGH * self._step, False)[1:, 0]  # (N, 2)
        return [(float(x), float(y)) for x, y in simple]

    def _show(self, pointer: Point | None, scene: Scene) -> None:
        if not self._points:
            self.preview = NOTHING
            return
        way = [] if pointer is None else self._way(pointer, scene)
        dots = tuple(self._points[n] for n in self._ends())
        self.preview = Preview(line=(*self._points, *way), dots=dots)

    def _ends(self) -> list[int]:
        """Which points were clicked."""
        return [0, *(n - 1 for n in self._clicked[2:]), len(self._points) - 1]

    def _closed(self, tolerance: float, scene: Scene) -> Edit | None:
        if self._points:
            self._points += self._way(self._points[0], scene)[:-1]
        return super()._closed(tolerance, scene)
