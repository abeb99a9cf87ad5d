"""The history of a project's Edits: what undo and redo would take, and what must go along.

A step belongs to every frame that it touches. On each frame the steps that are done come before
those that are undone, so that frames can be taken back and forth without each other. Steps that
change labels are in line with each other where they touch the same label or name.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from engine.errors import ProjectError
from engine.project.rows import Row
from engine.project.store import Store
from engine.values import FrameId

_ROW = """
SELECT steps.id, text, made_at, session, kind, is_undone, steps.frames, path, number
FROM steps LEFT JOIN frames ON frames.id = first_frame
"""
_SHOWN = "kind != 'draft' AND +is_undone IN (0, 1)"
"""The plus keeps SQLite from the index of `is_undone`, which would have it sort all steps."""
_OF_FRAME = f"""
WITH done (step) AS (
    SELECT t.step FROM step_frames t CROSS JOIN steps s ON s.id = t.step
    WHERE t.frame = (SELECT id FROM frames WHERE path = ?1 AND number = ?2)
        AND t.is_after = 1 AND s.is_undone = 0 AND s.kind != 'draft'
    ORDER BY t.step DESC LIMIT 1),
undone (step) AS (
    SELECT t.step FROM step_frames t CROSS JOIN steps s ON s.id = t.step
    WHERE t.frame = (SELECT id FROM frames WHERE path = ?1 AND number = ?2)
        AND t.is_after = 1 AND t.step > coalesce((SELECT step FROM done), 0)
        AND s.is_undone = 1 AND s.kind != 'draft'
    ORDER BY t.step LIMIT 1)
{_ROW} WHERE steps.id IN (SELECT step FROM done UNION ALL SELECT step FROM undone)
"""
_OF_ALL = f"""
{_ROW} WHERE steps.id IN (
    (SELECT id FROM steps WHERE is_undone = 0 AND kind != 'draft' ORDER BY id DESC LIMIT 1),
    (SELECT id FROM steps WHERE is_undone = 1 AND kind != 'draft' ORDER BY id LIMIT 1))
"""
_LINKS_BY_FRAME = """
SELECT other.step FROM {own} own
CROSS JOIN step_frames mine ON mine.step = own.step AND mine.is_after = 1
CROSS JOIN step_frames other ON other.frame = mine.frame AND other.is_after = 1
    AND other.step {order} mine.step
CROSS JOIN steps s ON s.id = other.step AND s.is_undone = {undone}
"""
_LINKS_BY_LABEL = """
SELECT other.step FROM {own} own
CROSS JOIN steps edit ON edit.id = own.step AND edit.kind = 'labels'
CROSS JOIN step_labels mine ON mine.step = own.step
CROSS JOIN step_labels other ON other.step {order} mine.step AND (other.label = mine.label
    OR other.old_name IN (mine.old_name, mine.new_name)
    OR other.new_name IN (mine.old_name, mine.new_name))
CROSS JOIN steps s ON s.id = other.step AND s.is_undone = {undone} AND s.kind = 'labels'
"""


class StepKind(StrEnum):
    """What a step is, beyond its text.

    An arrival brought a frame into the project: undone, that is gone again. A draft is what a live
    model showed when a person began to edit: it is stored before their step, goes with the steps
    around it, and is no row of the history.
    """

    EDIT = "edit"
    LABELS = "labels"
    ARRIVAL = "arrival"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as a list shows it.

    `made_at` is in seconds since 1970, `session` tells the windows apart, `frame_id` is the first
    of the `frames` Samples that it changes, None without one.
    """

    id: int
    text: str
    made_at: int
    session: str
    kind: StepKind
    is_undone: bool
    frames: int
    frame_id: FrameId | None


@dataclass(frozen=True, slots=True)
class History:
    """The step that undo would take back, and the one that redo would do again."""

    undo: StepRow | None = None
    redo: StepRow | None = None


def read(store: Store, frame_id: FrameId | None) -> History:
    """What undo and redo would take on this frame, or in the whole project for None."""
    if frame_id is None:
        found = store.query(_OF_ALL)
    else:
        path = store.place.stored(frame_id.path)
        found = store.query(_OF_FRAME, (path, frame_id.index))
    by_side = {row.is_undone: row for row in _rows(store, found)}
    return History(by_side.get(False), by_side.get(True))


