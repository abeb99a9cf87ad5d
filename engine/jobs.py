"""What long work and its caller share: progress, cancellation and the newest value."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

# Called with steps done, steps in all (0 when unknown) and a short text.
Progress = Callable[[int, int, str], None]


def no_progress(done: int, total: int, text: str) -> None:
    """Ignore progress."""


def within(progress: Progress, done: int, total: int) -> Progress:
    """Progress inside one step of longer work: the step's own counts stand in the text."""

    def tell(part: int, parts: int, text: str) -> None:
        progress(done, total, f"{text} {part} / {parts}".strip())

    return tell


class Cancelled(Exception):  # noqa: N818 - not an error
    """The work was asked to stop, and did."""


class CancelToken:
    """Asks work in another thread to stop; the work calls `check()` once per frame or batch."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if stopping was asked for."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; True at once when cancelled."""
        return self._event.wait(seconds)


class Latest(Generic[T]):
    """A box of one value between two threads: the newest wins, nothing queues.

    `dropped` counts values that were replaced before anyone took them.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._value: T | None = None
        self._closed = False
        self.dropped = 0

    def put(self, value: T) -> None:
        """Replace whatever is in the box."""
        with self._condition:
            if self._value is not None:
                self.dropped += 1
            self._value = value
            self._condition.notify_all()

    def take(self, timeout: float) -> T | None:
        """Wait for a value and remove it; None after `timeout` s, or when closed and empty."""
        with self._condition:
            self._condition.wait_for(lambda: self._value is not None or self._closed, timeout)
            value, self._value = self._value, None
            self._condition.notify_all()
            return value

    def wait_taken(self, timeout: float) -> bool:
        """Wait until the box is empty; False after `timeout` s or when closed and full."""
        with self._condition:
            self._condition.wait_for(lambda: self._value is None or self._closed, timeout)
            return self._value is None

    def put_if_empty(self, value: T) -> None:
        """Put what is no news: it replaces nothing."""
        with self._condition:
            if self._value is None:
                self._value = value
                self._condition.notify_all()

    def close(self) -> None:
        """Wake every waiting `take`; nothing more will come."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether the giving side has ended."""
        with self._condition:
            return self._closed
