"""Labels that lie in files beside a project's pictures, until an Edit stores what they say."""

import json
from pathlib import Path
from typing import Any

from engine.attributes import Specs, specs_text
from engine.jobs import CancelToken, Progress
from engine.project import label_rows
from engine.project import labels as labels_of_project
from engine.project.base import BaseLabels
from engine.project.seen import Seen
from engine.project.store import Store
from engine.values import FrameId, Label, SampleState

LABELS, IDS = "labels", "label_ids"
"""Notes: where labels lie, as [format, path]; the ids under which their names were stored."""


class Beside:
    """What was seen beside a project, as part of it."""

    def __init__(self, store: Store, seen: Seen) -> None:
        self._store, self._seen = store, seen
        noted = _note(store, IDS)
        datasets = [dataset for _, dataset in seen.labels]
        labels = labels_of_project.read(store)
        self.base = BaseLabels(datasets, labels, noted, seen.by_frame)
        places = _note(store, LABELS) or []
        self._is_stored = all(row in places for row in self._where) and not (
            self.base.ids().items() - (noted or {}).items()
        )

    @property
    def labels(self) -> tuple[Label, ...]:
        """The project's labels, and those of the files that it does not have yet."""
        stored = labels_of_project.read(self._store)
        if self._is_stored:
            return stored
        ids = {label.id for label in stored}
        mine = {label.id: label for label in self.base.labels}
        shown = [mine.get(x.id, x) for x in stored]
        return (*shown, *(x for x in self.base.labels if x.id not in ids))

    @property
    def attributes(self) -> dict[int, Specs]:
        """What the objects of each label may say of themselves, as the project has it or the files
        where that is not stored yet."""
        stored = labels_of_project.attributes(self._store)
        return stored if self._is_stored else {**self.base.notes().attributes, **stored}

    @property
    def _where(self) -> list[list[str]]:
        place = self._store.place
        return [[at.format, place.stored(at.path)] for at, _ in self._seen.labels]

    def states(self) -> dict[FrameId, SampleState]:
        """The frames whose content lies in files."""
        rows = self._store.query("SELECT path, number FROM frames WHERE touched = 1")
        touched = {FrameId(self._store.place.full(path), number) for path, number in rows}
        states = {False: SampleState.LABELLED, True: SampleState.PREDICTED}
        untouched = (i for i in self.base.frame_ids if i not in touched)
        return {i: states[self.base.is_predicted(i)] for i in untouched}

    def store(self) -> None:
        """In an Edit's transaction: keep where the labels lie, and their names."""
        if self._is_stored:
            return
        attributes = self.attributes
        for position, label in enumerate(self.labels):
            row = label_rows.row_of(label, position, specs_text(attributes.get(label.id, ())))
            label_rows.put(self._store, label.id, row)
        where = self._where
        known = [row for row in _note(self._store, LABELS) or [] if row not in where]
        ids = (_note(self._store, IDS) or {}) | self.base.ids()
        for key, value in ((LABELS, [*known, *where]), (IDS, ids)):
            sql = "INSERT OR REPLACE INTO notes VALUES (?, ?)"
            self._store.run(sql, (key, json.dumps(value)))

    def take_in(self, progress: Progress, cancel: CancelToken | None) -> None:
        """Store what the files say of every frame: an Edit is to change all objects of a label.

        Inside its transaction.
        """
        total = self.base.count
        for done, frame_id in enumerate(self.base.frame_ids, start=1):
            if cancel is not None:
                cancel.check()
            loaded = self._store.load(frame_id)
            if loaded.is_beside:
                self._store.settle(loaded)
            progress(done, total, Path(frame_id.path).name)

    def stored(self) -> None:
        """The Edit is on the disk."""
        self._is_stored = True


def noted_labels(store: Store) -> list[tuple[str, str]]:
    """Where labels lay when they were stored: formats and full paths that are still there."""
    rows = _note(store, LABELS) or []
    found = [(str(row[0]), store.place.full(str(row[1]))) for row in rows if len(row) == 2]
    return [(name, path) for name, path in found if Path(path).exists()]


def _note(store: Store, key: str) -> Any:
    found = store.query("SELECT value FROM notes WHERE key = ?", (key,))
    return json.loads(found[0][0]) if found else None
