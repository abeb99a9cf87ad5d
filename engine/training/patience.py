"""A stop that waits a little for what is nearly done."""

import time

from engine.jobs import Cancelled, CancelToken


class Patience(CancelToken):
    """Passes another token's cancel on, so many seconds after it first saw it."""

    def __init__(self, stop: CancelToken, seconds: float) -> None:
        super().__init__()
        self._stop, self._seconds = stop, seconds
        self._since: float | None = None

    def check(self) -> None:
        """Raise `Cancelled` if stopping was asked for long enough ago."""
        if not self._stop.is_cancelled:
            return
        self._since = time.monotonic() if self._since is None else self._since
        if time.monotonic() - self._since >= self._seconds:
            self.cancel()
            raise Cancelled
