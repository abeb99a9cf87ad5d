"""Backups of project.db beside it, made while somebody works, and put back when it is damaged."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ProjectError
from engine.files import disk_errors
from engine.jobs import Cancelled, CancelToken
from engine.project.moving import mark_of, put, reading
from engine.project.salvage import keep_damaged
from engine.project.schema import DamagedProjectError, database_errors

COUNT = 3
SECONDS, EDITS = 86_400.0, 300
"""A backup is due when the newest is so old, or so many Edits behind."""
_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, when it was made, and how many Edits it has."""

    path: Path
    made_at: float
    edits: int


def backups(database: Path) -> tuple[Backup, ...]:
    """Those there are, the newest first."""
    found = []
    for path in _paths(database):
        with suppress(OSError, sqlite3.Error), closing(reading(path)) as connection:
            found.append(Backup(path, path.stat().st_mtime, mark_of(connection).edits))
    return tuple(sorted(found, key=_made_at, reverse=True))


def is_due(database: Path, edits: int) -> bool:
    """Whether a project with so many Edits should be backed up now."""
    newest = next(iter(backups(database)), None)
    if newest is None:
        return True
    return time.time() - newest.made_at > SECONDS or edits - newest.edits >= EDITS


def check(database: Path, cancel: CancelToken) -> None:
    """Read every page. DamagedProjectError where SQLite finds a mistake in one."""
    with database_errors(database), closing(reading(database)) as connection:
        found = _check(connection, cancel)
    if found != "ok":
        raise DamagedProjectError(
            f"The project's database {database} is damaged: {found}.", database
        )


def back_up(database: Path, cancel: CancelToken) -> Path:
    """Make a new backup of what is sound, and forget the oldest."""
    check(database, cancel)
    newest, *older = _paths(database)
    with (
        database_errors(database),
        disk_errors(newest),
        closing(reading(database)) as connection,
    ):
        new = newest.with_name(f"{database.name}.backup-new")
        put(connection, new, replaces=True)
        for path, place in zip((newest, *older[:-1])[::-1], older[::-1], strict=True):
            if path.is_file():
                os.replace(path, place)
        os.replace(new, newest)
    return newest


def restore(database: Path, backup: Path) -> Path:
    """Put a backup in the place of a damaged database; gives where that is kept now."""
    with disk_errors(database), database_errors(backup), closing(reading(backup)) as connection:
        found = _check(connection, CancelToken())
        if found != "ok":
            hint = "Try another backup, or repair the database."
            raise ProjectError(f"The backup {backup.name} is damaged too.", hint=hint)
        damaged = database.with_name(f"{database.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
        if database.is_file():
            keep_damaged(database, damaged)
        put(connection, database, replaces=True)
    return damaged


def put_aside(database: Path) -> Path:
    """Keep a database of which nothing can be used under another name; a new one may begin."""
    with disk_errors(database):
        damaged = database.with_name(f"{database.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
        keep_damaged(database, damaged)
        database.unlink()
    return damaged


def _paths(database: Path) -> list[Path]:
    return [database.with_name(f"{database.name}.backup-{n + 1}") for n in range(COUNT)]


def _made_at(backup: Backup) -> float:
    return backup.made_at


def _check(connection: sqlite3.Connection, cancel: CancelToken) -> str:
    """What SQLite says of all pages: "ok", or the first mistake."""

    def is_cancelled() -> int:
        return int(cancel.is_cancelled)

    connection.set_progress_handler(is_cancelled, _STEPS)
    try:
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if cancel.is_cancelled:
            raise Cancelled from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
