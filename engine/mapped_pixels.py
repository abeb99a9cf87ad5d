"""Pixels of very large pictures lie in a file without a name: the system keeps in memory what is
looked at, and the file goes with the last that uses it, even if that is killed."""

import mmap
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.folders import cache_folder

MAPPED_FROM = 1 << 27
"""A picture of more pixels than this (8192 x 16384) is decoded into a file."""
_SPARE = 1 << 30  # For a copy of the file that is decoded, and for what others write meanwhile.
_ZEROS = 1 << 24
_TRIM_S = 0.05


def room_for(size_hw: tuple[int, int]) -> NDArray[np.uint8]:
    """An array (H, W, 3) to decode into, of any content; a large one lies in a file."""
    height, width = size_hw
    if height * width <= MAPPED_FROM:
        return np.empty((height, width, 3), np.uint8)
    size = height * width * 3
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < size + _SPARE:
            raise OSError("the disk is full")
        with tempfile.TemporaryFile(dir=folder) as file:
            _reserve(file, size)
            mapped = mmap.mmap(file.fileno(), size)
    except OSError as error:
        raise SourceError(
            f"{width} x {height} pixels need {size / 1e9:.1f} GB in {folder}: {error}.",
            hint="Make room there, or set MASKLOOP_CACHE to a folder that has some.",
        ) from error
    return np.frombuffer(mapped, np.uint8).reshape(height, width, 3)


def _reserve(file: IO[bytes], size: int) -> None:
    """Take the room now: a full disk found later, by writing to memory, would end the program."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    for start in range(0, size, _ZEROS):
        file.write(bytes(min(_ZEROS, size - start)))
    file.flush()


def let_go(pixels: NDArray[Any]) -> None:
    """Take no memory for what lies in a file until it is looked at again; others stay as they
    are."""
    base: Any = pixels
    while isinstance(base, np.ndarray):
        base = base.base
    base = base.obj if isinstance(base, memoryview) else base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


@contextmanager
def letting_go(pixels: NDArray[Any]) -> Iterator[None]:
    """The same again and again, while a decoder fills them from top to bottom."""
    ended = threading.Event()

    def trim() -> None:
        while not ended.wait(_TRIM_S):
            let_go(pixels)

    thread = threading.Thread(target=trim, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        let_go(pixels)
