"""One connection to a project.db, and the same for all Projects of this process when it moves."""

import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import ProjectError
from engine.project import schema
from engine.project.moving import EDITS, IDENTITY, LEFT, Mark, mark_of, note_of
from engine.project.place import ProjectPlace
from engine.project.schema import connect, database_errors
from engine.project.tally import Tally
from engine.project.trouble import vanished

_Key = tuple[str, int, int]
# What the Projects of this process share, each in its thread: where a file's content has gone to,
# and one lock a file, so that nothing is written to it while it goes.
_moved: dict[_Key, tuple[ProjectPlace, _Key]] = {}
_locks: dict[_Key, threading.Lock] = {}


class OpenFile:
    """One connection.

    `trouble` says why what is here is not at its place, None when it is; `refusal` why nothing can
    be edited; `lost_edits` how many acknowledged Edits the file has no longer; `switches` how often
    it has gone on with another file.
    """

    def __init__(
        self, place: ProjectPlace, *, read_only: bool = False, busy_seconds: float | None = None
    ) -> None:
        self.trouble: ProjectError | None = None
        self.refusal: ProjectError | None = None
        self.on_change: Callable[[], None] = _nothing
        self.on_switch: Callable[[], None] = _nothing
        self.on_join: Callable[[], None] = _nothing
        self.before_edit: Callable[[], None] = _nothing
        self.after_edit: Callable[[], None] = _nothing
        self._read_only, self._busy_seconds = read_only, busy_seconds
        self.switches = 0
        key = _key_of(place.database)
        self._open(_end_of(key) if place.scratch is not None and key in _moved else place)
        self.lost_edits = max(0, self._tally.read() - self._mark.edits)

    def _open(self, place: ProjectPlace) -> None:
        path = place.database
        self.connection = connect(path, read_only=self._read_only, busy_seconds=self._busy_seconds)
        self.place, self.path, self._key = place, path, _key_of(path)
        self._tally = Tally(path)
        _moved.pop(self._key, None)  # of a file before it, whose number it was given
        with database_errors(path):
            self._mark = mark_of(self.connection)
            version = schema.version_of(self.connection)
            is_apart = place.scratch is not None and note_of(self.connection, LEFT) is not None
        self.trouble = (self.trouble or vanished(place)) if is_apart else None
        if version > len(schema.MIGRATIONS):
            self.refusal = ProjectError(
                f"{path} was made by a newer Maskloop: it can be looked at, but not edited.",
                hint="Update Maskloop to edit this project.",
            )

    def close(self) -> None:
        """Close the file."""
        self._tally.close()
        self.connection.close()

    def follow(self) -> None:
        """Go where this file's content has gone; no question goes to one that was left."""
        if self._key in _moved:
            self._switch(_end_of(self._key))

    def query(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a question."""
        self.follow()
        with database_errors(self.path):
            try:
                return self.connection.execute(sql, tuple(values)).fetchall()
            except sqlite3.OperationalError as error:
                if "decode to UTF-8" not in str(error):
                    raise
                self.connection.text_factory = _text  # a damaged text shows as one
                return self.connection.execute(sql, tuple(values)).fetchall()

    @contextmanager
    def _turn(self, *, is_edit: bool) -> Iterator[None]:
        """Alone among this process's Projects on the file, once it is the right one."""
        seconds = schema.BUSY_SECONDS if self._busy_seconds is None else self._busy_seconds
        while True:
            key = self._key
            lock = _locks.setdefault(key, threading.Lock())
            if not lock.acquire(timeout=seconds):
                raise schema.busy_error(self.path)
            try:
                if key in _moved:
                    self._switch(_end_of(key))
                elif is_edit and not self._read_only:
                    self._look_around()
                if self._key == key:
                    yield
                    return
            finally:
                lock.release()

    def _look_around(self) -> None:
        """Before an Edit: go on with another file, where this is not the right one any more."""

    @contextmanager
    def _transaction(self, *, is_edit: bool) -> Iterator[sqlite3.Connection]:
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            start = connection.total_changes
            if is_edit:
                self.before_edit()
            before = connection.total_changes
            yield connection
            if connection.total_changes == before:
                connection.execute("ROLLBACK")
                if before != start:
                    self.on_switch()  # what was waiting is not there, after all
                return
            mark = self._count() if is_edit else self._mark
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._mark = mark
        if is_edit:
            self.after_edit()

    def _count(self) -> Mark:
        run = self.connection.execute
        run("INSERT OR IGNORE INTO notes VALUES (?, ?)", (IDENTITY, uuid.uuid4().hex))
        sql = "INSERT INTO notes VALUES (?, '1') ON CONFLICT (key) DO UPDATE SET value = value + 1"
        run(sql, (EDITS,))
        return mark_of(self.connection)

    def _is_same_file(self) -> bool:
        """Whether what is open is what has its name now."""
        return _key_of(self.path) == self._key

    def _switch(self, place: ProjectPlace) -> None:
        """Go on with another file."""
        old = self.connection
        self._tally.close()
        self._open(place)
        old.close()
        self.switches += 1
        self.on_switch()
        self.on_change()

    def _move(self, place: ProjectPlace) -> None:
        """Go on with another file, and every Project of this process with it."""
        key = self._key
        self._switch(place)
        _moved[key] = place, self._key


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _nothing() -> None:
    """Nobody listens."""


def _key_of(path: Path) -> _Key:
    try:
        found = os.stat(path)
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_dev, found.st_ino


def _end_of(key: _Key) -> ProjectPlace:
    """Where the content of a file has gone to, over all its moves."""
    place, key = _moved[key]
    while key in _moved:
        place, key = _moved[key]
    return place
