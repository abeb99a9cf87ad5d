"""A project of very many pictures and regions, made by code, for measurements only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.project import regions
from engine.project.project import Project
from engine.project.rows import COLUMNS, MARKS, Row
from engine.project.schema import COUNT_OBJECTS
from engine.values import Box, Label

LABELS = tuple(Label(number, f"label {number}", (9, 9, 9)) for number in range(1, 11))
_STATES = "CASE id % 3 WHEN 0 THEN 'verified' WHEN 1 THEN 'corrected' ELSE 'new' END"


def make(folder: Path, pictures: int, each: int) -> None:
    """So many pictures with so many boxes `each`; no picture file is made.

    The rows are written past the history: a person's edits would take hours.
    """
    with Project.create(folder, LABELS) as project:
        project.add_frames(folder / f"{i // 1000:03d}/frame_{i:06d}.jpg" for i in range(pictures))
        kind, data = regions.encode(Box(1, 2, 30, 40))
        with project._store.writing() as connection:
            sql = "INSERT INTO regions (id, kind, data) VALUES (?, ?, ?)"
            numbers = range(1, pictures * each + 1)
            connection.executemany(sql, ((n, kind, data) for n in numbers))
            sql = f"INSERT INTO annotations (frame, {COLUMNS}) VALUES (?, {MARKS})"
            connection.executemany(sql, _rows(pictures, each))
            connection.execute(f"UPDATE frames SET touched = 1, state = {_STATES}")
            connection.execute(COUNT_OBJECTS)


def _rows(pictures: int, each: int) -> Iterator[Row]:
    """Ten labels in turn; of every seventh picture a model said something, with scores."""
    for frame in range(1, pictures + 1):
        origin = "person" if frame % 7 else "net"
        for k in range(each):
            number = (frame - 1) * each + k
            score = None if frame % 7 else number % 100 / 100
            attributes = '[["occluded", "yes"]]' if number % 50 == 0 else ""
            what: tuple[Any, ...] = (f"{number:032x}", k, 0, 1 + number % 10, origin, score)
            yield (frame, *what, None, k, attributes, number + 1)
