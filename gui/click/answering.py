"""Sees frames and answers questions about them, for Jobs; knows no Qt."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.click.question import Question
from engine.errors import WeightsError
from engine.jobs import CancelToken, Progress
from engine.values import Frame, FrameId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.click.contract import AnyAnswer, AnyAsker

KEPT = 4
"""Frames whose views are kept."""


@dataclass(frozen=True, eq=False)
class ClickRequest:
    """A question about what is shown."""

    frame: Frame
    question: Question


class Answering:
    """An Asker, made when it is first needed, with what it has seen and said last.

    Any thread may call it; one at a time is served. The answer to a question depends on that
    question alone: what was asked in between and dropped is asked for it again.
    """

    def __init__(self, make: "Callable[[], AnyAsker]") -> None:
        self._make = make
        self._asker: AnyAsker | None = None
        self._lock = threading.Lock()
        self._views: OrderedDict[FrameId, tuple[weakref.ref[NDArray[np.uint8]], Any]]
        self._views = OrderedDict()
        self._answers: dict[Question, AnyAnswer] = {}
        self._about: Any = None

    def see(self, frame: Frame, progress: Progress, cancel: CancelToken) -> None:
        """Look at a frame that will be asked about; a Job's work."""
        with self._lock:
            cancel.check()
            self._view(frame)

    def answer(self, request: ClickRequest, progress: Progress, cancel: CancelToken) -> "AnyAnswer":
        """What a question points at; a Job's work. WeightsError where nobody can be asked."""
        with self._lock:
            whole = self._view(request.frame)
            steps = request.question.steps
            if whole is not self._about or steps[0] not in self._answers:
                self._answers.clear()
            self._about, before = whole, None
            for step in steps:
                cancel.check()
                if step not in self._answers:
                    pixels = request.frame.pixels
                    self._answers[step] = self._ready().ask(pixels, whole, step, before)
                before = self._answers[step]
            assert before is not None, "nobody asks an empty question"
            return before

    def _ready(self) -> "AnyAsker":
        if self._asker is None:
            self._asker = self._make()
        return self._asker

    def _view(self, frame: Frame) -> Any:
        """The frame as the network saw it: a picture that was read again is seen again."""
        pixels, view = self._views.get(frame.id, (None, None))
        if pixels is None or view is None or pixels() is not frame.pixels:
            view = self._ready().see(frame.pixels)
            self._views[frame.id] = weakref.ref(frame.pixels), view
        self._views.move_to_end(frame.id)
        while len(self._views) > KEPT:
            self._views.popitem(last=False)
        return view


@dataclass(frozen=True)
class AskerChoice:
    """Something that can be asked: its key and its text."""

    key: str
    text: str


def list_askers(project: Any, progress: Progress, cancel: CancelToken) -> tuple[AskerChoice, ...]:
    """What can be asked here: weights, those of a project's folder first, and colours alone, which
    need none; a Job's work."""
    from engine.click import grab_cut
    from engine.weights.library import PROJECT, look
    from models.task import Task

    found = [e for e in look(project)[0] if e.task is Task.CLICK and e.path is not None]
    own = [
        AskerChoice(str(e.path), f"{e.name} (trained here)") for e in found if e.origin == PROJECT
    ]
    others = [AskerChoice(e.name, e.name) for e in found if e.origin != PROJECT]
    return (*own, *others, AskerChoice(grab_cut.KEY, "Colors alone (GrabCut)"))


def nobody() -> WeightsError:
    """What to say where there is nothing to ask."""
    return WeightsError(
        "There are no weights here that answer clicks.",
        hint="Train the system click in the Train panel.",
    )


def make_asker(key: str, device: str) -> "AnyAsker":
    """What this key names, ready to be asked. WeightsError where it is not there any more."""
    from engine.click import grab_cut

    if key == grab_cut.KEY:
        return grab_cut.GrabCut()
    from engine.click.asking import Asker
    from engine.weights.library import find
    from engine.weights.load import load

    return Asker(load(find(key)), device)
