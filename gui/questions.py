"""What a controller asks of the engine: one thing at a time, one after another, or the newest of
many questions.

All are children of the controller that asks; it connects their signals to its own slots. A Job
that is still running when they go ends by itself, and nobody hears it.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.jobs import Job, Jobs, Work

Make = Callable[[Any], Job]
"""Turns a question into its Job, not started yet."""


class OneJob(QObject):
    """One Job at a time: while it runs, another one is refused."""

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)
    running_changed = Signal(bool)
    ended = Signal()  # by itself, however that went; not when it is forgotten

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether it runs; still so while `finished` and `failed` are heard."""
        return self._job is not None

    def start(self, work: Work, *, text: str = "", is_promised: bool = False) -> bool:
        """Do this work; False, and nothing happens, while other work runs."""
        if self._job is not None:
            return False
        job = self._job = self._jobs.create(work, text=text, is_promised=is_promised)
        job.progressed.connect(self.progressed)
        job.finished.connect(self.finished)
        job.failed.connect(self.failed)
        job.ended.connect(self._on_ended)
        self._jobs.start(job)
        self.running_changed.emit(True)
        return True

    @Slot()
    def cancel(self) -> None:
        """Ask it to stop; it runs until it has."""
        if self._job is not None:
            self._job.cancel()

    def forget(self) -> None:
        """Cancel it and hear nothing more of it: other work may start at once."""
        job, self._job = self._job, None
        if job is None:
            return
        job.cancel()
        job.progressed.disconnect(self.progressed)
        job.finished.disconnect(self.finished)
        job.failed.disconnect(self.failed)
        job.ended.disconnect(self._on_ended)
        self.running_changed.emit(False)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self.running_changed.emit(False)
        self.ended.emit()


class JobsInTurn(QObject):
    """One Job at a time, and none is refused or given up when the window closes: for what a person
    asks for and expects to happen."""

    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[tuple[Work, str]] = deque()
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self.finished)
        self._one.failed.connect(self.failed)
        self._one.ended.connect(self._next)

    def start(self, work: Work, *, text: str = "") -> None:
        """Do this work after what was asked before."""
        self._waiting.append((work, text))
        self._next()

    @Slot()
    def _next(self) -> None:
        if self._waiting and not self._one.is_running:
            work, text = self._waiting.popleft()
            self._one.start(work, text=text, is_promised=True)


class NewestJob(QObject):
    """One Job at a time for the newest question: while it runs, only the newest further one waits.

    A question equal to the one asked last is not asked again until that is forgotten; where asking
    again makes sense, questions compare by identity.
    """

    answered = Signal(object, object)  # the question and its answer
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._asked: Any = None
        self._waiting: tuple[Any, Make] | None = None

    @property
    def running(self) -> Any:
        """The question whose answer is on its way; None without one, or when it is forgotten."""
        return self._asked if self._job is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether an answer is on its way or waits its turn."""
        return self.running is not None or self._waiting is not None

    def ask(self, question: Any, make: Make) -> None:
        """Ask this next, instead of what waits; with None, nothing.

        `make` is called when its turn comes, so that it knows the answers of before.
        """
        is_known = question is None or question == self._asked
        self._waiting = None if is_known else (question, make)
        self._next()

    def forget(self) -> None:
        """No answer is wanted any more: cancel what runs and drop what waits."""
        self._asked = self._waiting = None
        if self._job is not None:
            self._job.cancel()

    def _next(self) -> None:
        if self._job is not None or self._waiting is None:
            return
        (self._asked, make), self._waiting = self._waiting, None
        self._job = make(self._asked)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._jobs.start(self._job)

    @Slot(object)
    def _on_finished(self, answer: Any) -> None:
        self.answered.emit(self._asked, answer)

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        # A Job that was cancelled can still crash, and then it fails.
        if self._job is not None and not self._job.is_cancelled:
            self.failed.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self._next()
