"""Databases that are not at their place: of projects nobody has edited yet, and rescued ones."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from engine.files import locked
from engine.jobs import CancelToken
from engine.labels import with_background
from engine.project.moving import LEFT, note_of, put, reading
from engine.project.place import DATABASE, ProjectPlace, rescues_from
from engine.project.schema import connect, database_errors, migrate

_kept: set[Path] = set()
_PREFIX, _LOCK = "maskloop-", ".held"


@cache
def process_folder() -> Path:
    """A temporary folder of this process, removed when it ends."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    held = ExitStack()
    with suppress(OSError):  # Then nobody sweeps it.
        held.enter_context(locked(folder / _LOCK))
    atexit.register(_clear, folder, held)
    return folder


def _clear(folder: Path, held: ExitStack) -> None:
    for scratch in folder.glob("*"):
        if scratch not in _kept:
            shutil.rmtree(scratch, ignore_errors=True)
    held.close()
    _remove(folder)


def _remove(folder: Path) -> None:
    """Delete the folder of a process unless something is left in it; that may be swept later."""
    with suppress(OSError):
        if not any(path.is_dir() for path in folder.iterdir()):
            (folder / _LOCK).unlink(missing_ok=True)
        folder.rmdir()


def keep(folder: Path) -> None:
    """Leave this scratch when the process ends: it holds Edits that could be brought nowhere."""
    _kept.add(folder)


def temporary_folder() -> Path:
    """A new folder in it."""
    return Path(tempfile.mkdtemp(dir=process_folder()))


def new_scratch(place: ProjectPlace) -> ProjectPlace:
    """The same place with a database in the temporary folder: empty, or a copy of the seed."""
    folder = temporary_folder()
    database = folder / DATABASE
    with database_errors(database):
        if place.seed is None:
            with closing(sqlite3.connect(database, isolation_level=None)) as connection:
                migrate(connection)
                (label,) = with_background(())
                values = (label.id, 0, label.name, bytes(label.color).hex())
                sql = "INSERT INTO labels (id, position, name, color) VALUES (?, ?, ?, ?)"
                connection.execute(sql, values)
        else:
            _copy(place.seed, database)
            connect(database).close()
    return replace(place, scratch=folder, seed=None)


def _copy(source: Path, target: Path) -> None:
    if os.access(source.parent, os.W_OK):
        with closing(reading(source)) as connection:
            put(connection, target)
        return
    for end in ("", "-wal"):  # SQLite itself reads no -wal where it may write no -shm
        file = source.with_name(source.name + end)
        if file.is_file():
            shutil.copyfile(file, target.with_name(target.name + end))


def rescue_folder(root: Path) -> Path:
    """A folder that is still free, for what was edited in a project whose folder has vanished."""
    free = [folder for folder in rescues_from(root) if not (folder / DATABASE).exists()]
    return free[0] if free else temporary_folder()


def settled(place: ProjectPlace) -> ProjectPlace:
    """The same place, where a copy of its seed is from now on."""
    scratch = new_scratch(place)
    home = replace(scratch, scratch=None)
    try:
        with database_errors(home.home), closing(sqlite3.connect(scratch.database)) as connection:
            put(connection, home.home)
    finally:
        discard(scratch)
    return home


def forget(folder: Path) -> None:
    """Delete a database that has been brought to its place; nothing else."""
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            (folder / (DATABASE + end)).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def discard(place: ProjectPlace) -> None:
    """Forget a scratch in the temporary folder that holds nothing a person has made."""
    folder = place.scratch
    if folder is None or folder in _kept or not folder.is_relative_to(process_folder()):
        return
    shutil.rmtree(folder, ignore_errors=True)


def sweep(cancel: CancelToken) -> int:
    """Delete what killed processes have left in the temporary folder; gives how many folders.

    A living process holds its folder's lock; what holds Edits stays whoever made it.
    """
    count, own = 0, os.getuid() if hasattr(os, "getuid") else None
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        cancel.check()
        with suppress(OSError):
            is_ours = own in (None, folder.lstat().st_uid) and not folder.is_symlink()
            if is_ours and (folder / _LOCK).is_file():
                with locked(folder / _LOCK):
                    _sweep(folder)
                _remove(folder)
                count += not folder.exists()
    return count


def _sweep(folder: Path) -> None:
    for scratch in folder.iterdir():
        if scratch.is_dir() and not scratch.is_symlink() and not _holds_edits(scratch / DATABASE):
            shutil.rmtree(scratch, ignore_errors=True)


def _holds_edits(database: Path) -> bool:
    """Whether this could be brought nowhere else; a damaged one is left, too."""
    if not database.is_file():
        return False
    try:
        with closing(reading(database)) as connection:
            return note_of(connection, LEFT) is not None
    except sqlite3.Error:
        return True
