"""The open file of a project, wherever it is: at its place, in a scratch, or rescued.

A new project is a scratch until its first Edit, which brings it to its place before it is
acknowledged. Where the place has vanished or takes nothing, Edits go on in a rescued copy until
that can be brought there.
"""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

from engine.errors import ProjectError
from engine.project import schema
from engine.project.moving import (
    LEFT,
    Mark,
    mark_of,
    note_of,
    peek,
    put,
    replace_content,
)
from engine.project.open_file import OpenFile
from engine.project.place import DATABASE, ProjectPlace, away_from, is_rescue, note_place
from engine.project.schema import connect, database_errors
from engine.project.scratch import forget, keep, rescue_folder, temporary_folder
from engine.project.trouble import is_forbidden, vanished, why

logger = logging.getLogger(__name__)
_RETRY_SECONDS = 2.0


class Database(OpenFile):
    """An open file, and the place it belongs to."""

    _tried_at = 0.0

    @property
    def is_unedited(self) -> bool:
        """Whether nobody has edited this project, so that it need not be at its place."""
        return self.place.scratch is not None and self.trouble is None

    @property
    def edits(self) -> int:
        """How many Edits were stored, when this connection last looked."""
        return self._mark.edits

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

    def join(self) -> None:
        """Go over to the project that another window has begun since this one was opened."""
        home = self.place.home
        if not self.is_unedited or self._read_only or not home.exists():
            return
        if schema.stored_version(home) == len(schema.MIGRATIONS):  # an older one waits for an Edit
            with database_errors(self.path), self._turn(is_edit=True):
                pass

    def _look_around(self) -> None:
        """Before an Edit: is the file still at its place, or could it go there?"""
        if self.trouble is not None:
            if time.monotonic() - self._tried_at > _RETRY_SECONDS:
                self.go_home(is_asked=False)
        elif self.place.scratch is not None:
            if self.place.home.exists():  # Another window has begun it, or it is an older one.
                self._move(replace(self.place, scratch=None))
                self.on_join()
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
        if self._is_same_file():
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
