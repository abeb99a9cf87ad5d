"""How many Edits were acknowledged, in eight bytes beside the database.

The newest Edits are in the file ending in -wal. Where that was deleted or did not reach the disk,
the database opens as if they had never been; this number tells.
"""

import os
from contextlib import suppress
from pathlib import Path

_BYTES = 8
_END = "-edits"


def tally_file(database: Path) -> Path:
    """The file beside a database."""
    return database.with_name(database.name + _END)


class Tally:
    """The number, written after each Edit; the file is made with the first."""

    def __init__(self, database: Path) -> None:
        self._path = tally_file(database)
        self._handle = -1

    def read(self) -> int:
        """The last number; 0 where there is none."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return 0
        return int.from_bytes(data) if len(data) == _BYTES else 0

    def write(self, edits: int) -> None:
        """Note this number. It is evidence only: an Edit never fails for it."""
        with suppress(OSError):
            if self._handle < 0:
                flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
                self._handle = os.open(self._path, flags, 0o644)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, edits.to_bytes(_BYTES))

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
