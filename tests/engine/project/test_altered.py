"""Rows of project.db that something else has altered: only they are left out, and it is said."""

import random
import shutil
import sqlite3
from contextlib import closing, suppress

import pytest

from engine.errors import AppError
from engine.project.project import Project
from tests.make_project import A, B, add_box, frame

VALUES = (
    None, -1, 0, 3, 256, 2**31, 2**62, -(2**63), 0.5, float("inf"), "", "odd", "1", "[", "{}",
    "[1]", "\0", "a" * 300, b"", b"\xff\xfe", b"\x00" * 40,
)  # fmt: skip
INVALID_TEXT = "CAST(x'ff61' AS TEXT)"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    with Project.create(root, (A, B)) as project:
        project.add_frames(root / name for name in ("a.jpg", "b.jpg", "c.jpg"))
        for x in (1, 20, 40):
            for name in ("a.jpg", "b.jpg"):
                project.apply(frame(project, name), add_box(x))
        project.rename_label(2, "seed")
        project.undo(project.history(frame(project)).undo.id)
        project.apply_all([(frame(project, n), add_box(60)) for n in ("a.jpg", "c.jpg")], "Both")
    return root


def alter(path, rng):
    """Give one value of one row another; says which."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_")
            and connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        ]
        while True:
            table = rng.choice(tables)
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            keys = [c[1] for c in columns if c[5]] or ["rowid"]
            rows = connection.execute(f"SELECT {', '.join(keys)} FROM {table}").fetchall()
            column, key, value = rng.choice(columns)[1], rng.choice(rows), rng.choice(VALUES)
            where = " AND ".join(f"{name} IS ?" for name in keys)
            if rng.random() < 0.05:
                sql, values = f"UPDATE {table} SET {column} = {INVALID_TEXT}", key
            else:
                sql, values = f"UPDATE {table} SET {column} = ?", (value, *key)
            with suppress(sqlite3.Error, OverflowError):
                connection.execute(f"{sql} WHERE {where}", values)
                return table, column, value


def use(root):
    """All that the window does with a project; gives how often it was refused."""
    refused = 0
    try:
        project = Project.look(root)
    except AppError:
        return 1
    with project:
        for ask in (
            lambda: project.labels, project.states, project.frame_ids, project.frames,
            lambda: list(project.samples()), project.label_uses, project.steps,
            lambda: project.recall("edits"), lambda: project.videos,
        ):  # fmt: skip
            try:
                ask()
            except AppError:
                refused += 1
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            refused += edit(project, frame(project, name))
    return refused


def edit(project, frame_id):
    refused = 0
    for _ in range(5):
        for side in ("undo", "redo", "undo"):
            try:
                step = getattr(project.history(frame_id), side)
                if step is not None:
                    along = [one.id for one in project.dependents(step.id)]
                    getattr(project, side)(step.id, along=along)
            except AppError:
                refused += 1
    try:
        project.apply(frame_id, add_box(80))
        project.add_label("new")
    except AppError:
        refused += 1
    return refused


def try_altered(made, folder, count, seed):
    rng, refused = random.Random(seed), 0
    for number in range(count):
        root = folder / str(number)
        shutil.copytree(made, root)
        what = alter(root / ".maskloop" / "project.db", rng)
        try:
            refused += use(root) > 0
        except Exception as error:
            raise AssertionError(f"{number}: {what}") from error
        shutil.rmtree(root)
    return refused


def test_an_altered_row_is_no_crash(made, tmp_path):
    assert try_altered(made, tmp_path, 60, seed=1) < 60


@pytest.mark.long
def test_altered_rows_are_no_crash(made, tmp_path, inputs, record_property):
    refused = try_altered(made, tmp_path, inputs, seed=2)
    record_property("altered rows", inputs)
    record_property("with something refused", refused)
