"""Only regular files of a bounded size are read: a pipe, device or socket may never end."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from engine.errors import AppError

# Opening a named pipe would otherwise wait for somebody to write into it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_MEGABYTE = 1 << 20
_SMALL = _MEGABYTE


def check_regular(path: Path, most: int, error: type[AppError]) -> int:
    """The size of a file in bytes; `error` unless it is a regular file of at most `most` bytes.

    Other trouble, a missing file or a folder among it, stays an OSError.
    """
    return _check(os.stat(path), path, most, error)


def open_regular(path: Path, most: int, error: type[AppError]) -> BinaryIO:
    """Open a file that `check_regular` lets pass, for reading."""
    check_regular(path, most, error)  # Opening some devices has an effect.
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        _check(os.fstat(file.fileno()), path, most, error)
    except BaseException:
        file.close()
        raise
    return file


def read_regular(path: Path, most: int, error: type[AppError]) -> bytes:
    """The bytes of a file that `check_regular` lets pass."""
    with open_regular(path, most, error) as file:
        size = os.fstat(file.fileno()).st_size
        # Room for `most` bytes is a mapping of its own, which costs a small file more than its
        # reading, and keeps a large one from growing the heap and shrinking it again.
        data = file.read(size + 1 if size < _SMALL else most + 1)
        if size < len(data) <= most:  # Some files of the system say that they hold 0 bytes.
            data += file.read(most + 1 - len(data))
    if len(data) > most:
        raise _too_large(path, most, error)
    return data


def _check(found: os.stat_result, path: Path, most: int, error: type[AppError]) -> int:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise error(
            f"{path} is a {_kind(found.st_mode)}, not a file.",
            hint="It may never end; copy what it gives into a file first.",
        )
    if found.st_size > most:
        raise _too_large(path, most, error)
    return found.st_size


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "named pipe"
    return "socket" if stat.S_ISSOCK(mode) else "device"


def _too_large(path: Path, most: int, error: type[AppError]) -> AppError:
    limit = f"{most // _MEGABYTE} MB" if most >= _MEGABYTE else f"{most} bytes"
    return error(
        f"{path.name} is larger than {limit}, the most that is read of such a file.",
        hint="Split it, or check that it is the right file.",
    )
