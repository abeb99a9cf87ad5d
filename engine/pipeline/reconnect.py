"""When a lost camera or address is tried again, and what is told of it meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import SourceError


@dataclass(frozen=True)
class Reconnect:
    """Seconds to wait before each try: `first`, then twice as long up to `most`, `limit` in all."""

    first: float = 0.5
    most: float = 8.0
    limit: float = 120.0

    def waits(self) -> Iterator[float]:
        """The waits, until the limit is reached."""
        wait, total = self.first, 0.0
        while total + wait <= self.limit:
            yield wait
            total += wait
            wait = min(2 * wait, self.most)


@dataclass(frozen=True)
class Lost:
    """A Source that sends nothing any more: try number `tries` begins in `wait` seconds.

    With `wait` None nothing is tried any more, until somebody plays it again.
    """

    error: SourceError
    tries: int
    wait: float | None
