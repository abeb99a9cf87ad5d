"""Project: labels, frames and Samples of one folder, saved at each Edit. There is no Save.

A Project belongs to the thread that opened it. A Job opens its own: `Project.open(project.place,
read_only=True)`; two windows may have the same project open.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from engine.annotations.edits import Edit
from engine.formats.label_notes import NO_NOTES, LabelNotes
from engine.jobs import CancelToken, Progress, no_progress
from engine.project import applying, arrivals, badges, contents, history, listing, taking, tracks
from engine.project.applying import Batch
from engine.project.badges import Badge
from engine.project.contents import Content, Renamed
from engine.project.found_beside import FilesBeside
from engine.project.history import History, StepRow
from engine.project.labelled import LabelledProject
from engine.project.listing import FrameRow, VideoRow
from engine.project.query import parse
from engine.project.search import search
from engine.project.steps import SESSION
from engine.project.taking import TakenSteps
from engine.project.tracks import TrackPlaces
from engine.tracks.interpolate import spans_at
from engine.values import Annotation, FrameId, Label, Sample, SampleState


class Project(LabelledProject):
    """Open one with `look`, `open` or `create`; `close` it or use `with`."""

    def add_frames(self, paths: Iterable[Path | str]) -> int:
        """Add pictures behind those there are; known ones stay as they are. Gives how many."""
        before = self.count
        listing.add_frames(self._store, paths)
        return self.count - before

    def add_frame(self, frame_id: FrameId) -> None:
        """Add one frame, also of a video; a known one stays as it is."""
        listing.add_frame(self._store, frame_id)

    def arrive(self, frame_id: FrameId, edit: Edit, *, labels: Sequence[Label] = ()) -> None:
        """Add a live frame with what the Edit makes of it: one step, and undone it is `gone`."""
        arrivals.arrive(self._store, frame_id, edit, labels)

    @property
    def gone(self) -> frozenset[FrameId]:
        """The frames whose arrival is undone: they are stored, but not to be listed."""
        return arrivals.gone(self._store)

    def unknown_frames(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Which of these pictures the project does not have."""
        return listing.unknown(self._store, paths)

    def follow_renamed(self, paths: Collection[str], cancel: CancelToken) -> Renamed:
        """Give Edits of pictures that are gone to those of these files that are the same ones
        under another name.
        """
        return contents.follow(self._store, paths, cancel)

    def missing_contents(self, first: str, cancel: CancelToken) -> tuple[list[Content], bool]:
        """Read contents of pictures with Edits that are not noted, `first` before the others, for
        some seconds; and whether these are all.
        """
        return contents.read_missing(self._store, first, cancel)

    def changed_content(self, path: str, cancel: CancelToken) -> list[Content]:
        """What a picture holds, if another program changed it since that was noted."""
        return contents.read_changed(self._store, path, cancel)

    def note_contents(self, found: Iterable[Content]) -> None:
        """Keep what files held, to know them again under another name. It is no Edit."""
        contents.note(self._store, found)

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
        stored = listing.states(self._store)
        return stored if self._beside is None else self._beside.states() | stored

    def frame_ids(self, offset: int = 0, limit: int = -1) -> tuple[FrameId, ...]:
        """FrameIds in order; a limit of -1 gives all."""
        return listing.frame_ids(self._store, offset, limit)

    def frames(self, offset: int = 0, limit: int = 200) -> tuple[FrameRow, ...]:
        """A page of the filmstrip."""
        return listing.frames(self._store, offset, limit)

    def badge(self, frame_id: FrameId) -> Badge:
        """What a list says of a frame: its labels and proposals. It reads no Regions, and no label
        file: `whole_badge` does."""
        return badges.read(self._store, frame_id)

    def whole_badge(self, frame_id: FrameId) -> Badge:
        """The same, of a frame whose labels lie in a file, too."""
        return badges.of_sample(self.sample(frame_id))

    def lowest_scores(self) -> dict[FrameId, float]:
        """Every frame with proposals, and the score of the least sure of them. Files with what a
        model found are read."""
        found = badges.lowest_scores(self._store)
        states = {} if self._beside is None else self._beside.states()
        for frame_id in (i for i, state in states.items() if state is SampleState.PREDICTED):
            if (badge := self.whole_badge(frame_id)).proposals:
                found[frame_id] = 1.0 if badge.lowest is None else badge.lowest
        return found

    def index_of(self, frame_id: FrameId) -> int | None:
        """The position of a frame in `frame_ids`; None for one that is not stored."""
        return listing.index_of(self._store, frame_id)

    def sample(self, frame_id: FrameId) -> Sample:
        """The Sample of a frame; an empty one where nothing is stored yet."""
        return self._store.load(frame_id).sample

    def samples(self, states: Iterable[SampleState] = tuple(SampleState)) -> Iterator[Sample]:
        """Every stored Sample in these states, in order, one at a time."""
        if self._beside is None:
            found = listing.frame_ids_in(self._store, states)
        else:
            wanted, known = set(states), self.states()
            found = (i for i in self.frame_ids() if known.get(i, SampleState.NEW) in wanted)
        for frame_id in found:
            yield self.sample(frame_id)

    def search(
        self,
        text: str,
        *,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> tuple[FrameId, ...]:
        """The frames that a question finds, in order. QueryError for one that means nothing."""
        query, beside = parse(text), self._beside
        if beside is None:
            return search(self._store, query)
        read = beside.base.sample
        files = FilesBeside(beside.states(), beside.labels, read, progress, cancel)
        return search(self._store, query, files)

    def apply(
        self,
        frame_id: FrameId,
        edit: Edit,
        *,
        first: Edit | None = None,
        labels: Sequence[Label] = (),
    ) -> Sample:
        """Edit one Sample: one transaction, and one step of undo.

        What `first` does, such as storing a live model's proposals, is written before: undo brings
        that back. Where `edit` changes nothing, nothing is written. The objects may have the ids
        of `labels`: those that they have are found by name, or enter the project in this step.
        """
        return applying.apply(self._store, frame_id, edit, first, labels)

    def apply_all(
        self,
        edits: Iterable[tuple[FrameId, Edit]],
        text: str,
        *,
        labels: Sequence[Label] = (),
        lends: bool = False,
        notes: LabelNotes = NO_NOTES,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> int:
        """Edit many Samples as one transaction and one step; gives how many changed.

        All of `labels` are found by name or enter the project, as part of the step, and what
        `notes` say of them; with `lends` only those of annotations do, see `lent_labels`.
        """
        with self._store.writing():
            batch = Batch(self._store, text, labels, lends=lends, notes=notes)
            for done, (frame_id, edit) in enumerate(edits, start=1):
                if cancel is not None:
                    cancel.check()
                batch.apply(frame_id, edit)
                progress(done, 0, text)
            return batch.end()

    def track_places(self, path: str, track: int) -> TrackPlaces:
        """In which frames of a video the object of a track is, without loading a Region."""
        return tracks.places(self._store, path, track)

    def free_track(self, path: str) -> int:
        """A track number that no object of this video has."""
        return tracks.free_number(self._store, path)

    def keyframes_near(self, frame_id: FrameId, track: int) -> tuple[tuple[int, Annotation], ...]:
        """The keyframes of a track before and after a frame, or at it, with their indexes."""
        return tracks.keyframes_near(self._store, frame_id, track)

    def left_behind(self, frame_id: FrameId, track: int) -> int:
        """How many interpolated objects beside a frame no longer lie between their keyframes: so
        many did not follow an Edit. `fill_track` puts them right."""
        return tracks.left_behind(self._store, frame_id, track)

    def fill_track(
        self, frame_id: FrameId, track: int, text: str, *, cancel: CancelToken | None = None
    ) -> int:
        """Interpolate a track in the spans of keyframes that a frame lies in or borders on: one
        step. Gives in how many frames something changed."""
        keys = self.track_places(frame_id.path, track).keys
        spans = spans_at(keys, frame_id.index)
        every = (tracks.filling(self._store, frame_id.path, track, span) for span in spans)
        return self.apply_all(chain.from_iterable(every), text, cancel=cancel)

    def history(self, frame_id: FrameId | None) -> History:
        """The steps that undo and redo take on this frame, or in the whole project for None."""
        return history.read(self._store, frame_id)

    def steps(self, offset: int = 0, limit: int = 200) -> tuple[StepRow, ...]:
        """A page of the history, newest first, undone steps among them."""
        return history.rows(self._store, offset, limit)

    @property
    def step_count(self) -> int:
        """How many steps the history has."""
        return history.count(self._store)

    def dependents(self, step_id: int) -> tuple[StepRow, ...]:
        """The steps that go along when this one is undone or done again, in that order."""
        with self._store.reading():
            return history.dependents(self._store, history.step(self._store, step_id))

    def undo(
        self, step_id: int, *, along: Collection[int] = (), cancel: CancelToken | None = None
    ) -> TakenSteps:
        """Take back this step, and with it the `dependents` that a person has agreed to.

        A ProjectError where there are others, or where another window has undone it.
        """
        return taking.take(self._store, step_id, along, cancel, is_redo=False)

    def redo(
        self, step_id: int, *, along: Collection[int] = (), cancel: CancelToken | None = None
    ) -> TakenSteps:
        """Do this undone step again, and with it the `dependents` agreed to."""
        return taking.take(self._store, step_id, along, cancel, is_redo=True)

    @property
    def session(self) -> str:
        """What the steps of this process have as their session."""
        return SESSION

    @property
    def version(self) -> int:
        """Another number whenever another window or a Job has written. It costs next to nothing."""
        return self._store.version

    def remember(self, key: str, value: Any) -> None:
        """Keep a small JSON value with the project, such as the frame shown last. It is stored with
        the next Edit: what is remembered of looking is no reason to write.
        """
        self._notes[key] = json.dumps(value)

    def recall(self, key: str, default: Any = None) -> Any:
        """The value kept under this key."""
        if key in self._notes:
            return json.loads(self._notes[key])
        found = self._store.query("SELECT value FROM notes WHERE key = ?", (key,))
        kept = self._store.odd.made("notes", found, json.loads)
        return kept[0] if kept else default
