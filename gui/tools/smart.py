"""Outlines the object that you point at: a click on it, one beside it, or a box around it."""

import math
from dataclasses import replace
from functools import partial

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.click.question import Click, Question
from engine.values import Annotation, Box, Mask
from gui.tools.brush import paint_sparing
from gui.tools.redraw import ALONG, Drawn, redraw
from gui.tools.registry import NOTHING, Ability, Preview, register
from gui.tools.scene import Point, PointerEvent, Scene
from gui.tools.stretch import redrawn_along

NOBODY = Question()
Lines = tuple[tuple[Point, ...], ...]
SMALLEST = 2.0
"""Pixels of the picture: a box with a shorter side was no drag."""


@register(
    "smart",
    text="Smart click",
    shortcut="Q",
    hint="Click or box it. Right-click: not this. Right-drag: redraw the edge. Enter accepts.",
    icon="mdi6.cursor-default-click",
    place=15,
    abilities=(Ability.ASKS, Ability.SPARES_OTHERS),
    gestures=(
        ("Smart click: this does not belong to it", "Right button, or Alt and click"),
        ("Smart click: redraw a part of the outline", "drag along it, right button or with Alt"),
        ("Smart click: accept, take back, drop", "Enter, Backspace, Esc"),
        ("Smart click: accept, and begin the next object", "click it with Shift"),
    ),
)
class SmartTool:
    """Asks with every click and shows the answer; Enter makes an object of it, Esc drops it. What
    was redrawn of an answer is redrawn of the next one too."""

    def __init__(self) -> None:
        self.preview = NOTHING
        self.selection: tuple[str, ...] | None = None
        self.message = ""
        self.question = NOBODY
        self._before: list[tuple[Question, Lines]] = []  # What held before each of the steps.
        self._start: PointerEvent | None = None
        self._drawn: Drawn | None = None  # Along where the outline should be.
        self._lines: Lines = ()  # That were drawn so.
        self._answered = NOBODY
        self._answer: Mask | None = None
        self._mask: Mask | None = None  # The same, redrawn.
        self._is_accepted = False

    def press(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A click, a box or a line begins."""
        self._begin_event()
        self._start, self._drawn = event, Drawn(event, scene) if event.alt else None
        return None

    def move(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """The box or the line follows the pointer."""
        self._begin_event()
        if self._drawn is not None:
            self._drawn.follow(event, scene)
        if self._start is not None:
            self._show(self._box(event, scene))
        return None

    def release(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """Ask: with a box where the pointer was dragged, else with a click. With Shift that is
        about the next object, and what is shown is accepted. A drag with Alt redraws."""
        self._begin_event()
        start, drawn, box = self._start, self._drawn, self._box(event, scene)
        self._start = self._drawn = None
        if start is None:
            return None
        edit = None
        if drawn is not None:
            drawn.follow(event, scene)
        if drawn is not None and drawn.is_drag(event):
            edit = self._redraw(drawn.line(event), scene)
        else:
            goes_on = start.shift and not start.alt and not self.question.is_empty
            asked = self._pointed(start, box, NOBODY if goes_on else self.question, scene)
            edit = self._accepted(scene) if goes_on and asked is not None else None
            if asked is not None and (edit is not None or not goes_on):
                self._ask(asked)
        self._show()
        return edit

    def double_click(self, event: PointerEvent, scene: Scene) -> Edit | None:
        """A press like any other."""
        return self.press(event, scene)

    def key(self, name: str, scene: Scene) -> Edit | None:
        """Enter accepts, Backspace takes the last click or box back, Esc drops everything."""
        self._begin_event()
        if name == "escape":
            self._forget()
        elif name == "backspace" and self._before:
            (self.question, self._lines), self._is_accepted = self._before.pop(), False
            if self.question.is_empty:
                self._forget()
            self._put_lines(scene)
        elif name == "enter" and not self.question.is_empty:
            if self._answered == self.question:
                return self._accepted(scene)
            self._is_accepted = True
            self.message = "The outline is accepted as soon as it is there."
        self._show()
        return None

    def wants(self, name: str, scene: Scene) -> bool:
        """Its keys and the right button, from the first click on."""
        is_mine = name in ("enter", "backspace", "escape", "right_button")
        return is_mine and (not self.question.is_empty or self._start is not None)

    def cursor(self, event: PointerEvent, scene: Scene) -> str:
        """A cross."""
        return "cross"

    def answer(self, question: Question, mask: Mask | None, scene: Scene) -> Edit | None:
        """Show what was found; an Edit where it was accepted before it was there."""
        self._begin_event()
        if question != self.question:
            return None
        self._answered, self._answer = question, mask
        self._put_lines(scene)
        self._show()
        if mask is None:
            self._is_accepted = False
            self.message = "Nothing was found here: click once more, or press Esc."
        return self._accepted(scene) if self._is_accepted else None

    def _begin_event(self) -> None:
        self.selection, self.message = None, ""

    def _ask(self, question: Question) -> None:
        self._before.append((self.question, self._lines))
        self.question, self._is_accepted = question, False

    def _pointed(
        self, start: PointerEvent, box: Box | None, before: Question, scene: Scene
    ) -> Question | None:
        """A question with one step more; None where none is meant."""
        if box is not None:
            return replace(before, box=box)
        if scene.clipped(start.point) != start.point:
            self.message = "Click on the picture."
            return None
        if start.alt and before.is_empty:
            self.message = "First click the object itself."
            return None
        x, y = (
            min(v, side - 0.5) for v, side in zip(start.point, scene.size_hw[::-1], strict=True)
        )
        return before.with_click(Click(x, y, not start.alt))

    def _redraw(self, line: tuple[Point, ...], scene: Scene) -> Edit | None:
        """A part of the shown outline runs along this line, or where nothing is asked, one of what
        is selected, which is an Edit."""
        if self.question.is_empty and len(scene.selected) == 1:
            return redraw(scene.selected[0], line, scene)
        if self._mask is None:
            self.message = "There is no outline yet of which a part could be redrawn."
        elif redrawn_along(self._mask, line, scene.size_hw) is None:
            self.message = ALONG
        else:
            self._before.append((self.question, self._lines))
            self._lines, self._is_accepted = (*self._lines, line), False
            self._put_lines(scene)
        return None

    def _put_lines(self, scene: Scene) -> None:
        """The answer with all that was redrawn, as far as it has such an outline."""
        self._mask = self._answer
        for line in self._lines:
            if self._mask is not None:
                made = redrawn_along(self._mask, line, scene.size_hw)
                self._mask = made if isinstance(made, Mask) else self._mask

    def _forget(self) -> None:
        self.question = self._answered = NOBODY
        self._before, self._lines, self._start = [], (), None
        self._answer = self._mask = None
        self._is_accepted, self.preview = False, NOTHING

    def _show(self, dragged: Box | None = None) -> None:
        """The newest outline, also while the next is on its way, with all that was pointed at."""
        regions = () if self._mask is None else (self._mask,)
        band = dragged or self.question.box
        line = () if self._drawn is None else tuple(self._drawn.points)
        self.preview = Preview(regions=regions, line=line, band=band, clicks=self.question.clicks)

    def _box(self, event: PointerEvent, scene: Scene) -> Box | None:
        """From the press to the pointer; None for a click, and for what does not belong to it."""
        start = self._start
        if start is None or start.alt or math.dist(start.point, event.point) <= event.tolerance:
            return None
        (x1, y1), (x2, y2) = scene.clipped(start.point), scene.clipped(event.point)
        if min(abs(x2 - x1), abs(y2 - y1)) < SMALLEST:
            return None
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    def _accepted(self, scene: Scene) -> Edit | None:
        """The Edit that adds what was outlined, on pixels of its own where the person says so."""
        mask = self._mask
        if self._answered != self.question:
            self.message = "The outline is not there yet."
            return None
        if mask is None:
            self.message = "There is no outline to accept: click once more, or press Esc."
            return None
        self._forget()
        drawn = Annotation(mask, scene.label_id)
        self.selection = (drawn.id,)
        if scene.keeps_others:
            return Edit("Smart click", partial(paint_sparing, annotation=drawn, mask=mask))
        return Edit("Smart click", partial(edits.add, annotations=drawn))
