"""Looks at frames ahead and asks about what is shown; the newest question wins."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.click.question import Question
from engine.values import Frame
from gui.click.answering import Answering, ClickAnswer, ClickRequest, Part
from gui.jobs import Job, Jobs
from gui.questions import NewestJob

if TYPE_CHECKING:
    from engine.click.contract import AnyAsker


class ClickController(QObject):
    """Nothing of it runs in the GUI thread; what is seen ahead waits for nobody's click."""

    answered = Signal(object, object)
    """The Question and its ClickAnswer."""
    seen = Signal(object)
    """A Frame about which questions are answered at once from now on."""
    busy_changed = Signal(str)
    """What it is doing now, for people; nothing when it is done."""
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._answering: Answering | None = None
        self._frame: Frame | None = None
        self._seeing, self._ahead, self._asking = (NewestJob(jobs, self) for _ in range(3))
        for one in (self._seeing, self._asking):
            one.failed.connect(self._on_failed)
        self._seeing.answered.connect(self._on_seen)
        self._asking.answered.connect(self._on_answered)

    @property
    def has_asker(self) -> bool:
        """Whether it is known whom to ask."""
        return self._answering is not None

    def use(self, make: "Callable[[], AnyAsker] | None") -> None:
        """Ask this from now on, made when it is first needed; None for nobody."""
        self._answering = Answering(make) if make is not None else None
        for one in (self._seeing, self._ahead, self._asking):
            one.forget()
        if self._frame is not None:
            self.look(self._frame)

    def look(self, frame: Frame | None) -> None:
        """This is shown now: look at it before anybody asks. None: nothing is to be asked."""
        if frame is not self._frame:
            self._asking.forget()
        self._frame = frame
        if frame is None or self._answering is None:
            self._seeing.forget()
            self.busy_changed.emit("")
            return
        self._seeing.ask((self._answering, frame.id, id(frame)), self._see(frame))
        self._tell_looking()

    def look_ahead(self, frame: Frame) -> None:
        """This will probably be shown next."""
        if self._answering is not None and self._seeing.running is None:
            self._ahead.ask((self._answering, frame.id, id(frame)), self._see(frame))

    def ask(self, question: Question, part: Part | None = None) -> None:
        """What does this point at in what is shown, or in a part of it?"""
        if question.is_empty or self._frame is None or self._answering is None:
            self._asking.forget()
            self._tell_looking()
            return
        self.busy_changed.emit(self.tr("Outlining…"))
        request, work = ClickRequest(self._frame, question, part), self._answering.answer
        self._asking.ask(request, lambda r: self._jobs.create(partial(work, r), is_quiet=True))

    def _tell_looking(self) -> None:
        """Nobody asks: what was said of an answer holds no longer."""
        text = self.tr("Looking at the picture…") if self._seeing.is_busy else ""
        self.busy_changed.emit(text)

    def _see(self, frame: Frame) -> Callable[[object], Job]:
        assert self._answering is not None
        work = partial(self._answering.see, frame)
        return lambda _: self._jobs.create(work, text=self.tr("Looking at it"), is_quiet=True)

    @Slot(object, object)
    def _on_seen(self, question: object, nothing: None) -> None:
        if self._asking.running is None:
            self.busy_changed.emit("")
        if self._frame is not None:
            self.seen.emit(self._frame)

    @Slot(object, object)
    def _on_answered(self, request: ClickRequest, answer: ClickAnswer) -> None:
        self.busy_changed.emit("")
        if request.frame is self._frame:
            self.answered.emit(request.question, answer)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self.busy_changed.emit("")
        self.failed.emit(error)
