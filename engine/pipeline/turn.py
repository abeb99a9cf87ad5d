"""A backend's turns: one thread at a time, and whoever waits can be called off."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.backends.backend import Backend
from engine.jobs import CancelToken, Progress

# Seconds a thread waits for its turn before it looks whether it should go.
_PATIENCE = 0.1


class Turn:
    """The network of a backend for one thread alone."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, progress: Progress, cancel: CancelToken, *, is_watched: bool) -> Iterator[None]:
        """Wait for it and hold it; watched, the network tells its progress and can be stopped."""

        def watch(done: int, total: int) -> None:
            cancel.check()
            progress(done, total, "")

        while not self._lock.acquire(timeout=_PATIENCE):
            cancel.check()  # The other one may be slow.
        try:
            if is_watched:
                self._backend.watch(watch)
            yield
        finally:
            if is_watched:
                self._backend.watch(None)
            self._lock.release()
