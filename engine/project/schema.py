"""The tables of project.db, their versions, and how the file is opened.

Regions are rows of their own that never change and whose numbers are never used again: an
annotation and the history of its edits point to the same pixels. A step of the history holds the
rows before and after of what it changed; of a label, in one row, and nothing where there was none.
The id of a label is not given again: `given_labels` has every label that ever was, as it was last.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.errors import ProjectError

BUSY_SECONDS = 5.0
SYNCHRONOUS = "FULL"
"""Wait for the disk at each Edit, so that a power cut loses none either: 4 ms, not 0.4 ms, each."""
_FIRST = """
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE labels (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE,
    color TEXT NOT NULL);
CREATE TABLE sources (
    path TEXT PRIMARY KEY, rank INTEGER NOT NULL, count INTEGER NOT NULL);
CREATE TABLE frames (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, number INTEGER NOT NULL, rank INTEGER NOT NULL,
    height INTEGER NOT NULL DEFAULT 0, width INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'new', UNIQUE (path, number));
CREATE INDEX frames_in_order ON frames (rank, number, state);
CREATE INDEX frames_by_state ON frames (state);
CREATE TABLE regions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE annotations (
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    position INTEGER NOT NULL, is_proposal INTEGER NOT NULL, label INTEGER NOT NULL,
    origin TEXT NOT NULL, score REAL, track INTEGER, z INTEGER NOT NULL, attributes TEXT NOT NULL,
    region INTEGER NOT NULL REFERENCES regions, PRIMARY KEY (frame, id)) WITHOUT ROWID;
CREATE INDEX annotations_by_label ON annotations (is_proposal, label);
CREATE INDEX annotations_by_region ON annotations (region);
CREATE TABLE steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, is_undone INTEGER NOT NULL DEFAULT 0);
CREATE INDEX steps_undone ON steps (is_undone);
CREATE TABLE step_frames (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, frame INTEGER NOT NULL
    REFERENCES frames ON DELETE CASCADE, is_after INTEGER NOT NULL, height INTEGER NOT NULL,
    width INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (step, frame, is_after)) WITHOUT ROWID;
CREATE TABLE changes (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, is_after INTEGER NOT NULL,
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    position INTEGER NOT NULL, is_proposal INTEGER NOT NULL, label INTEGER NOT NULL,
    origin TEXT NOT NULL, score REAL, track INTEGER, z INTEGER NOT NULL, attributes TEXT NOT NULL,
    region INTEGER NOT NULL REFERENCES regions,
    PRIMARY KEY (step, is_after, frame, id)) WITHOUT ROWID;
CREATE INDEX changes_by_region ON changes (region);
CREATE TABLE changed (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE,
    frame INTEGER NOT NULL REFERENCES frames ON DELETE CASCADE, id TEXT NOT NULL,
    PRIMARY KEY (step, frame, id)) WITHOUT ROWID;
"""
_SECOND = """
ALTER TABLE frames ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frames ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
UPDATE frames SET touched = 1 WHERE state != 'new'
    OR id IN (SELECT frame FROM annotations) OR id IN (SELECT frame FROM step_frames);
ALTER TABLE step_frames ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
ALTER TABLE step_frames ADD COLUMN touched INTEGER NOT NULL DEFAULT 1;
CREATE INDEX steps_of_frames ON step_frames (frame, step) WHERE is_after = 1;
UPDATE step_frames SET touched = 0 WHERE is_after = 0 AND state = 'new' AND step =
    (SELECT min(o.step) FROM step_frames o WHERE o.frame = step_frames.frame AND o.is_after = 1);
ALTER TABLE steps ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE steps ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE steps ADD COLUMN kind TEXT NOT NULL DEFAULT 'edit';
ALTER TABLE steps ADD COLUMN frames INTEGER NOT NULL DEFAULT 0;
ALTER TABLE steps ADD COLUMN first_frame INTEGER;
UPDATE steps SET
    frames = (SELECT count(*) FROM step_frames f WHERE f.step = steps.id AND f.is_after = 1),
    first_frame = (SELECT min(frame) FROM step_frames f WHERE f.step = steps.id);
CREATE TABLE step_labels (
    step INTEGER NOT NULL REFERENCES steps ON DELETE CASCADE, label INTEGER NOT NULL,
    old_position INTEGER, old_name TEXT, old_color TEXT,
    new_position INTEGER, new_name TEXT, new_color TEXT, PRIMARY KEY (step, label)) WITHOUT ROWID;
CREATE TABLE given_labels (
    id INTEGER PRIMARY KEY, position INTEGER, name TEXT, color TEXT);
INSERT INTO given_labels SELECT id, position, name, color FROM labels;
INSERT OR IGNORE INTO given_labels (id)
    SELECT label FROM annotations UNION SELECT label FROM changes;
DROP TABLE changed;
"""
COUNT_OBJECTS = """
UPDATE frames SET objects =
    (SELECT count(*) FROM annotations a WHERE a.frame = frames.id AND +a.is_proposal = 0)
