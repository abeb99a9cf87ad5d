"""What is seen of files before they are read: which there are, and the ends of what they hold.

Endings in capitals are the same endings: some cameras and systems write them so.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from engine.errors import DatasetError
from engine.regular_files import open_regular

_BYTES = 4096
_ANY_SIZE = 1 << 50
_seen: ContextVar[dict[tuple[Path, str], list[str]] | None] = ContextVar("seen", default=None)
"""By folder and ending, empty for the folders: what `each_once` has listed."""


def peek(path: Path, suffix: str) -> str:
    """Both ends of a file whose name ends so; empty for anything else."""
    if path.suffix.lower() != suffix:
        return ""
    try:
        with open_regular(path, _ANY_SIZE, DatasetError) as file:
            head = file.read(_BYTES)
            size = os.fstat(file.fileno()).st_size
            file.seek(max(len(head), size - _BYTES))
            data = head + b"\n" + file.read(_BYTES)
    except (OSError, ValueError, DatasetError):
        return ""
    return data.decode("utf-8", "replace").lstrip("\ufeff").lstrip()


@contextmanager
def each_once() -> Iterator[None]:
    """While this block runs in its thread, a folder of many files is listed once for each ending:
    whatever recognises a layout asks for the same again."""
    before = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(before)


def files_in(folder: Path, suffix: str, most: int = 40) -> list[Path]:
    """The first files of a folder whose names end so, sorted; hidden ones are left out."""
    return [folder / name for name in _listed(folder, suffix)[:most]]


def _listed(folder: Path, suffix: str) -> list[str]:
    """The names of all of them, or those of all folders without an ending."""
    seen, key = _seen.get(), (folder, suffix)
    if seen is not None and key in seen:
        return seen[key]
    try:
        with os.scandir(folder) as entries:
            wanted = (e for e in entries if not e.name.startswith("."))
            found = sorted(e.name for e in wanted if _is_wanted(e, suffix))
    except OSError:
        found = []
    if seen is not None:
        seen[key] = found
    return found


def _is_wanted(entry: os.DirEntry[str], suffix: str) -> bool:
    return entry.name.lower().endswith(suffix) if suffix else entry.is_dir()


def files_below(folder: Path, endings: Iterable[str]) -> Iterator[str]:
    """Paths of the files below a folder that end so, in no order; hidden ones are left out."""
    wanted = tuple(endings)
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(wanted) and not name.startswith("."):
                yield os.path.join(place, name)


def spelled(path: Path) -> Path:
    """The file of this name, or else that of the same in capitals or with such an ending; the path
    itself where none is there."""
    if os.path.isfile(path):
        return path
    others = (path.with_suffix(path.suffix.upper()), path.with_name(path.name.upper()))
    return next((other for other in others if os.path.isfile(other)), path)


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, sorted; hidden ones are left out."""
    return [folder / name for name in _listed(folder, "")]
