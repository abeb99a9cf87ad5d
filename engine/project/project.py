"""Project: labels, frames and Samples of one folder, saved at each Edit. There is no Save.

A Project belongs to the thread that opened it. A Job opens its own: `Project.open(project.root,
read_only=True)`; two windows may have the same project open.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.jobs import CancelToken, Progress, no_progress
from engine.project import history, labels, listing
from engine.project.history import History
from engine.project.listing import FrameRow, VideoRow
from engine.project.place import ProjectPlace, place_of
from engine.project.store import Change, Store
from engine.values import FrameId, Label, Sample, SampleState


class Project:
    """Open one with `open`, `create` or `open_or_create`; `close` it or use `with`."""

    def __init__(self, place: ProjectPlace, *, read_only: bool = False) -> None:
        self.place = place
        self._store = Store(place.database, place, read_only=read_only)

    @classmethod
    def exists(cls, folder: Path | str) -> bool:
        """Whether there is a project on the pictures of this folder."""
        return place_of(folder).exists

    @classmethod
    def open(cls, folder: Path | str, *, read_only: bool = False) -> "Project":
        """Open the project on this folder."""
        place = place_of(folder, read_only=read_only)
        if not place.exists:
            hint = "Open the folder in the window, or create the project first."
            raise ProjectError(f"There is no project in {place.root}.", hint=hint)
        return cls(place, read_only=read_only)

    @classmethod
    def create(cls, folder: Path | str, labels: Sequence[Label] = ()) -> "Project":
        """Make a new project on this folder; an existing one is never replaced."""
        place = place_of(folder)
        if place.exists:
            raise ProjectError(f"{place.root} has a project already.", hint="Open it instead.")
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            hint = "Choose a folder you may write to."
            raise ProjectError(f"Cannot make {place.folder}.", hint=hint) from error
        project = cls(place)
        project.set_labels(labels)
        return project

    @classmethod
    def open_or_create(cls, folder: Path | str) -> "Project":
        """Open the project on this folder, or make one."""
        return cls.open(folder) if cls.exists(folder) else cls.create(folder)

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database. Everything is saved already."""
        self._store.close()

    @property
    def root(self) -> Path:
        """The folder of the pictures."""
        return self.place.root

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels in order; id 0 is background unless it was named otherwise."""
        return labels.read(self._store)

    def set_labels(self, wanted: Sequence[Label]) -> None:
        """Add, rename, recolour and order labels. One that is in use cannot be left out."""
        labels.write(self._store, wanted)

    def add_label(self, name: str, color: tuple[int, int, int] | None = None) -> Label:
        """Add a label under the lowest free id, or give back the one of this name."""
        return labels.add(self._store, name, color)

    def add_frames(self, paths: Iterable[Path | str]) -> int:
        """Add pictures behind those there are; known ones stay as they are. Gives how many."""
        before = self.count
        listing.add_frames(self._store, paths)
        return self.count - before

    def add_video(self, path: Path | str, count: int) -> None:
        """Note a video and its number of frames."""
        listing.add_video(self._store, path, count)

    @property
    def videos(self) -> tuple[VideoRow, ...]:
        """The project's videos in order."""
        return listing.videos(self._store)

    @property
    def count(self) -> int:
        """How many frames are stored: every picture, and the touched frames of videos."""
        return int(self._store.query("SELECT count(*) FROM frames")[0][0])

    def states(self) -> dict[FrameId, SampleState]:
        """The state of every frame that is no longer new."""
        return listing.states(self._store)

    def frame_ids(self, offset: int = 0, limit: int = -1) -> tuple[FrameId, ...]:
        """FrameIds in order; a limit of -1 gives all."""
        return listing.frame_ids(self._store, offset, limit)

    def frames(self, offset: int = 0, limit: int = 200) -> tuple[FrameRow, ...]:
        """A page of the filmstrip."""
        return listing.frames(self._store, offset, limit)

    def index_of(self, frame_id: FrameId) -> int | None:
        """The position of a frame in `frame_ids`; None for one that is not stored."""
        return listing.index_of(self._store, frame_id)

    def sample(self, frame_id: FrameId) -> Sample:
        """The Sample of a frame; an empty one where nothing is stored yet."""
        return self._store.load(frame_id).sample

    def samples(self, states: Iterable[SampleState] = tuple(SampleState)) -> Iterator[Sample]:
        """Every stored Sample in these states, in order, one at a time."""
        for frame_id in listing.frame_ids_in(self._store, states):
            yield self.sample(frame_id)

    def apply(self, frame_id: FrameId, edit: Edit, *, undoable: bool = True) -> Sample:
        """Edit one Sample: one transaction, and one step of undo unless said otherwise."""
        with self._store.writing():
            made = self._write(frame_id, edit)
            if made is not None:
                self._note(edit.text, [made], undoable=undoable)
        return self._store.load(frame_id).sample

    def apply_all(
        self,
        edits: Iterable[tuple[FrameId, Edit]],
        text: str,
        *,
        undoable: bool = True,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> int:
        """Edit many Samples as one transaction and one step; gives how many changed."""
        made = []
        with self._store.writing():
            for done, (frame_id, edit) in enumerate(edits, start=1):
                if cancel is not None:
                    cancel.check()
                if (change := self._write(frame_id, edit)) is not None:
                    made.append(change)
                progress(done, 0, text)
            if made:
                self._note(text, made, undoable=undoable)
        return len(made)

    def undo(self) -> tuple[FrameId, Sample, str] | None:
        """Take back the last step; gives the frame to show, its Sample and the step's text."""
        return self._step(redo=False)

    def redo(self) -> tuple[FrameId, Sample, str] | None:
        """Do again what was taken back last."""
        return self._step(redo=True)

    @property
    def history(self) -> History:
        """What undo and redo would do, asked from the database."""
        return history.read(self._store)

    def remember(self, key: str, value: Any) -> None:
        """Keep a small JSON value with the project, such as the frame shown last."""
        with self._store.writing() as connection:
            values = (key, json.dumps(value))
            connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", values)

    def recall(self, key: str, default: Any = None) -> Any:
        """The value kept under this key."""
        found = self._store.query("SELECT value FROM notes WHERE key = ?", (key,))
        return json.loads(found[0][0]) if found else default

    def _note(self, text: str, made: Sequence[Change], *, undoable: bool) -> None:
        if undoable:
            self._store.record(text, made)
        else:
            self._store.forget_regions(
                before.rows[i][9] for before, _, ids in made for i in ids if i in before.rows
            )

    def _write(self, frame_id: FrameId, edit: Edit) -> Change | None:
        before = self._store.load(frame_id)
        after = edit(before.sample)
        return None if after is before.sample else self._store.write(before, after)

    def _step(self, *, redo: bool) -> tuple[FrameId, Sample, str] | None:
        with self._store.writing():
            step = self._store.next_step(redo=redo)
            if step is None:
                return None
            self._store.take_step(step, redo=redo)
        frame_id = self._store.frame_id(step.frames[0])
        return frame_id, self._store.load(frame_id).sample, step.text
