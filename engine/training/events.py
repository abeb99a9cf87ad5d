"""What a training tells while it runs: events, one dictionary each."""

from collections.abc import Callable
from typing import Any

from engine.jobs import Progress

Emit = Callable[[dict[str, Any]], None]


def progress_events(emit: Emit) -> Progress:
    """Progress of what is not an epoch, told as events."""

    def tell(done: int, total: int, text: str) -> None:
        emit({"event": "progress", "done": done, "total": total, "text": text})

    return tell