def rows(store: Store, offset: int, limit: int) -> tuple[StepRow, ...]:
    """A page of the history, newest first."""
    page = f"SELECT id FROM steps WHERE {_SHOWN} ORDER BY id DESC LIMIT ? OFFSET ?"
    sql = f"{_ROW} WHERE steps.id IN ({page}) ORDER BY steps.id DESC"
    return _rows(store, store.query(sql, (limit, offset)))


def count(store: Store) -> int:
    """How many rows the history has."""
    return int(store.query(f"SELECT count(*) FROM steps WHERE {_SHOWN}")[0][0])


def step(store: Store, number: int) -> StepRow:
    """One step."""
    found = store.query(f"{_ROW} WHERE steps.id = ? AND {_SHOWN}", (number,))
    if not found:
        hint = "Another window has made edits since; look at the history again."
        raise ProjectError("This step is no longer in the history.", hint=hint)
    steps = _rows(store, found)
    if not steps:
        raise _damaged()
    return steps[0]


def chain(store: Store, of: StepRow) -> tuple[StepRow, ...]:
    """The step and all that must be taken with it, in that order; drafts are among them.

    A done step is undone after the later ones that are done on its frames; an undone one is done
    again after the earlier ones that are undone there.
    """
    order, direction = ("<", "") if of.is_undone else (">", "DESC")
    links = _links("chain", order, is_undone=of.is_undone)
    sql = f"WITH RECURSIVE chain (step) AS (VALUES (?) UNION {' UNION '.join(links)})"
    sql += f"{_ROW} WHERE steps.id IN (SELECT step FROM chain) ORDER BY steps.id {direction}"
    found = store.query(sql, (of.id,))
    steps = _rows(store, found)
    if len(steps) < len(found):
        raise _damaged()
    return steps


def dependents(store: Store, of: StepRow) -> tuple[StepRow, ...]:
    """What goes along with a step, as a person sees it."""
    return tuple(
        one for one in chain(store, of) if one.id != of.id and one.kind is not StepKind.DRAFT
    )


def outdated(store: Store, number: int) -> list[int]:
    """The undone steps that cannot be done again after this new one."""
    if not store.query("SELECT 1 FROM steps WHERE is_undone = 1 LIMIT 1"):
        return []
    first = _links("new", "<", is_undone=True)
    later = _links("gone", ">", is_undone=True)
    sql = f"WITH RECURSIVE new (step) AS (VALUES (?)), gone (step) AS ({' UNION '.join(first)}"
    sql += f" UNION {' UNION '.join(later)}) SELECT step FROM gone"
    return [found for (found,) in store.query(sql, (number,))]


def listed(numbers: Iterable[int]) -> str:
    """Numbers as one value, for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(sorted(numbers))


def _links(own: str, order: str, *, is_undone: bool) -> list[str]:
    """Questions for the steps before or after those of the table `own` that touch the same."""
    return [
        links.format(own=own, order=order, undone=int(is_undone))
        for links in (_LINKS_BY_FRAME, _LINKS_BY_LABEL)
    ]


def _damaged() -> ProjectError:
    hint = "Repair the project, or put a backup in its place."
    return ProjectError("This step of the history is damaged.", hint=hint)


def _rows(store: Store, found: Sequence[Row]) -> tuple[StepRow, ...]:
    """The steps of these rows; one that makes no sense is left out."""
    return tuple(store.odd.made("steps", found, partial(_row, store)))


def _row(store: Store, *values: Any) -> StepRow:
    number, text, made_at, session, kind, is_undone, frames, path, index = values
    if not isinstance(made_at, int) or not isinstance(frames, int) or not isinstance(text, str):
        raise ValueError("a text or number is none")
    frame_id = None if path is None else FrameId(store.place.full(path), index)
    return StepRow(
        number, text, made_at, session, StepKind(kind), bool(is_undone), frames, frame_id
    )
