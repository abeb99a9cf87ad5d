"""What is seen of files before they are read: which there are, and the ends of what they hold.

Endings in capitals are the same endings: some cameras and systems write them so.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.errors import DatasetError
from engine.regular_files import open_regular

_BYTES = 4096
_ANY_SIZE = 1 << 50


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


def files_in(folder: Path, suffix: str, most: int = 40) -> list[Path]:
    """The first files of a folder whose names end so, sorted; hidden ones are left out."""
    try:
        names = sorted(n for n in os.listdir(folder) if n.lower().endswith(suffix))
    except OSError:
        return []
    return [folder / name for name in names if not name.startswith(".")][:most]


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
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))
    except OSError:
        return []
    return [folder / name for name in names]
