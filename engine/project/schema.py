"""The tables of project.db, their versions, and how the file is opened.

Regions are rows of their own that never change and whose numbers are never used again: an
annotation and the history of its edits point to the same pixels. A step of the history holds the
rows before and after of what it changed; of a label, in one row, and nothing where there was none.
The id of a label is not given again: `given_labels` has every label that ever was, as it was last.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import ProjectError

BUSY_SECONDS = 5.0
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
MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)
"""Script n brings a database of version n to version n + 1."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open project.db and bring it to the newest version. A damaged file is left untouched."""
    with database_errors(path):
        mode = "ro" if read_only else "rwc"
        if read_only and not os.access(path.parent, os.W_OK):
            mode += "&immutable=1"  # nobody can write there, so SQLite needs no lock files
        address = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(
            address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256
        )
        try:
            _prepare(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version > len(MIGRATIONS):
        raise ProjectError(
            f"{path} was made by a newer Maskloop.", hint="Update Maskloop to open this project."
        )
    if tables and not version:
        raise ProjectError(f"{path} is not a Maskloop project.", hint="Choose another folder.")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if version < len(MIGRATIONS):
        if read_only:
            hint = "Open it once in the window; that brings it up to date."
            raise ProjectError(f"{path} is of an older version.", hint=hint)
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    """One transaction for all versions, safe against another window doing the same."""
    with transaction(connection):
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


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


_TROUBLE: tuple[tuple[Callable[[str], bool], str, str], ...] = (
    (
        lambda text: "locked" in text or "busy" in text,
        "Another window is writing to this project.",
        "Wait a moment and try again, or close the other window.",
    ),
    (
        lambda text: "full" in text,
        "The disk is full: the last edit could not be saved.",
        "Free some space, then make the edit again.",
    ),
    (
        lambda text: "readonly" in text,
        "The project is in a read-only place.",
        "Copy the folder to where you may write, and open it there.",
    ),
    (
        lambda text: "unable to open" in text,
        "The project's database cannot be opened.",
        "Check that the folder exists and that you may write to it.",
    ),
)


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn trouble with the database into a ProjectError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error).lower()
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # a mistake of ours
        for fits, message, hint in _TROUBLE:
            if fits(text):
                raise ProjectError(f"{message} ({path})", hint=hint) from error
        hint = (
            "Nothing was changed in it. Put a copy of the file from a backup in its place, "
            "or rename it to begin a new project on the same pictures."
        )
        raise ProjectError(f"The project's database {path} is damaged.", hint=hint) from error
