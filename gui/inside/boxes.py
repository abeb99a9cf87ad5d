"""Looking at a detector's boxes: its steps, suppression, what learns an object; newest frame."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.thresholds import Thresholds
from engine.values import Box, Frame
from gui.controllers.weights import LoadedWeights
from gui.jobs import Job, Jobs
from gui.questions import NewestJob
from gui.session.shown import Shown, ShownController

if TYPE_CHECKING:
    from engine.inside.draw_steps import StepStyle
    from engine.inside.drawing import Drawing
    from engine.inside.matched import Learners
    from engine.inside.steps import BoxStep
    from engine.inside.suppression import Trace
    from engine.pipeline.pipeline import RawResult

STEPS, SUPPRESSION, LEARNERS = "steps", "suppression", "learners"
END = -1
"""The position in a suppression that shows what stays, however many candidates there are."""


@dataclass(frozen=True)
class BoxWish:
    """What to show: a view, and of it a step and how it is drawn, a position, an object.

    `objects` are the boxes of all objects of the frame; `chosen` is the one clicked, -1 for none.
    """

    view: str = ""
    step: int = 0
    style: "StepStyle | None" = None
    position: int = END
    objects: tuple[Box, ...] = ()
    chosen: int = -1


@dataclass(frozen=True, eq=False)
class BoxesSeen:
    """What was seen of one frame: all steps, and what the wish asked for."""

    wish: BoxWish
    thresholds: Thresholds
    frame: Frame
    raw: "RawResult"
    steps: "tuple[BoxStep, ...]"
    drawing: "Drawing"
    trace: "Trace | None" = None
    learners: "Learners | None" = None
    is_live: bool = False


@dataclass(frozen=True, eq=False)
class _Question:
    """What a Job is asked; with `raw` the network need not run."""

    frame: Frame
    raw: "RawResult | None"
    wish: BoxWish
    thresholds: Thresholds
    is_live: bool


class BoxesController(QObject):
    """Costs nothing without a view; one Job at a time, for the newest frame and wish."""

    seen = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, shown: ShownController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wish = BoxWish()
        self._jobs = jobs
        self._shown = shown
        self._loaded: LoadedWeights | None = None
        self._thresholds = Thresholds()
        self._now: _Question | None = None
        self._last: BoxesSeen | None = None
        self._waits = False
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self._on_failed)
        shown.changed.connect(self._on_shown)
        self._look_at(shown.now)

    @property
    def is_on(self) -> bool:
        """Whether there is a view of boxes."""
        return bool(self.wish.view)

    @property
    def has_detector(self) -> bool:
        """Whether the loaded weights find objects."""
        return self._loaded is not None and self._loaded.task in ("detection", "instance")

    def set_loaded(self, loaded: LoadedWeights | None) -> None:
        """Look at these weights' boxes."""
        self._loaded = loaded
        self.wish = replace(self.wish, step=0, position=END)
        self._forget()
        self._look_at(replace(self._shown.now, raw=None))  # What the weights before gave.

    def set_thresholds(self, thresholds: Thresholds) -> None:
        """Decide by these."""
        if thresholds != self._thresholds:
            self._thresholds = thresholds
            self._ask_anew()

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        is_known = now.frame is before.frame and now.raw is before.raw
        if not is_known or now.is_asked != before.is_asked:  # Else it only plays or pauses.
            self._look_at(now)

    def _look_at(self, shown: Shown) -> None:
        """Without its raw result the network runs once for a frame, unless the answer is on its way
        anyhow: it brings all that the boxes are made of."""
        frame = shown.frame
        is_same = self._now is not None and self._now.frame is frame
        if not is_same and not shown.is_live:
            self._forget()
            self.wish = replace(self.wish, chosen=-1)
        if frame is None:
            return
        known = self._now.raw if is_same and self._now is not None else None
        self._waits = shown.is_asked
        raw = shown.raw or known
        self._now = _Question(frame, raw, self.wish, self._thresholds, shown.is_live)
        self._ask()

    def set_wish(self, wish: BoxWish) -> None:
        """Show this; a wish without a view ends it."""
        self.wish = wish
        if not wish.view:
            self._last = None
            self.seen.emit(None)
        self._ask_anew()

    def _ask_anew(self) -> None:
        if self._now is not None:
            self._now = replace(self._now, wish=self.wish, thresholds=self._thresholds)
            self._ask()

    def _forget(self) -> None:
        """Answers that are on their way are for something else."""
        self._now, self._last = None, None
        self._newest.forget()
        if self.is_on:
            self.seen.emit(None)

    def _ask(self) -> None:
        now = self._now
        is_ready = now is not None and (now.raw is not None or not self._waits)
        is_asked = is_ready and self.is_on and self.has_detector
        self._newest.ask(now if is_asked else None, self._job_for)

    def _job_for(self, question: _Question) -> Job:
        assert self._loaded is not None
        return self._jobs.create(partial(see_boxes, self._loaded, question, self._last))

    @Slot(object, object)
    def _on_answered(self, question: _Question, seen: BoxesSeen) -> None:
        if not self.is_on:
            return
        self._last = seen
        now = self._now
        if now is not None and now.frame is seen.frame and now.raw is None:
            self._now = replace(now, raw=seen.raw)
            if now is not question:
                self._ask()  # What waits need not run the network again.
        self.seen.emit(seen)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self.is_on:
            self.failed.emit(error)


