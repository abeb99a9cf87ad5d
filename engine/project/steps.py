"""Steps of the history as they are written: frame by frame, then their labels."""

import time
import uuid

from engine.project import history, label_rows
from engine.project.history import StepKind
from engine.project.label_rows import LabelChange
from engine.project.store import COLUMNS, MARKS, Change, Store, flags_of

SESSION = uuid.uuid4().hex
"""This process among those that write to a project."""


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
        gone = history.listed(history.outdated(self._store, self.number))
        if gone == "[]":
            return
        listed = "IN (SELECT value FROM json_each(?))"
        old = self._store.query(f"SELECT DISTINCT region FROM changes WHERE step {listed}", (gone,))
        self._store.run(f"DELETE FROM steps WHERE id {listed}", (gone,))
        self._store.forget_regions(number for (number,) in old)
