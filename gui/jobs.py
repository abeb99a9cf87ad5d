"""Work too long for the GUI thread. The only file that knows threads.

A Job lives in the GUI thread and never moves; its work runs in a pool thread and talks back by
queued signals, so every signal below arrives in the GUI thread.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThreadPool, Signal, Slot

from engine.errors import AppError
from engine.jobs import Cancelled, CancelToken, Progress

logger = logging.getLogger(__name__)

Work = Callable[[Progress, CancelToken], Any]
"""Takes progress and cancel, gives the result; runs in a pool thread and knows no Qt."""

PROGRESS_PERIOD = 0.05
THREADS = 12
PROMISED_SECONDS = 300.0
"""How long what was promised may take when the window closes: a disk that has gone hangs."""


class Job(QObject):
    """One piece of work: started once, ends in exactly one of finished, failed and cancelled."""

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)  # always an AppError
    cancelled = Signal()
    ended = Signal()
    crashed = Signal(object)  # an exception nobody expected; `failed` follows
    _reported = Signal(str, object)

    def __init__(
        self,
        work: Work,
        parent: QObject,
        *,
        text: str = "",
        about: Any = None,
        is_quiet: bool = False,
        is_promised: bool = False,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.is_quiet = is_quiet
        self.is_promised = is_promised
        self.about = about
        self.is_running = False
        self._work = work
        self._cancel = CancelToken()
        self._last_progress = 0.0
        self._reported.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop; `cancelled` follows unless it was done already."""
        self._cancel.cancel()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._cancel.is_cancelled

    def run(self) -> None:
        """Do the work; called in a pool thread, by `Jobs` only."""
        try:
            self._cancel.check()
            outcome, value = "finished", self._work(self._progress, self._cancel)
        except Cancelled:
            outcome, value = "cancelled", None
        except AppError as error:
            outcome, value = "failed", error
        except Exception as error:
            outcome, value = "crashed", error
        try:
            self._reported.emit(outcome, value)
        except RuntimeError:
            # The window was destroyed while we worked: nobody is left to hear it.
            logger.debug("The answer of %r came after the window was gone.", self.text)

    def _progress(self, done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if done < total and now - self._last_progress < PROGRESS_PERIOD:
            return
        self._last_progress = now
        self._reported.emit("progress", (done, total, text))

    @Slot(str, object)
    def _deliver(self, outcome: str, value: Any) -> None:
        if outcome == "progress":
            self.progressed.emit(*value)
            return
        self.is_running = False
        if self._cancel.is_cancelled and outcome != "crashed":
            outcome = "cancelled"
        if outcome == "finished":
            self.finished.emit(value)
        elif outcome == "cancelled":
            self.cancelled.emit()
        else:
            if outcome == "crashed":
                self.crashed.emit(value)
                text, kind = self.text or self.tr("A job"), type(value).__name__
                value = AppError(
                    self.tr("{0} stopped unexpectedly: {1}.").format(text, kind),
                    hint=self.tr("The report says more; the window goes on."),
                )
            self.failed.emit(value)
        self.ended.emit()


class Jobs(QObject):
    """Starts Jobs and keeps them until they end."""

    started = Signal(object)
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Job] = []
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._pool.setExpiryTimeout(-1)
        self._is_closed = self._is_closing = False
        self.broken_promises: list[AppError] = []
        """What went wrong with what was promised, while it closed: nobody has heard of it."""

    def create(
        self,
        work: Work,
        *,
        text: str = "",
        about: Any = None,
        is_quiet: bool = False,
        is_promised: bool = False,
    ) -> Job:
        """A Job to connect to and then `start`.

        With a text, it shows in the status bar, a quiet one not before it tells its progress.
        `about` is the caller's note to itself. What is promised is done even when all is closed.
        """
        options = {"is_quiet": is_quiet, "is_promised": is_promised}
        return Job(work, self, text=text, about=about, **options)

    def start(self, job: Job) -> None:
        """Run the Job in a pool thread. After `close` nothing starts any more; while it waits,
        only what is promised does."""
        if self._is_closed and not (self._is_closing and job.is_promised):
            return
        self._running.append(job)
        if job.is_promised:
            job.failed.connect(self._on_broken)
        job.is_running = True
        job.crashed.connect(self.crashed)
        job.ended.connect(self._forget)
        self._pool.start(job.run)
        self.started.emit(job)

    @property
    def running(self) -> tuple[Job, ...]:
        """The Jobs that have not ended."""
        return tuple(self._running)

    def close(self, seconds: float = 20.0) -> bool:
        """Cancel every Job but what is promised, wait for all and deliver their last word; False if
        one hangs."""
        self._is_closed = self._is_closing = True
        for job in self._running:
            if not job.is_promised:
                job.cancel()
        is_done = True
        while is_done and self._running:
            has_promise = any(job.is_promised for job in self._running)
            patience = PROMISED_SECONDS if has_promise else seconds
            is_done = self._pool.waitForDone(int(patience * 1000))
            for job in tuple(self._running):
                QCoreApplication.sendPostedEvents(job)  # What it promised next may start now.
        self._is_closing = False
        if not is_done:
            texts = [job.text for job in self._running]
            logger.warning("These jobs did not stop in time: %s", texts)
        return is_done

    @Slot(object)
    def _on_broken(self, error: AppError) -> None:
        if self._is_closing:
            self.broken_promises.append(error)

    @Slot()
    def _forget(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and job in self._running:
            self._running.remove(job)
            job.deleteLater()


class Mailbox(QObject):
    """A box of one value from a Job to the GUI thread: the newest wins, nothing queues."""

    arrived = Signal(object)
    _filled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._value: Any = None
        self._is_full = False
        self.dropped = 0
        self._filled.connect(self._empty, Qt.ConnectionType.QueuedConnection)

    def put(self, value: Any) -> None:
        """Replace whatever is in the box; may be called from any thread."""
        with self._lock:
            was_full, self._value, self._is_full = self._is_full, value, True
            self.dropped += was_full
        if not was_full:
            self._filled.emit()

    @Slot()
    def _empty(self) -> None:
        with self._lock:
            value, self._value, self._is_full = self._value, None, False
        self.arrived.emit(value)


class Outbox(QObject):
    """Values from a Job to the GUI thread, every one of them, in order."""

    arrived = Signal(object)
    _sent = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sent.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def put(self, value: Any) -> None:
        """Send one value; may be called from any thread."""
        self._sent.emit(value)

    @Slot(object)
    def _deliver(self, value: Any) -> None:
        self.arrived.emit(value)
