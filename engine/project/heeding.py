"""Stopping in the middle of a statement that may take seconds."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import ProjectError
from engine.jobs import CancelToken

_STEPS = 20_000
"""So far SQLite goes between two looks at the token: some milliseconds."""


@contextmanager
def heeding(connection: sqlite3.Connection, cancel: CancelToken | None) -> Iterator[None]:
    """Stop what this connection does inside when that is asked for; its transaction fails."""
    if cancel is None:
        yield
        return
    token = cancel

    def is_stopped() -> int:
        return int(token.is_cancelled)

    connection.set_progress_handler(is_stopped, _STEPS)
    try:
        yield
    except (sqlite3.OperationalError, ProjectError):
        cancel.check()
        raise
    finally:
        connection.set_progress_handler(None, 0)
