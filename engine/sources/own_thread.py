"""A thread for a device that may never answer: it is asked, and given up when it takes too long."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from queue import SimpleQueue
from typing import Any, TypeVar

from engine.jobs import CancelToken

T = TypeVar("T")
_PATIENCE = 0.1


class OwnThread:
    """Does one thing after another. What hangs in a driver cannot be ended: it is left behind, and
    what was asked last is done should it ever come back."""

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def ask(self, work: Callable[[], T], seconds: float, cancel: CancelToken | None = None) -> T:
        """What the work gives; TimeoutError when it has not in so many seconds."""
        future: Future[T] = Future()
        self._asked.put((work, future))
        until = time.monotonic() + seconds
        while not wait((future,), min(_PATIENCE, max(0.0, until - time.monotonic()))).done:
            if cancel is not None:
                cancel.check()
            if time.monotonic() >= until:
                raise TimeoutError
        return future.result()

    def end(self, last: Callable[[], None]) -> None:
        """Do this at the end, without waiting for it."""
        self._asked.put((last, Future()))
        self._asked.put(None)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            work, future = asked
            try:
                future.set_result(work())
            except BaseException as error:  # Raised where it was asked.
                future.set_exception(error)
