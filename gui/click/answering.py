"""Sees frames and answers questions about them, for Jobs; knows no Qt."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.click.question import Question
from engine.jobs import CancelToken, Progress
from engine.values import Frame, FrameId, Mask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.click.contract import AnyAnswer, AnyAsker

Part = tuple[int, int, int, int]
"""Of a frame: left, top, right, bottom."""
KEPT = 4
"""Frames, and parts of them, whose views are kept."""


@dataclass(frozen=True, eq=False)
class ClickRequest:
    """A question about what is shown; `part` is all of it that counts, None for everything."""

    frame: Frame
    question: Question
    part: Part | None = None


@dataclass(frozen=True)
class ClickAnswer:
    """The outline in pixels of the frame, None if there is nothing, and how sure it is in 0..1."""

    mask: Mask | None
    score: float


class Answering:
    """An Asker, made when it is first needed, with what it has seen and said last.

    Any thread may call it; one at a time is served. The answer to a question depends on that
    question alone: what was asked in between and dropped is asked for it again.
    """

    def __init__(self, make: "Callable[[], AnyAsker]") -> None:
        self._make = make
        self._asker: AnyAsker | None = None
        self._lock = threading.Lock()
        self._views: OrderedDict[
            tuple[FrameId, Part | None], tuple[weakref.ref[NDArray[np.uint8]], Any]
        ] = OrderedDict()
        self._answers: dict[Question, AnyAnswer] = {}
        self._about: Any = None

    def see(self, frame: Frame, progress: Progress, cancel: CancelToken) -> None:
        """Look at a frame that will be asked about; a Job's work."""
        with self._lock:
            cancel.check()
            self._view(frame)

    def answer(self, request: ClickRequest, progress: Progress, cancel: CancelToken) -> ClickAnswer:
        """What a question points at; a Job's work. WeightsError where nobody can be asked."""
        with self._lock:
            whole = self._view(request.frame, request.part)
            left, top = (0, 0) if request.part is None else request.part[:2]
            steps = request.question.moved(-left, -top).steps
            if whole is not self._about or steps[0] not in self._answers:
                self._answers.clear()
            self._about, before = whole, None
            for step in steps:
                cancel.check()
                if step not in self._answers:
                    pixels = _pixels_of(request.frame, request.part)
                    self._answers[step] = self._ready().ask(pixels, whole, step, before)
                before = self._answers[step]
            assert before is not None, "nobody asks an empty question"
            mask = before.mask
            if mask is not None:
                mask = Mask(mask.left + left, mask.top + top, mask.pixels)
            return ClickAnswer(mask, before.score)

    def _ready(self) -> "AnyAsker":
        if self._asker is None:
            self._asker = self._make()
        return self._asker

    def _view(self, frame: Frame, part: Part | None = None) -> Any:
        """The frame as the network saw it: a picture that was read again is seen again."""
        pixels, view = self._views.get((frame.id, part), (None, None))
        if pixels is None or view is None or pixels() is not frame.pixels:
            view = self._ready().see(_pixels_of(frame, part))
            self._views[frame.id, part] = weakref.ref(frame.pixels), view
        self._views.move_to_end((frame.id, part))
        while len(self._views) > KEPT:
            self._views.popitem(last=False)
        return view


def _pixels_of(frame: Frame, part: Part | None) -> "NDArray[np.uint8]":
    if part is None:
        return frame.pixels
    left, top, right, bottom = part
    return frame.pixels[top:bottom, left:right]