"""
"""What `frames.objects` says: how many annotations a frame has, so that a search need not count."""
_THIRD = f"""
ALTER TABLE frames ADD COLUMN objects INTEGER NOT NULL DEFAULT 0;
{COUNT_OBJECTS};
CREATE INDEX annotations_with_attributes ON annotations (attributes) WHERE attributes != '';
CREATE INDEX annotations_with_score ON annotations (score) WHERE score IS NOT NULL;
CREATE TABLE contents (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID;
"""
_FOURTH = """
ALTER TABLE labels ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
ALTER TABLE given_labels ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
ALTER TABLE step_labels ADD COLUMN old_attributes TEXT NOT NULL DEFAULT '';
ALTER TABLE step_labels ADD COLUMN new_attributes TEXT NOT NULL DEFAULT '';
"""
# What is filled between keyframes waits as a proposal: it did by the state of its frame before.
_FIFTH = f"""
UPDATE annotations SET is_proposal = 1 WHERE origin = 'interpolated'
    AND frame IN (SELECT id FROM frames WHERE state = 'predicted');
UPDATE changes SET is_proposal = 1 WHERE origin = 'interpolated' AND EXISTS
    (SELECT 1 FROM step_frames f WHERE f.step = changes.step AND f.frame = changes.frame
     AND f.is_after = changes.is_after AND f.state = 'predicted');
{COUNT_OBJECTS};
"""
MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
"""Script n brings a database of version n to version n + 1."""


class DamagedProjectError(ProjectError):
    """The database at `path` cannot be used as it is; what can be read of it may be salvaged."""

    def __init__(self, message: str, path: Path) -> None:
        hint = "Nothing was changed in it. Repair it, or put a backup in its place."
        super().__init__(message, hint=hint)
        self.path = path


def connect(
    path: Path, *, read_only: bool = False, busy_seconds: float | None = None
) -> sqlite3.Connection:
    """Open project.db and bring it to the newest version. A damaged file is left untouched.

    One of a newer version can only be read.
    """
    with database_errors(path):
        if path.is_file() and not path.stat().st_size:
            raise DamagedProjectError(f"The project's database {path} is empty (0 bytes).", path)
        mode = "ro" if read_only else "rw"
        if read_only and not os.access(path.parent, os.W_OK):
            mode += "&immutable=1"  # nobody can write there, so SQLite needs no lock files
        address = f"{path.absolute().as_uri()}?mode={mode}"
        seconds = BUSY_SECONDS if busy_seconds is None else busy_seconds
        connection = sqlite3.connect(
            address, uri=True, timeout=seconds, isolation_level=None, cached_statements=256
        )
        try:
            _prepare(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def stored_version(path: Path) -> int:
    """The version in a file's first page, without opening it as a database."""
    with database_errors(path), path.open("rb") as file:
        return int.from_bytes(file.read(64)[60:])


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 for a file that has none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    version = version_of(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    if version > len(MIGRATIONS):
        connection.execute("PRAGMA query_only = ON")
        return
    if not version:
        raise ProjectError(f"{path} is not a Maskloop project.", hint="Choose another folder.")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    if version < len(MIGRATIONS):
        if read_only:
            hint = "Open it once in the window; that brings it up to date."
            raise ProjectError(f"{path} is of an older version.", hint=hint)
        migrate(connection)


def migrate(connection: sqlite3.Connection, scripts: Sequence[str] | None = None) -> None:
    """One transaction for all versions, safe against another window doing the same."""
    scripts = MIGRATIONS if scripts is None else scripts
    with transaction(connection):
        version = version_of(connection)
        for script in scripts[version:]:
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(scripts)}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; waits while another window writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_BUSY = (
    "Another window is writing to this project.",
    "Wait a moment and try again, or close the other window.",
)
_UNREADABLE = (
    "The project's database cannot be read or written just now.",
    "Check the disk or the connection to it, then make the edit again. Nothing that was saved is"
    " lost.",
)
_TROUBLE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_FULL: (
        "The disk is full: the last edit could not be saved.",
        "Free some space, then make the edit again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "The project is in a read-only place.",
        "Copy the folder to where you may write, and open it there.",
    ),
    sqlite3.SQLITE_PERM: (
        "The project is in a read-only place.",
        "Copy the folder to where you may write, and open it there.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The project's database cannot be opened.",
        "Check that the folder exists and that you may write to it.",
    ),
    sqlite3.SQLITE_IOERR: _UNREADABLE,
    sqlite3.SQLITE_NOMEM: ("There is not enough memory.", "Close other programs and try again."),
}
"""What SQLite's result codes mean for the person; any other is damage."""


def busy_error(path: Path) -> ProjectError:
    """Somebody else is writing."""
    message, hint = _BUSY
    return ProjectError(f"{message} ({path})", hint=hint)


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn trouble with the database into a ProjectError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.ProgrammingError):
            raise  # a mistake of ours
        if isinstance(error, sqlite3.IntegrityError):
            message = f"Rows of the project's database {path} contradict each other: {error}."
            raise DamagedProjectError(message, path) from error
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _TROUBLE:
            message, hint = _TROUBLE[code]
            raise ProjectError(f"{message} ({path})", hint=hint) from error
        raise DamagedProjectError(f"The project's database {path} is damaged.", path) from error
    except OSError as error:
        message, hint = _UNREADABLE
        raise ProjectError(f"{message} ({path}: {error.strerror})", hint=hint) from error
