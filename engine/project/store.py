"""The SQLite file: Samples as rows, read at one moment and written as one transaction."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from engine.errors import ProjectError
from engine.project import regions
from engine.project.database import Database
from engine.project.odd import ODD, OddRows
from engine.project.rows import (
    COLUMNS,
    MARKS,
    Row,
    annotation_of,
    flags_of,
    is_same,
    is_size,
    region_of,
    row_of,
)
from engine.project.schema import database_errors
from engine.values import Annotation, FrameId, Region, Sample

_CACHED = 64


@dataclass(frozen=True, slots=True)
class StoredSample:
    """A Sample and the rows it was made from, by annotation id; frame 0 is not stored yet.

    It is touched when an Edit has written it: its Sample is what the project says, even if empty.
    Else it is beside where files say what is on it.
    """

    frame: int
    sample: Sample
    rows: dict[str, Row]
    is_touched: bool = False
    is_beside: bool = False


Change = tuple[StoredSample, StoredSample, list[str]]
"""A frame before and after an Edit, and the ids of the annotations that changed."""


class Store:
    """Reads and writes Samples; `place` turns the paths of FrameIds into stored ones and back."""

    def __init__(self, database: Database) -> None:
        self.database, self.place = database, database.place
        database.on_switch = self._forget_all
        self._cache: OrderedDict[FrameId, StoredSample] = OrderedDict()
        self._old: OrderedDict[FrameId, StoredSample] = OrderedDict()
        self._version = -1
        self.read_beside: Callable[[FrameId], Sample | None] | None = None
        self.odd = OddRows()

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file, which may be another after each `writing`."""
        return self.database.connection

    @contextmanager
    def writing(self, *, is_edit: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction; what was cached is forgotten when it fails."""
        try:
            with self.database.writing(is_edit=is_edit) as connection:
                yield connection
        except BaseException:
            self._forget_all()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every question inside sees the same moment, whatever another window writes meanwhile."""
        self.database.follow()
        with database_errors(self.database.path):
            if self.connection.in_transaction:
                yield
                return
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.commit()

    @property
    def version(self) -> int:
        """Another number whenever another window or Job has written."""
        (number,) = self.query("PRAGMA data_version")[0]
        return int(number) + (self.database.switches << 32)

    def query(self, sql: str, values: Iterable[Any] = ()) -> list[Row]:
        """All rows of a question."""
        try:
            return self.database.query(sql, values)
        except (OverflowError, UnicodeEncodeError) as error:
            raise _unstorable() from error

    def run(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """One statement, inside `writing`."""
        try:
            return self.connection.execute(sql, tuple(values))
        except (OverflowError, UnicodeEncodeError) as error:
            raise _unstorable() from error

    def many(self, sql: str, rows: Iterable[Row]) -> None:
        """One statement for each row, inside `writing`."""
        try:
            self.connection.executemany(sql, rows)
        except (OverflowError, UnicodeEncodeError) as error:
            raise _unstorable() from error

    def load(self, frame_id: FrameId) -> StoredSample:
        """The Sample of a frame; an empty one where nothing is stored."""
        frame_id = FrameId(self.place.full(self.place.stored(frame_id.path)), frame_id.index)
        version = self.version
        if version != self._version:  # another window or Job has written
            self.forget_cached()
            self._version = version
        if frame_id in self._cache:
            self._cache.move_to_end(frame_id)
            return self._cache[frame_id]
        with self.reading():
            loaded = self._read(frame_id)
        if self.read_beside is not None and not loaded.is_touched:
            found = self.read_beside(frame_id)
            if found is not None:
                loaded = StoredSample(loaded.frame, found, {}, is_beside=True)
        return self._keep(loaded)

    def write(self, before: StoredSample, after: Sample) -> Change | None:
        """Bring the rows of one frame to `after`; gives what changed, None for nothing."""
        if before.is_beside:
            shown, before = before.sample, self.settle(before)
            if before.sample != shown:
                raise _changed_files(after.frame_id)
        old = before.sample
        rows = self._rows_of(before, after)
        changed = [i for i in {*rows, *before.rows} if rows.get(i) != before.rows.get(i)]
        if not changed and flags_of(old) == flags_of(after):
            return None
        frame = before.frame or self.insert_frame(after.frame_id)
        self._set_rows(frame, changed, [rows[i] for i in changed if i in rows])
        sql = "UPDATE frames SET height = ?, width = ?, state = ?, attributes = ?, objects = ?,"
        self.run(
            f"{sql} touched = 1 WHERE id = ?", (*flags_of(after), len(after.annotations), frame)
        )
        return before, self._keep(StoredSample(frame, after, rows, is_touched=True)), changed

    def settle(self, loaded: StoredSample) -> StoredSample:
        """Store what files say of a frame now: no step of the history takes that back."""
        assert self.read_beside is not None  # they said it before
        said = self.read_beside(loaded.sample.frame_id)
        if said is None:
            raise _changed_files(loaded.sample.frame_id)
        empty = Sample(loaded.sample.frame_id)
        change = self.write(StoredSample(loaded.frame, empty, {}), said)
        assert change is not None  # its state is no new one's
        return change[1]

    def forget_regions(self, numbers: Iterable[int]) -> None:
        """Delete Regions that neither an annotation nor the history needs."""
        self.many(
            "DELETE FROM regions WHERE id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM annotations WHERE region = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM changes WHERE region = ?1)",
            [(number,) for number in numbers],
        )

    def forget_cached(self) -> None:
        """Read every row anew from now on; annotations whose row is the same are kept."""
        self._old.update(self._cache)
        self._cache.clear()
        while len(self._old) > _CACHED:
            self._old.popitem(last=False)

    def _forget_all(self) -> None:
        self._cache.clear()
        self._old.clear()

    def _keep(self, loaded: StoredSample) -> StoredSample:
        self._cache[loaded.sample.frame_id] = loaded
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return loaded

    def _read(self, frame_id: FrameId) -> StoredSample:
        found = self.query(
            "SELECT id, touched, height, width, state, attributes FROM frames"
            " WHERE path = ? AND number = ?",
            (self.place.stored(frame_id.path), frame_id.index),
        )
        if not found:
            return StoredSample(0, Sample(frame_id), {})
        frame, touched, height, width, state, attributes = found[0]
        sql = f"SELECT {COLUMNS} FROM annotations WHERE frame = ? ORDER BY position, id"
        rows = self.query(sql, (frame,))
        old = self._old.pop(frame_id, StoredSample(0, Sample(frame_id), {}))
        same = {a.id: a for a in (*old.sample.annotations, *old.sample.proposals)}
        same = {row[0]: same[row[0]] for row in rows if old.rows.get(row[0]) == row}
        known = self._regions(frame, {row[9] for row in rows if row[0] not in same})
        both: tuple[dict[str, Annotation], dict[str, Annotation]] = ({}, {})
        sound: dict[str, Row] = {}
        for row in rows:
            try:
                annotation = same.get(row[0]) or annotation_of(row, known[row[9]])
                both[row[2]][annotation.id] = annotation
                sound[row[0]] = row
            except ODD as error:
                self.odd.note("annotations", row, error)
        marks = self.odd.made("frames", [(attributes,)], regions.attributes_of)
        size_hw = (height, width) if is_size(height, width) else (0, 0)
        drawn, proposed = (tuple(part.values()) for part in both)
        sample = Sample(frame_id, size_hw, drawn, proposed, self.odd.state(state), *marks or [()])
        return StoredSample(frame, sample, sound, bool(touched))

    def _regions(self, frame: int, numbers: set[int]) -> dict[int, Region]:
        """These Regions of a frame by number; few are asked for one by one."""
        if len(numbers) > 20:
            sql = "SELECT r.id, r.kind, r.data FROM annotations a JOIN regions r"
            found = self.query(f"{sql} ON r.id = a.region WHERE a.frame = ?", (frame,))
        else:
            sql = "SELECT id, kind, data FROM regions WHERE id = ?"
            found = [row for number in numbers for row in self.query(sql, (number,))]
        return dict(self.odd.made("regions", found, region_of))

    def _rows_of(self, before: StoredSample, after: Sample) -> dict[str, Row]:
        """The rows of a Sample; positions and Regions that still fit are kept."""
        known = {a.id: a for a in (*before.sample.annotations, *before.sample.proposals)}
        rows: dict[str, Row] = {}
        for is_proposal, annotations in enumerate((after.annotations, after.proposals)):
            last = -1
            for annotation in annotations:
                old, row = known.get(annotation.id), before.rows.get(annotation.id)
                position, region = last + 1, None
                if old is not None and row is not None:
                    if row[2] == is_proposal and row[1] > last:
                        position = row[1]
                    if is_same(old.region, annotation.region):
                        region = row[9]
                last = position
                number = self._insert_region(annotation) if region is None else region
                rows[annotation.id] = row_of(annotation, position, is_proposal, number)
        return rows

    def _insert_region(self, annotation: Annotation) -> int:
        values = regions.encode(annotation.region)
        sql = "INSERT INTO regions (kind, data) VALUES (?, ?)"
        return int(self.run(sql, values).lastrowid or 0)

    def insert_frame(self, frame_id: FrameId) -> int:
        """A frame is stored when it is first touched: those of a video share one rank."""
        path = self.place.stored(frame_id.path)
        sql = "SELECT rank FROM sources WHERE path = ? UNION SELECT rank FROM frames WHERE path = ?"
        found = self.query(sql, (path, path))
        rank = found[0][0] if found else self.next_rank()
        sql = "INSERT INTO frames (path, number, rank) VALUES (?, ?, ?)"
        values = (path, frame_id.index, rank)
        return int(self.run(sql, values).lastrowid or 0)

    def next_rank(self) -> int:
        """The place behind all frames and sources."""
        sql = "SELECT max(coalesce((SELECT max(rank) FROM frames), 0), "
        sql += "coalesce((SELECT max(rank) FROM sources), 0)) + 1"
        return int(self.query(sql)[0][0])

    def _set_rows(self, frame: int, ids: Iterable[str], rows: Iterable[Row]) -> None:
        self.many("DELETE FROM annotations WHERE frame = ? AND id = ?", [(frame, i) for i in ids])
        sql = f"INSERT INTO annotations (frame, {COLUMNS}) VALUES (?, {MARKS})"
        self.many(sql, [(frame, *row) for row in rows])


def _changed_files(frame_id: FrameId) -> ProjectError:
    name = PurePath(frame_id.path).name
    hint = "They were read again: look at what they say now, and edit once more."
    return ProjectError(f"Another program has changed the label files of {name}.", hint=hint)


def _unstorable() -> ProjectError:
    hint = "Numbers have at most 64 bits, and texts are valid Unicode."
    return ProjectError("A number or a text cannot be stored in the project.", hint=hint)
