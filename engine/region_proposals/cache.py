"""Proposals on disk: those of a picture are found once, by whatever program runs."""

import hashlib
import logging
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.files import replacing
from engine.folders import cache_folder

logger = logging.getLogger(__name__)

Arrays = tuple[NDArray[Any], ...]

# Counted up whenever the search gives something else for the same pixels.
VERSION = 1
_KEPT_BYTES = 1_000_000_000
# The folder is looked through only once in so many new files.
_LOOK_EVERY = 200


def remembered(pixels: NDArray[np.uint8], what: str, find: Callable[[], Arrays]) -> Arrays:
    """What `find` gives for these pixels, from the disk if it is there; `what` tells kinds apart.

    A disk that cannot be written, and files that cannot be read, only cost time.
    """
    path = _folder() / f"{_digest(pixels, what)}.npz"
    found = _read(path)
    if found is None:
        found = find()
        _keep(found, path)
    return found


def _folder() -> Path:
    return cache_folder() / "proposals"


def _digest(pixels: NDArray[np.uint8], what: str) -> str:
    digest = hashlib.blake2b(f"{VERSION} {what} {pixels.shape}".encode(), digest_size=16)
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def _read(path: Path) -> Arrays | None:
    """The arrays of a file, if there is one and it is whole: each has a checksum."""
    try:
        # Opened here: the library leaves a broken file open.
        with path.open("rb") as data, np.load(data, allow_pickle=False) as file:
            return tuple(file[name] for name in file.files)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        logger.info("Proposals in the cache cannot be read: %s", error)
        return None


def _keep(arrays: Arrays, path: Path) -> None:
    try:
        with replacing(path) as temporary:
            np.savez_compressed(temporary, *arrays)
        # Names are as good as random: a few say when it is time to look.
        if int(path.stem[:8], 16) % _LOOK_EVERY == 0:
            _make_room(path.parent)
    except OSError as error:
        logger.info("The proposals were not cached: %s", error)


def _make_room(folder: Path) -> None:
    """Remove the files written first, if all of them take too much."""
    with os.scandir(folder) as entries:
        files = [(e.stat().st_mtime, e.stat().st_size, e.path) for e in entries]
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= _KEPT_BYTES:
            return
        Path(path).unlink(missing_ok=True)
        total -= size
