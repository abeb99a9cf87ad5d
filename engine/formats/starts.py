"""What a file begins with, to tell what it is before it is read."""

from pathlib import Path

from engine.errors import AppError, DatasetError
from engine.regular_files import open_regular

_MOST = 1 << 50


def start_of(path: Path, count: int = 4096) -> bytes:
    """The first bytes of a regular file; none for anything else."""
    try:
        with open_regular(path, _MOST, DatasetError) as file:
            return file.read(count)
    except (OSError, ValueError, AppError):
        return b""
