"""A made-up person at the real window: moves the mouse, presses keys, and counts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Slot
from PySide6.QtTest import QTest

from engine.bench.effort import Effort
from engine.bench.outlining import depth_of, whole_mask
from engine.bench.tracing import shaken
from engine.evaluation.clicks import Outline, overlap
from engine.regions.masks import region_to_mask
from engine.values import Region
from gui.bench.application import settle, wait_for

if TYPE_CHECKING:
    from engine.click.question import Question
    from gui.app import App
    from gui.click.answering import ClickAnswer

Point = tuple[float, float]
EXACT = 3.0
"""Pixels of the screen: nobody points more exactly."""
STEP = 4.0
"""Pixels of the screen: so often a mouse says where it is while it follows a line."""
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Person(QObject):
    """Sees the true outline of an object, and what the window shows; knows what it has spent."""

    def __init__(self, app: "App") -> None:
        super().__init__()
        self.app, self.canvas = app, app.window.canvas
        self.truth: Outline = np.zeros((1, 1), np.bool_)
        self.effort = Effort()
        self._answers = 0
        self._shaking = np.random.default_rng(0)
        app.click.controller.answered.connect(self._on_answered)

    def begin(self, truth: Outline) -> None:
        """Outline this object on the shown picture, rested, the hand in the middle."""
        self.truth, self._shaking = truth, np.random.default_rng(0)
        self.effort = Effort(at=(self.canvas.width() / 2, self.canvas.height() / 2))

    def leave_nothing(self) -> None:
        """An empty picture for whoever comes next, the same tool in hand; nobody pays for that."""
        tool = self.canvas.tool_name
        QTest.keyClick(self.canvas, Qt.Key.Key_Escape)  # Without a line begun, it takes up Select.
        self.canvas.set_tool(tool)
        annotations = self.app.session.annotations
        annotations.drop_draft()
        annotations.select_all()
        annotations.delete_selected()
        settle(self.app)

    # What it sees

    @property
    def size_hw(self) -> tuple[int, int]:
        """The size of the picture."""
        return self.truth.shape[0], self.truth.shape[1]

    @property
    def exact(self) -> float:
        """The narrowest target that there is, in the picture."""
        return EXACT / self.canvas.view.scale

    @property
    def last(self) -> Region | None:
        """What was drawn last."""
        sample = self.app.session.annotations.sample
        found = sample.annotations if sample is not None else ()
        return found[-1].region if found else None

    @property
    def drawn(self) -> Outline:
        """The same as pixels."""
        return self.outline_of(self.last)

    @property
    def shown(self) -> Region | None:
        """What Smart click shows."""
        regions = self.canvas.hand.preview.regions
        return regions[0] if regions else None

    @property
    def answered(self) -> Outline:
        """The same as pixels."""
        return self.outline_of(self.shown)

    def outline_of(self, region: Region | None) -> Outline:
        """A Region as pixels."""
        mask = None if region is None else region_to_mask(region, self.size_hw)
        return whole_mask(mask, self.size_hw)

    def iou(self, found: Outline) -> float:
        """How good an outline is."""
        return overlap(self.truth, found)

    def place(self, point: Point) -> Point:
        """Where in the picture the mouse comes to be when it is meant to be there."""
        x, y = self.canvas.to_frame(QPointF(self._at(point)))
        height, width = self.size_hw
        return min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))

    def room(self, point: Point, wrong: Outline) -> float:
        """How wide a target a point in the middle of something is."""
        return max(2 * float(depth_of(wrong)[int(point[1]), int(point[0])]), 1.0)

    def _at(self, point: Point) -> QPoint:
        place = QPointF(*self.canvas.view.to_screen(*point))
        return (place / self.canvas.devicePixelRatioF()).toPoint()

    # What it does

    def take(self, tool: str) -> None:
        """Take up a tool, if it is not the one in hand."""
        if self.canvas.tool_name != tool:
            self.canvas.set_tool(tool)
            self.effort.key()
            settle(self.app)

    def move(self, point: Point, width: float) -> None:
        """Point at something, to see what a click there would do."""
        at = self._at(point)
        self.effort.point((at.x(), at.y()), width * self.canvas.view.scale)
        QTest.mouseMove(self.canvas, at)

    def click(
        self, point: Point, width: float, *, button: Qt.MouseButton = LEFT, is_held: bool = False
    ) -> None:
        """Click a target of this width in the picture; with Ctrl held, if so."""
        at = self._at(point)
        if is_held:
            self.effort.hold()
        self.effort.click((at.x(), at.y()), width * self.canvas.view.scale)
        QTest.mouseMove(self.canvas, at)
        QTest.mouseClick(self.canvas, button, CTRL if is_held else PLAIN, at)

    def drag(self, points: list[Point], width: float, *, is_held: bool = False) -> None:
        """Drag along these points."""
        places, held = [self._at(point) for point in points], CTRL if is_held else PLAIN
        if is_held:
            self.effort.hold()
        ways = [(float(each.x()), float(each.y())) for each in places]
        self.effort.drag(ways, width * self.canvas.view.scale)
        self._pull(places, LEFT, held)

    def trace(
        self,
        line: Sequence[Point],
        width: float,
        *,
        button: Qt.MouseButton = LEFT,
        is_held: bool = False,
    ) -> None:
        """Follow a line as a hand does that keeps to a way of this width; with Alt held, if so."""
        held = ALT if is_held else PLAIN
        if is_held:
            self.effort.hold()
        path, step = shaken(line, width, self._shaking), round(STEP / self.canvas.view.scale)
        places = [self._at(point) for point in (*path[:: max(step, 1)], path[-1])]
        way = [(float(each.x()), float(each.y())) for each in map(self._at, line)]
        self.effort.trace(way, width * self.canvas.view.scale)
        self._pull(places, button, held)

    def _pull(
        self, places: list[QPoint], button: Qt.MouseButton, held: Qt.KeyboardModifier
    ) -> None:
        QTest.mousePress(self.canvas, button, held, places[0])
        for place in places[1:]:
            QTest.mouseMove(self.canvas, place)
        QTest.mouseRelease(self.canvas, button, held, places[-1])
        settle(self.app)

    def key(self, key: Qt.Key, times: int = 1) -> None:
        """Press a key of the canvas."""
        self.effort.key(times)
        for _ in range(times):
            QTest.keyClick(self.canvas, key)
        settle(self.app)

    def roll(self, key: Qt.Key, notches: int) -> None:
        """Make the brush larger or smaller in one go, as the wheel does."""
        self.effort.roll(notches)
        for _ in range(notches):
            QTest.keyClick(self.canvas, key)

    def act(self, name: str) -> None:
        """Press the key of an action."""
        self.effort.key()
        self.app.actions[name].trigger()
        settle(self.app)

    def select(self, annotation_id: str, point: Point, width: float) -> None:
        """Click an object to select it."""
        self.take("select")
        self.click(point, width)
        self.app.session.annotations.select((annotation_id,))

    # What the window works out

    def wait_for_lines(self) -> None:
        """The lines along the edges from the last click are there."""
        settle(self.app)

    @property
    def line(self) -> list[Point]:
        """What Scissors shows from the last click to the mouse."""
        preview = self.canvas.hand.preview
        if not preview.dots:
            return []
        last = len(preview.line) - 1 - preview.line[::-1].index(preview.dots[-1])
        return list(preview.line[last:])

    # Whom it asks

    def use_asker(self, key: str) -> None:
        """Smart click asks this one."""
        self.canvas.set_tool("smart")
        settle(self.app)
        if self.app.click.askers.key != key:
            self.app.click.askers.choose(key)
            settle(self.app)

    @property
    def answers(self) -> int:
        """How often Smart click has answered."""
        return self._answers

    def wait_for_answer(self, after: int) -> None:
        """One more answer than that."""
        wait_for(lambda: self._answers > after)

    @Slot(object, object)
    def _on_answered(self, question: "Question", answer: "ClickAnswer") -> None:
        self._answers += 1
