"""A database as a whole from one file to another: a kill leaves the old file or the new one."""

import errno
import os
import sqlite3
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ProjectError
from engine.project.schema import transaction

_PREFIX, _SUFFIX = ".moving-", ".db"
_STALE_SECONDS = 3600
IDENTITY, EDITS = "identity", "edits"
"""Notes: which project this is, and how many Edits were stored in it."""
LEFT = "left"
"""A note of a rescued database: how many Edits the one it was copied from has."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which project a file holds, and how far it has come; "" for one never edited."""

    identity: str
    edits: int


def note_of(connection: sqlite3.Connection, key: str) -> str | None:
    """A note of an open database."""
    found = connection.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
    return None if found is None else str(found[0])


def mark_of(connection: sqlite3.Connection) -> Mark:
    """The mark of an open database."""
    sql = "SELECT key, value FROM notes WHERE key IN (?, ?)"
    found = dict(connection.execute(sql, (IDENTITY, EDITS)).fetchall())
    edits = str(found.get(EDITS, ""))
    return Mark(str(found.get(IDENTITY, "")), int(edits) if edits.isdecimal() else 0)


def reading(path: Path) -> sqlite3.Connection:
    """A database that is only read, but may tidy up its -wal: mode=ro would leave that behind."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=1.0, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def peek(path: Path, identity: str | None = None) -> Mark | None:
    """The mark of a file, that may be the project of this identity; None where none can be read."""
    if not path.is_file():
        return None
    try:
        # Another file put in the place of an open one finds that one's -wal beside it, and SQLite
        # would take it for its own: so first without.
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            main = mark_of(connection)
        if identity is not None and main.identity != identity:
            return main
        with closing(reading(path)) as connection:
            return mark_of(connection)
    except sqlite3.Error:
        return None


def put(source: sqlite3.Connection, target: Path, *, replaces: bool = False) -> None:
    """Copy an open database into a file that appears whole, and is on the disk by then.

    FileExistsError where there is one already, unless it is to be replaced.
    """
    is_new = not target.parent.is_dir()
    if target.parent.exists() and is_new:
        raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(target.parent))
    target.parent.mkdir(parents=True, exist_ok=True)
    _drop_stale(target.parent)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            source.backup(copy)
        _flush(temporary)
        os.chmod(temporary, 0o644)
        if replaces:
            os.replace(temporary, target)
        else:
            _link(temporary, target)
        _flush(target.parent)
    except BaseException:
        with suppress(OSError):
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            if is_new:
                target.parent.rmdir()
        raise


def replace_content(target: sqlite3.Connection, source: Path, expected: Mark) -> None:
    """Give an open database all rows of another file; others that have it open see them.

    ProjectError where it is not, or no longer, as expected.
    """
    target.execute("PRAGMA foreign_keys = OFF")
    target.execute("ATTACH ? AS other", (str(source),))
    try:
        with transaction(target):
            if mark_of(target) != expected:
                raise ProjectError(
                    "The project there was changed meanwhile.",
                    hint="Choose another place for this one.",
                )
            for (table,) in _tables(target):
                target.execute(f'DELETE FROM main."{table}"')
                target.execute(f'INSERT INTO main."{table}" SELECT * FROM other."{table}"')
            target.execute("DELETE FROM main.sqlite_sequence")
            target.execute("INSERT INTO main.sqlite_sequence SELECT * FROM other.sqlite_sequence")
    finally:
        target.execute("DETACH other")
        target.execute("PRAGMA foreign_keys = ON")


def _tables(connection: sqlite3.Connection) -> list[tuple[str]]:
    sql = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return connection.execute(sql).fetchall()


def _link(temporary: Path, target: Path) -> None:
    """Give the file its name, but never another's."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError(str(target)) from None
        os.rename(temporary, target)
        return
    temporary.unlink()


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop_stale(folder: Path) -> None:
    """Remove what a killed process left here long ago."""
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink()
