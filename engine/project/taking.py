"""Undo and redo: a step of the history taken back, or done again, as a whole."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from engine.errors import ProjectError
from engine.jobs import CancelToken
from engine.project import history, label_rows
from engine.project.heeding import heeding
from engine.project.history import StepKind, StepRow
from engine.project.listing import frame_id_of
from engine.project.rows import COLUMNS
from engine.project.schema import COUNT_OBJECTS
from engine.project.store import Store
from engine.values import FrameId


@dataclass(frozen=True, slots=True)
class TakenSteps:
    """What was undone or done again: the steps, the frames that they change, and their labels."""

    steps: tuple[StepRow, ...]
    frame_ids: tuple[FrameId, ...]
    has_labels: bool


def take(
    store: Store, number: int, along: Collection[int], cancel: CancelToken | None, *, is_redo: bool
) -> TakenSteps:
    """Take a step with those that must go along, if these are the ones agreed to."""
    with store.writing(), heeding(store.connection, cancel):
        step = history.step(store, number)
        if step.is_undone != is_redo:
            done = "done again" if is_redo else "undone"
            hint = "Another window did it; look at the history again."
            raise ProjectError(f"“{step.text}” is {done} already.", hint=hint)
        chain = history.chain(store, step)
        _refuse_others(step, chain, {number, *along})
        for one in chain:
            _take_one(store, one)
        store.forget_cached()
        steps = tuple(one for one in chain if one.kind is not StepKind.DRAFT)
        numbers = history.listed(one.id for one in chain)
        found = store.query(
            "SELECT path, number FROM frames WHERE id IN (SELECT frame FROM step_frames"
            " WHERE step IN (SELECT value FROM json_each(?))) ORDER BY rank, number",
            (numbers,),
        )
        labels = "SELECT 1 FROM step_labels WHERE step IN (SELECT value FROM json_each(?)) LIMIT 1"
        has_labels = bool(store.query(labels, (numbers,)))
    frame_ids = tuple(store.odd.made("frames", found, partial(frame_id_of, store)))
    return TakenSteps(steps, frame_ids, has_labels)


def _refuse_others(step: StepRow, chain: Collection[StepRow], agreed: set[int]) -> None:
    others = [one for one in chain if one.id not in agreed and one.kind is not StepKind.DRAFT]
    if not others:
        return
    if len(agreed) > 1:
        hint = "Look at the history again before you go on."
        raise ProjectError("The history has changed meanwhile.", hint=hint)
    side, verb = ("earlier", "Redo") if step.is_undone else ("later", "Undo")
    steps = f"1 {side} step" if len(others) == 1 else f"{len(others)} {side} steps"
    hint = f"{verb} them together, in the history."
    raise ProjectError(f"“{step.text}” and {steps} change the same.", hint=hint)


def _take_one(store: Store, step: StepRow) -> None:
    """Undo a done step, or do an undone one again: every frame and label as it was."""
    side = int(step.is_undone)
    changed = "SELECT frame, id FROM changes WHERE step = ?"
    store.run(f"DELETE FROM annotations WHERE (frame, id) IN ({changed})", (step.id,))
    store.run(
        f"INSERT INTO annotations (frame, {COLUMNS}) SELECT frame, {COLUMNS} FROM changes"
        " WHERE step = ? AND is_after = ?",
        (step.id, side),
    )
    store.run(
        "UPDATE frames SET (height, width, state, attributes, touched) ="
        " (SELECT height, width, state, attributes, touched FROM step_frames"
        " WHERE step = ?1 AND is_after = ?2 AND frame = frames.id)"
        " WHERE id IN (SELECT frame FROM step_frames WHERE step = ?1 AND is_after = ?2)",
        (step.id, side),
    )
    store.run(
        f"{COUNT_OBJECTS} WHERE id IN (SELECT frame FROM step_frames WHERE step = ?)", (step.id,)
    )
    if step.kind is StepKind.LABELS:
        label_rows.restore(store, step.id, is_redo=step.is_undone)
    else:
        label_rows.restore_adopted(store, step.id, is_redo=step.is_undone)
    label_rows.revive(store, step.id, is_after=step.is_undone)
    store.run("UPDATE steps SET is_undone = ? WHERE id = ?", (not step.is_undone, step.id))
