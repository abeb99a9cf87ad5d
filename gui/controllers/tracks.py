"""The track in hand: where it is in its video, and the Jobs that fill it or follow it on."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.values import PERSON, Annotation, FrameId, Polyline, Sample, SampleState
from gui.controllers.annotations import AnnotationsController
from gui.controllers.frames import FramesController
from gui.controllers.large_edits import EditedLargely, LargeEdits
from gui.controllers.project import ProjectController
from gui.controllers.track_jobs import (
    Following,
    accept_track,
    fill_track,
    follow_object,
    store_followed,
)
from gui.jobs import Jobs
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.project.project import Project
    from engine.project.tracks import TrackPlaces


class TracksController(QObject):
    """`number` is the track of the object selected last, `places` the frames that it is in."""

    changed = Signal()
    filled = Signal(int)
    accepted = Signal(int)
    followed = Signal(object)
    left_behind = Signal(int)
    failed = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        project: ProjectController,
        annotations: AnnotationsController,
        frames: FramesController,
        large: LargeEdits,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project, self._annotations = project, annotations
        self._frames, self._large = frames, large
        self.number: int | None = None
        self.path = ""
        """The video that `number` counts in."""
        self.places: TrackPlaces | None = None
        self._begun_in: Project | None = None
        self._job = OneJob(jobs, self)
        self._job.finished.connect(self._on_followed)
        self._job.failed.connect(self.failed)
        annotations.selection_changed.connect(self._on_selection)
        annotations.history.grown.connect(self.read)
        annotations.stored.connect(self._on_edited)
        annotations.history.taken.connect(self.read)
        project.opened.connect(self.read)
        project.closed.connect(self._on_closed)

    # What is in hand

    @property
    def is_following(self) -> bool:
        """Whether an object is being followed."""
        return self._job.is_running

    @property
    def selected(self) -> Annotation | None:
        """The one selected object of the shown frame."""
        sample, chosen = self._annotations.sample, self._annotations.selection
        return sample.find(chosen[0]) if sample is not None and len(chosen) == 1 else None

    @Slot()
    def _on_selection(self) -> None:
        annotation, sample = self.selected, self._annotations.sample
        if sample is not None and annotation is not None and annotation.track is not None:
            self._take(sample.frame_id.path, annotation.track)

    def _take(self, path: str, number: int | None) -> None:
        if (path, number) != (self.path, self.number):
            self.path, self.number = path, number
            self.read()

    @Slot()
    def _on_closed(self) -> None:
        self._take("", None)

    @Slot()
    def read(self) -> None:
        """Something was stored: where the track is now."""
        before, self.places = self.places, None
        project = self._project.project
        if project is not None and self.number is not None:
            try:
                self.places = project.track_places(self.path, self.number)
            except AppError as error:
                self.failed.emit(error)
        if self.places != before:
            self.changed.emit()

    @Slot(object)
    def _on_edited(self, sample: Sample) -> None:
        """A keyframe with very many frames beside it does not take them along by itself."""
        project = self._project.project
        if project is None or self.number is None or sample.frame_id.path != self.path:
            return
        count = project.left_behind(sample.frame_id, self.number)
        if count:
            self.left_behind.emit(count)

    def near(self, direction: int) -> FrameId | None:
        """The next keyframe of the track in a direction from the shown frame."""
        shown = self._frames.frame_id
        if self.places is None or shown is None or shown.path != self.path:
            return None
        keys = [key for key in self.places.keys if (key - shown.index) * direction > 0]
        return (
            FrameId(self.path, min(keys, key=lambda key: abs(key - shown.index))) if keys else None
        )

    # One frame

    def start(self, annotation: Annotation, text: str) -> None:
        """Give an object of the shown frame a track of its own."""
        from engine.annotations import tracking

        sample, project = self._annotations.stored_sample, self._project.project
        if sample is None or project is None:
            return
        number = project.free_track(sample.frame_id.path)
        change = partial(tracking.start, annotation_id=annotation.id, track=number)
        self._annotations.edit(text, change)
        self._take(sample.frame_id.path, number)

    def set_keyframe(self, text: str) -> bool:
        """Make the track's object in the shown frame a keyframe. Where it is not there, it is put
        where it should be. False where nothing is known of it."""
        from engine.annotations import tracking
        from engine.tracks.interpolate import expected
        from engine.tracks.keyframes import on_track

        sample, project = self._annotations.sample, self._project.project
        if sample is None or project is None or self.number is None:
            return False
        near = project.keyframes_near(sample.frame_id, self.number)
        known = {index: annotation.region for index, annotation in near}
        region = expected(known, sample.frame_id.index)
        if region is None or sample.frame_id.path != self.path:
            return False
        like = near[0][1]
        new = Annotation(
            region, like.label_id, PERSON, track=self.number, attributes=like.attributes
        )
        self._annotations.edit(text, partial(tracking.set_keyframe, annotation=new))
        after = self._annotations.sample
        placed = on_track(after, self.number) if after is not None else None
        self._annotations.select((placed.id,) if placed is not None else ())
        return True

    # Many frames

    def fill(self, text: str) -> None:
        """Interpolate from the shown frame to the keyframes around it: `filled` tells in how many
        frames."""
        project, shown = self._project.project, self._frames.frame_id
        if project is not None and shown is not None and self.number is not None:
            change = partial(fill_track, shown, self.number, text)
            self._large.start(project, change, self._on_filled, text)

    def _on_filled(self, edited: EditedLargely) -> None:
        self._show_stored(edited.states)
        self.filled.emit(edited.value)

    def accept(self, text: str) -> None:
        """Accept all that waits of the track: `accepted` tells in how many frames."""
        project = self._project.project
        if project is not None and self.places is not None and self.places.waiting:
            ids = tuple(FrameId(self.path, index) for index in self.places.waiting)
            change = partial(accept_track, ids, self.places.track, text)
            self._large.start(project, change, self._on_accepted, text)

    def _on_accepted(self, edited: EditedLargely) -> None:
        self._show_stored(edited.states)
        self.accepted.emit(edited.value)

    def follow(self, annotation: Annotation, frames: int, text: str) -> bool:
        """Follow an object of the shown frame through so many frames, backward below 0; False while
        another one is followed, and for a line. What is found waits as proposals: `followed`
        tells."""
        from engine.tracks.through_video import FollowRequest

        sample = self._annotations.sample
        if sample is None or isinstance(annotation.region, Polyline):
            return False
        self._take(sample.frame_id.path, annotation.track)
        self._begun_in = self._project.project
        known = self.places.keys + self.places.interpolated if self.places is not None else ()
        stops = frozenset(known) - {sample.frame_id.index}
        request = FollowRequest(sample.frame_id, annotation.region, frames, stops)
        following = Following(annotation, request, sample.size_hw)
        return self._job.start(partial(follow_object, following), text=text)

    @Slot(object)
    def _on_followed(self, following: Following) -> None:
        project = self._project.project
        if following.followed is None or project is None or project is not self._begun_in:
            return
        if not following.followed.found:
            self.followed.emit(following)
            return
        text = self.tr("Follow an object")
        change = partial(store_followed, following, text)
        self._large.start(project, change, self._on_stored, text)

    def _on_stored(self, edited: EditedLargely) -> None:
        following: Following = edited.value
        self._show_stored(edited.states)
        self._take(following.request.frame_id.path, following.annotation.track)
        self.followed.emit(following)

    def _show_stored(self, states: Mapping[FrameId, SampleState]) -> None:
        """Frames of the video that were stored are listed now, in their order."""
        self._project.reload_states(states)
        known = set(self._frames.ids)
        new = {i for i in states if i.path == self.path and i not in known}
        if new:
            others = [i for i in self._frames.ids if i.path != self.path]
            own = sorted(new | {i for i in known if i.path == self.path})
            self._project.note_listed(new)
            self._list((*others, *own))
        self._annotations.reload()
        self.read()

    def _list(self, ids: tuple[FrameId, ...]) -> None:
        shown = self._frames.frame_id
        if shown is not None:
            self._frames.set_ids(ids, ids.index(shown))
        else:
            self._frames.set_list(ids)

    def stop(self) -> None:
        """Follow no further."""
        self._job.cancel()