def see_boxes(
    loaded: LoadedWeights,
    question: _Question,
    last: BoxesSeen | None,
    progress: Progress,
    cancel: CancelToken,
) -> BoxesSeen:
    """What the wish asks for of one frame; what was worked out before stays. A Job's work."""
    from engine.inside.drawing import Drawing
    from engine.inside.steps import steps_of

    weights, wish, frame = loaded.pipeline.weights, question.wish, question.frame
    raw = question.raw
    if raw is None:
        raw = loaded.pipeline.infer(frame.pixels, progress=progress, cancel=cancel, remember=True)
    cancel.check()
    is_same = last is not None and last.raw is raw
    steps = last.steps if last is not None and is_same else steps_of(weights, raw)
    seen = BoxesSeen(
        wish, question.thresholds, frame, raw, steps, Drawing(), is_live=question.is_live
    )
    if wish.view == STEPS:
        return replace(seen, drawing=_draw_step(seen, loaded))
    if wish.view == SUPPRESSION:
        return _see_suppression(seen, last, loaded)
    return _see_learners(seen, last, loaded)


def _most(seen: BoxesSeen) -> int:
    from engine.inside.drawing import MOST, MOST_LIVE

    return MOST_LIVE if seen.is_live else MOST


def _draw_step(seen: BoxesSeen, loaded: LoadedWeights) -> "Drawing":
    from engine.inside.draw_steps import StepStyle, draw_step
    from engine.inside.drawing import Drawing

    if not seen.steps:
        return Drawing(shows_objects=True)
    step = seen.steps[min(seen.wish.step, len(seen.steps) - 1)]
    style = replace(seen.wish.style or StepStyle(), most=_most(seen))
    return draw_step(step, style, loaded.labels)


def _see_suppression(seen: BoxesSeen, last: BoxesSeen | None, loaded: LoadedWeights) -> BoxesSeen:
    from engine.inside.draw_trace import draw_trace
    from engine.inside.suppression import trace
    from models.contract import DetectionOutput

    assert isinstance(seen.raw.output, DetectionOutput)
    is_same = last is not None and last.raw is seen.raw and last.thresholds == seen.thresholds
    found = last.trace if last is not None and is_same else None
    if found is None:
        found = trace(seen.raw.output, seen.raw.placement, seen.thresholds)
    position = len(found) if seen.wish.position == END else min(seen.wish.position, len(found))
    drawing = draw_trace(found, position, loaded.labels, most=_most(seen))
    return replace(seen, trace=found, drawing=drawing)


def _see_learners(seen: BoxesSeen, last: BoxesSeen | None, loaded: LoadedWeights) -> BoxesSeen:
    from engine.inside.matched import draw_learners, learners

    wish = seen.wish
    if not 0 <= wish.chosen < len(wish.objects):
        return replace(seen, drawing=draw_learners(None))
    before = last.wish if last is not None and last.learners is not None else None
    if last is not None and before is not None and last.raw is seen.raw and before == wish:
        return replace(seen, learners=last.learners, drawing=last.drawing)
    pixels = seen.frame.pixels
    found = learners(loaded.pipeline.weights, pixels, wish.objects, wish.chosen)
    drawing = draw_learners(found, wish.objects, most=_most(seen))
    return replace(seen, learners=found, drawing=drawing)
