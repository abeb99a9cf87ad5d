"""Samples from when they were read until they are written: in memory, or in a temporary file."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.project import regions
from engine.project.rows import COLUMNS, MARKS, annotation_of, row_of
from engine.project.schema import database_errors
from engine.values import Annotation, Mask, Region, Sample

_PLACE = Path(tempfile.gettempdir())
_TABLE = f"CREATE TABLE annotations (frame INTEGER, {COLUMNS}, kind TEXT, data BLOB)"
_HELD_BYTES = 1 << 27
_INDEX = "CREATE INDEX by_frame ON annotations (frame)"


class Spool:
    """Keeps the annotations of Samples by a number; those of a large dataset fill no memory."""

    def __init__(self, connection: sqlite3.Connection, held_bytes: int = _HELD_BYTES) -> None:
        self._connection = connection
        self._held: dict[int, tuple[Annotation, ...]] = {}
        self._free_bytes = held_bytes
        connection.execute(_TABLE)
        connection.execute(_INDEX)

    def put(self, number: int, sample: Sample) -> Sample:
        """Keep its annotations; gives the Sample without them."""
        rest = Sample(sample.frame_id, sample.size_hw, attributes=sample.attributes)
        self._free_bytes -= sum(_bytes_of(a.region) for a in sample.annotations)
        if self._free_bytes > 0:
            self._held[number] = sample.annotations
            return rest
        rows = [
            (number, *row_of(annotation, position, 0, 0), *regions.encode(annotation.region))
            for position, annotation in enumerate(sample.annotations)
        ]
        sql = f"INSERT INTO annotations VALUES (?, {MARKS}, ?, ?)"
        with database_errors(_PLACE):
            self._connection.executemany(sql, rows)
        return rest

    def annotations(self, number: int) -> tuple[Annotation, ...]:
        """What was kept under a number, in its order."""
        if number in self._held:
            return self._held[number]
        sql = f"SELECT {COLUMNS}, kind, data FROM annotations WHERE frame = ? ORDER BY position"
        with database_errors(_PLACE):
            rows = self._connection.execute(sql, (number,)).fetchall()
        return tuple(annotation_of(row, regions.decode(kind, data)) for *row, kind, data in rows)


def _bytes_of(region: Region) -> int:
    """About how much memory an annotation with it takes."""
    return 1000 + (region.pixels.size if isinstance(region, Mask) else 0)


@contextmanager
def spool(held_bytes: int = _HELD_BYTES) -> Iterator[Spool]:
    """One that is gone at the end; its file is SQLite's own temporary one, which has no name."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield Spool(connection, held_bytes)
