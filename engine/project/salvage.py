"""Repairs a damaged project.db: every row that can be read goes into a new file."""

import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ProjectError
from engine.files import disk_errors, write_text
from engine.jobs import CancelToken
from engine.project.moving import put
from engine.project.pages import Pages, Values, read_pages, unreadable
from engine.project.schema import COUNT_OBJECTS, MIGRATIONS, migrate
from engine.project.sound import Aside, Rows, Tables, sound_tables
from engine.project.tally import tally_file
from engine.words import counted


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What was kept of a damaged database: rows by table, pages that could not be read, rows that
    made no sense, and where the damaged file and these rows are now.
    """

    kept: dict[str, int]
    damaged_pages: int
    set_aside: tuple[Aside, ...]
    has_history: bool
    damaged: Path
    aside: Path | None

    @property
    def lines(self) -> tuple[str, ...]:
        """The report for the person."""
        kept, found = self.kept, []
        found.append(
            f"Kept: {counted(kept['frames'], 'picture')}, "
            f"{counted(kept['annotations'], 'object')}, {counted(kept['labels'], 'label')}, "
            f"{counted(kept['steps'], 'step')} of the history."
        )
        if self.damaged_pages:
            pages = counted(self.damaged_pages, "page")
            found.append(f"{pages} of the file could not be read.")
        if self.set_aside:
            rows = counted(len(self.set_aside), "row")
            found.append(f"{rows} made no sense, and went into {self.aside}.")
        if not self.has_history:
            found.append("The history had gaps: it begins anew.")
        found.append(f"The damaged file is kept as {self.damaged}.")
        return tuple(found)


def repair(database: Path, cancel: CancelToken | None = None) -> SalvageReport:
    """Put a new file with all that can be read in the place of a damaged one, which is kept."""
    with disk_errors(database):
        pages = read_pages(database)
        version = _version(pages)
        tables = _read(pages, version)
        if not any(tables.values()):
            raise unreadable(database)
        if cancel is not None:
            cancel.check()
        damaged_pages = len(pages.damaged)
        sound = sound_tables(tables, has_gaps=damaged_pages > 0)
        stamp = time.strftime("%Y%m%d-%H%M%S")
        damaged = database.with_name(f"{database.name}.damaged-{stamp}")
        aside = database.with_name(f"{database.name}.set-aside-{stamp}.jsonl")
        with tempfile.TemporaryDirectory(dir=database.parent, prefix=".moving-") as folder:
            new = Path(folder) / database.name
            _build(sound.tables, version, new)
            if cancel is not None:
                cancel.check()
            if sound.aside:
                write_text(aside, "".join(f"{json.dumps(a.as_json())}\n" for a in sound.aside))
            keep_damaged(database, damaged)
            os.replace(new, database)
    return SalvageReport(
        kept={name: len(rows) for name, rows in sound.tables.items()},
        damaged_pages=damaged_pages,
        set_aside=sound.aside,
        has_history=sound.has_history,
        damaged=damaged,
        aside=aside if sound.aside else None,
    )


def keep_damaged(database: Path, damaged: Path) -> None:
    """Keep a database and its -wal under another name. What is to replace it finds no -wal."""
    wal = database.with_name(database.name + "-wal")
    shutil.copyfile(database, damaged)
    if wal.is_file():
        shutil.copyfile(wal, damaged.with_name(damaged.name + "-wal"))
    for path in (wal, database.with_name(database.name + "-shm"), tally_file(database)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _version(pages: Pages) -> int:
    """The version of the tables; where that cannot be read, ours."""
    version = pages.version
    if version > len(MIGRATIONS):
        hint = "Update Maskloop to repair this project."
        raise ProjectError("The project was made by a newer Maskloop.", hint=hint)
    return version or len(MIGRATIONS)


@dataclass(frozen=True, slots=True)
class _Table:
    """What rows of a table look like: the types of its columns and which may be nothing."""

    name: str
    root: int
    columns: tuple[tuple[str, bool], ...]
    has_rowid: bool
    keys: tuple[int, ...]
    least: int

    def row(self, rowid: int, values: Values) -> Values | None:
        """These values as a row of this table; None if they are none."""
        if not self.least <= len(values) <= len(self.columns):
            return None
        if self.has_rowid and len(self.keys) == 1 and values[self.keys[0]] is None:
            values = tuple(rowid if i == self.keys[0] else v for i, v in enumerate(values))
        kinds: dict[str, tuple[type, ...]] = {
            "INTEGER": (int,),
            "TEXT": (str,),
            "BLOB": (bytes,),
            "REAL": (int, float),
        }
        for value, (kind, is_needed) in zip(values, self.columns, strict=False):
            if value is None and is_needed:
                return None
            if value is not None and not isinstance(value, kinds[kind]):
                return None
        return values

    def key(self, values: Values) -> Values:
        """What no other row has."""
        return tuple(values[i] for i in self.keys) or values


def _tables(version: int) -> tuple[_Table, ...]:
    """The tables of a version, and where they begin in a file that was made as that version.

    A row that was written before columns were added has only those of before.
    """
    before = {t.name: t.least for t in _tables(version - 1)} if version > 1 else {}
    with closing(_empty(version)) as connection:
        sql = "SELECT name, rootpage, sql FROM sqlite_master WHERE type = 'table'"
        found = []
        for name, root, text in connection.execute(sql).fetchall():
            columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            if name.startswith("sqlite_"):
                continue
            keys = tuple(c[0] for c in sorted(columns, key=_rank) if c[5])
            found.append(
                _Table(
                    name,
                    root,
                    tuple((c[2], bool(c[3])) for c in columns),
                    "WITHOUT ROWID" not in text,
                    keys,
                    before.get(name, len(columns)),
                )
            )
    return tuple(found)


def _rank(column: tuple[int, str, str, int, str | None, int]) -> int:
    return column[5]


def _empty(version: int, path: str = ":memory:") -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, MIGRATIONS[:version])
    return connection


def _read(pages: Pages, version: int) -> Tables:
    """Every row that can be read, by table."""
    tables = _tables(version)
    roots = {
        str(v[1]): v[3]
        for _, v in pages.walk(1)
        if len(v) == 5 and v[0] in ("table", "index") and isinstance(v[3], int)
    }
    found: dict[str, dict[Values, Values]] = {table.name: {} for table in tables}
    for table in tables:
        root = roots.pop(table.name, table.root)
        for row in _fitting(table, pages.walk(root)):
            found[table.name][table.key(row)] = row
    for root in roots.values():  # Indexes: their pages are no strays.
        for _ in pages.walk(root):
            pass
    if pages.damaged:
        for rowid, values in pages.strays():
            _add_stray(tables, found, rowid, values)
    return {name: list(rows.values()) for name, rows in found.items()}


def _fitting(table: _Table, rows: Iterable[tuple[int, Values]]) -> Iterable[Values]:
    for rowid, values in rows:
        row = table.row(rowid, values)
        if row is not None:
            yield row


def _add_stray(
    tables: Iterable[_Table],
    found: dict[str, dict[Values, Values]],
    rowid: int,
    values: Values,
) -> None:
    """A row on a page that nothing points to goes to the only table that it fits."""
    fitting = [(t, row) for t in tables if (row := t.row(rowid, values)) is not None]
    if len(fitting) == 1:
        (table, row) = fitting[0]
        found[table.name].setdefault(table.key(row), row)


def _build(tables: Tables, version: int, path: Path) -> None:
    """A new database of these rows, brought to the newest version, whole on the disk."""
    with closing(_empty(version)) as connection:
        connection.execute("BEGIN")
        for name, rows in tables.items():
            _insert(connection, name, rows)
        connection.execute("COMMIT")
        migrate(connection)
        connection.execute(COUNT_OBJECTS)
        connection.execute("PRAGMA journal_mode = WAL")
        put(connection, path)


def _insert(connection: sqlite3.Connection, name: str, rows: Rows) -> None:
    columns = [c[1] for c in connection.execute(f'PRAGMA table_info("{name}")')]
    for length in {len(row) for row in rows}:
        names = ", ".join(f'"{column}"' for column in columns[:length])
        marks = ", ".join("?" * length)
        sql = f'INSERT OR IGNORE INTO "{name}" ({names}) VALUES ({marks})'
        connection.executemany(sql, [row for row in rows if len(row) == length])
