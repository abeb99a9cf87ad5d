"""Steps of the history as they are written: frame by frame, then their labels."""

import time
import uuid

from engine.project import history, label_rows
from engine.project.history import StepKind
from engine.project.label_rows import LabelChange
from engine.project.rows import COLUMNS, MARKS, flags_of
from engine.project.store import Change, Store

SESSION = uuid.uuid4().hex
"""This process among those that write to a project."""


_SWEPT_AT_ONCE = 50


class Recording:
    """One step while it is made, inside `Store.writing`; without any change there is none."""

    def __init__(self, store: Store, text: str, kind: StepKind = StepKind.EDIT) -> None:
        self.number = 0
        self.frames = 0
        self._store, self._text, self._kind = store, text, kind

    def begin(self, first_frame: int | None = None) -> int:
        """Give the step its number."""
        if not self.number:
            values = (self._text, int(time.time()), SESSION, self._kind.value, first_frame)
            sql = "INSERT INTO steps (text, made_at, session, kind, first_frame)"
            self.number = self._store.run(f"{sql} VALUES (?, ?, ?, ?, ?)", values).lastrowid or 0
        return self.number

    def add(self, change: Change) -> None:
        """Note a frame from what `Store.write` gave."""
        before, after, ids = change
        step = self.begin(after.frame)
        self.frames += 1
        for is_after, side in ((0, before), (1, after)):
            sample = side.sample
            self._store.run(
                "INSERT INTO step_frames"
                " (step, frame, is_after, height, width, state, attributes, touched)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (step, after.frame, is_after, *flags_of(sample), side.is_touched),
            )
            self._store.many(
                f"INSERT INTO changes (step, is_after, frame, {COLUMNS}) VALUES (?, ?, ?, {MARKS})",
                [(step, is_after, after.frame, *side.rows[i]) for i in ids if i in side.rows],
            )

    def add_frames_of_changes(self) -> None:
        """Note every frame whose rows are among the changes of this step already."""
        step = self.begin()
        self._store.run(
            "INSERT INTO step_frames"
            " (step, frame, is_after, height, width, state, attributes, touched)"
            " SELECT ?1, frames.id, side.value, height, width, state, attributes, touched"
            " FROM frames CROSS JOIN json_each('[0, 1]') side"
            " WHERE frames.id IN (SELECT frame FROM changes WHERE step = ?1)",
            (step,),
        )
        within = "FROM step_frames WHERE step = ?1 AND is_after = 1"
        sql = f"SELECT count(*), min(frame) {within}"
        self.frames, first = self._store.query(sql, (step,))[0]
        self._store.run("UPDATE steps SET first_frame = ? WHERE id = ?", (first, step))

    def add_label(self, change: LabelChange) -> None:
        """Change a label, and note it."""
        label_rows.put(self._store, change.id, change.new)
        label_rows.note(self._store, self.begin(), change)

    def end(self) -> None:
        """The step is whole: undone ones that no longer fit go."""
        if not self.number:
            return
        values = (self.frames, self.number)
        self._store.run("UPDATE steps SET frames = ? WHERE id = ?", values)
        gone = history.outdated(self._store, self.number)
        if gone:
            sql = "UPDATE steps SET is_undone = 2 WHERE id IN (SELECT value FROM json_each(?))"
            self._store.run(sql, (history.listed(gone),))
        sweep(self._store)


def sweep(store: Store, frames: int = _SWEPT_AT_ONCE) -> None:
    """Delete what steps that ended still keep, a little at each edit: an import may be among them.

    Such a step has 2 as `is_undone`, and nobody sees it any more.
    """
    while frames > 0:
        found = store.query("SELECT id FROM steps WHERE is_undone = 2 LIMIT 1")
        if not found:
            return
        (step,) = found[0]
        sql = "SELECT frame FROM step_frames WHERE step = ? ORDER BY frame DESC LIMIT ?"
        swept = [frame for (frame,) in store.query(sql, (step, 2 * frames))]
        if swept:
            _forget(store, step, swept[-1])
        else:
            store.run("DELETE FROM steps WHERE id = ?", (step,))
        frames -= max(len(set(swept)), 1)


def _forget(store: Store, step: int, first: int) -> None:
    """Delete what a step keeps of this frame and those behind it."""
    values, where = (step, first), "step = ? AND is_after IN (0, 1) AND frame >= ?"
    regions = store.query(f"SELECT DISTINCT region FROM changes WHERE {where}", values)
    store.run(f"DELETE FROM changes WHERE {where}", values)
    store.run("DELETE FROM step_frames WHERE step = ? AND frame >= ?", values)
    store.forget_regions(number for (number,) in regions)
