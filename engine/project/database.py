"""The open file of a project, wherever it is: at its place, in a scratch, or rescued.

A new project is a scratch until its first Edit, which brings it to its place before it is
acknowledged. Where the place has vanished or takes nothing, Edits go on in a rescued copy until
that can be brought there.
"""

import logging
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import ProjectError
from engine.project import schema
from engine.project.moving import (
    EDITS,
    IDENTITY,
    Mark,
    mark_of,
    note_of,
    peek,
    put,
    replace_content,
)
from engine.project.place import DATABASE, ProjectPlace, away_from, is_rescue, note_place
from engine.project.schema import connect, database_errors
from engine.project.scratch import forget, keep, rescue_folder, temporary_folder
from engine.project.tally import Tally
from engine.project.trouble import is_forbidden, vanished, why

logger = logging.getLogger(__name__)
_RETRY_SECONDS = 2.0
LEFT = "left"
"""A note of a rescued database: how many Edits the one it was copied from has."""
_Key = tuple[str, int, int]
# What the Projects of this process share, each in its thread: where a file's content has gone to,
# and one lock a file, so that nothing is written to it while it goes.
_moved: dict[_Key, tuple[ProjectPlace, _Key]] = {}
_locks: dict[_Key, threading.Lock] = {}


class Database:
    """One connection, and the place it belongs to.

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
        self.before_edit: Callable[[], None] = _nothing
        self.after_edit: Callable[[], None] = _nothing
        self._read_only, self._busy_seconds = read_only, busy_seconds
        self._tried_at = 0.0
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

    @property
    def is_unedited(self) -> bool:
        """Whether nobody has edited this project, so that it need not be at its place."""
        return self.place.scratch is not None and self.trouble is None

    @property
    def edits(self) -> int:
        """How many Edits were stored, when this connection last looked."""
        return self._mark.edits

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
    def writing(self, *, is_edit: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction. What a person edits is at its place, or rescued, when this ends."""
        if self.refusal is not None:
            raise self.refusal
        with database_errors(self.path), self._turn(is_edit=is_edit):
            edits = self._mark.edits
            with self._transaction(is_edit=is_edit) as connection:
                yield connection
            if self._mark.edits != edits:
                self._acknowledge()

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

    # Where the file is

    def _look_around(self) -> None:
        """Before an Edit: is the file still at its place, or could it go there?"""
        if self.trouble is not None:
            if time.monotonic() - self._tried_at > _RETRY_SECONDS:
                self.go_home(is_asked=False)
        elif self.place.scratch is not None:
            if self.place.home.exists():  # Another window has begun it, or it is an older one.
                self._move(replace(self.place, scratch=None))
        elif not self._is_there():
            self._leave(vanished(self.place))

    def _acknowledge(self) -> None:
        """After an Edit: it must be where it is said to be."""
        if self.is_unedited:
            self._begin()
        elif self.trouble is None and not self._is_there():
            self._leave(vanished(self.place))
        if self.trouble is None:
            self._tally.write(self._mark.edits)

    def _is_there(self) -> bool:
        if _key_of(self.path) == self._key:
            return True
        own = mark_of(self.connection)
        there = peek(self.path, own.identity)
        if there is None or there.identity != own.identity or there.edits < own.edits:
            return False
        self._switch(self.place)  # The folder has been away, and is back.
        return True

    def _begin(self) -> None:
        """The first Edit: the project gets its folder."""
        home = replace(self.place, scratch=None)
        for place in (home, replace(home, folder=away_from(home.root))):
            try:
                self._put(place)
            except FileExistsError as error:
                self._move(place)
                raise ProjectError(
                    "Another window has just begun a project on these pictures.",
                    hint="Make the edit again.",
                ) from error
            except (OSError, sqlite3.Error) as error:
                trouble = why(home, error)
                if not is_forbidden(error) or not home.root.is_dir():
                    break
            else:
                return
        self._leave(trouble)

    def _put(self, place: ProjectPlace) -> None:
        note_place(place)
        put(self.connection, place.home)
        self._move(place)

    def _leave(self, trouble: ProjectError) -> None:
        """Go on in a copy in the user's data folder, or where that fails in a temporary one."""
        scratch = self.place.scratch
        left = 0 if scratch is not None else mark_of(self.connection).edits
        spots = [rescue_folder(self.place.root)]
        if scratch is None:
            spots.append(temporary_folder())
        for folder in spots:
            try:
                put(self.connection, folder / DATABASE)
            except (OSError, sqlite3.Error) as error:
                logger.info("No copy could be made in %s: %s", folder, error)
                continue
            # SQLite leaves the -wal of a file that has gone: another's there would be given it.
            with suppress(sqlite3.Error):
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._move(replace(self.place, scratch=folder))
            keep(folder)
            break
        else:
            if scratch is None:
                raise trouble
            keep(scratch)
        if not is_rescue(self.place):
            where = f" Until then it is only in {self.place.scratch}."
            trouble = ProjectError(trouble.message, hint=trouble.hint + where)
        self.connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (LEFT, str(left)))
        self._set_trouble(trouble)

    def go_home(self, *, is_asked: bool) -> None:
        """Bring what is apart to its place. A folder that was deleted is made anew when asked."""
        self._tried_at = time.monotonic()
        home, apart = replace(self.place, scratch=None), self.place
        own, left = mark_of(self.connection), int(note_of(self.connection, LEFT) or 0)
        try:
            if not home.root.is_dir():
                raise vanished(home)
            if home.home.exists():
                with closing(connect(home.home)) as target:
                    # A kill may have come right after all was there.
                    if note_of(target, LEFT) != str(left) or mark_of(target) != own:
                        replace_content(target, self.path, Mark(own.identity, left))
                self._move(home)
            elif is_asked or not left:
                self._put(home)
            else:
                return
            self._arrive(apart)
        except ProjectError as error:
            self._set_trouble(error)
        except (OSError, sqlite3.Error) as error:
            self._set_trouble(why(home, error))

    def move_to(self, place: ProjectPlace) -> None:
        """Bring what is apart to another place, where no project may be yet."""
        apart = self.place
        try:
            self._put(place)
        except FileExistsError as error:
            hint = "Choose another folder."
            raise ProjectError(f"There is a project in {place.folder}.", hint=hint) from error
        except (OSError, sqlite3.Error) as error:
            raise why(place, error) from error
        self._arrive(apart)

    def _arrive(self, apart: ProjectPlace) -> None:
        self.connection.execute("DELETE FROM notes WHERE key = ?", (LEFT,))
        if apart.scratch is not None:
            forget(apart.scratch)
        self._tally.write(self._mark.edits)
        self._set_trouble(None)

    def _set_trouble(self, trouble: ProjectError | None) -> None:
        self.trouble = trouble
        self.on_change()

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
