"""The open Project: the states of its frames and its labels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.errors import AppError
from engine.values import FrameId, Label, Sample, SampleState
from gui.controllers.frame_states import FrameStates
from gui.controllers.listing import (
    Listing,
    Prepared,
    Wish,
    camera_root,
    list_frames,
    prepare_project,
)
from gui.jobs import Job, Jobs

if TYPE_CHECKING:
    from engine.look import OpenedLabels
    from engine.project.contents import Renamed
    from engine.project.contested import Contested
    from engine.project.place import ProjectPlace
    from engine.project.project import Project
    from engine.project.taking import TakenSteps

PATIENCE_SECONDS = 0.3
"""How long the window may stand still while another one writes."""

FEW_FRAMES = 20
"""The states of more frames than this are read all at once."""


class ProjectController(QObject):
    """Opens pictures in two steps: their names at once, the Project when its database is ready.

    `joined` tells that it is another window's now, which `opened` tells too.
    """

    listed = Signal(object)
    opened = Signal()
    closed = Signal()
    labels_changed = Signal()
    states_changed = Signal()
    place_changed = Signal()
    joined = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.labels: tuple[Label, ...] = ()
        self._jobs = jobs
        self.where = "beside"
        """Where new projects go."""
        self.recursive = True
        """Whether the folders below a folder that is opened are searched."""
        self._job: Job | None = None
        self._listing: Listing | None = None
        self._scratch: ProjectPlace | None = None
        self.beside: OpenedLabels | None = None
        self.contested: tuple[Contested, ...] = ()
        self.renamed: Renamed | None = None
        """What had other names when it was open last."""
        self._states = FrameStates()

    @property
    def root(self) -> Path | None:
        """The folder the project is on."""
        return self.project.root if self.project is not None else None

    @property
    def place(self) -> "ProjectPlace | None":
        """Where the project is, for a Job that opens it too."""
        return self.project.place if self.project is not None else None

    @property
    def is_opening(self) -> bool:
        """Whether pictures are being listed, or their project opened."""
        return self._job is not None

    @property
    def trouble(self) -> AppError | None:
        """Why what was edited is not saved at the project's place, or cannot be edited at all."""
        return (self.project.trouble or self.project.refusal) if self.project is not None else None

    @property
    def folder(self) -> Path | None:
        """The project's own folder, for runs, weights and frozen frames; None while it is gone."""
        if self.project is None or self.project.trouble is not None:
            return None
        return self.project.place.folder

    # Opening

    def open_pictures(
        self, paths: Sequence[str], wanted: str = "", *, with_maps: bool = False
    ) -> None:
        """Open pictures, a folder of them, a list or labels with their pictures.

        What is open stays until that worked; `wanted` is the picture to show first. Label maps of
        others are pictures `with_maps` only.
        """
        wish = Wish(tuple(paths), wanted, self.recursive, with_maps)
        job = self._jobs.create(partial(list_frames, wish), text=self.tr("Listing"))
        job.finished.connect(self._on_listed)
        self._start(job)

    def open_for_video(self, root: Path | None) -> None:
        """Open the project of a video's folder, or the cameras' (None); its pictures wait."""
        try:
            folder = root if root is not None else camera_root()
        except OSError as error:
            message = self.tr("Cannot make a project for the camera: {0}.")
            self.failed.emit(AppError(message.format(error.strerror)))
            return
        self._prepare(Listing(folder, (), takes_canvas=False))

    def _start(self, job: Job) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = job
        job.failed.connect(self.failed)
        job.ended.connect(self._on_ended)
        self._jobs.start(job)

    def open_again(self) -> None:
        """Open the project of the pictures shown last once more: its database is another now."""
        if self._listing is not None:
            self._prepare(self._listing)

    def _prepare(self, listing: Listing) -> None:
        self._listing = listing
        job = self._jobs.create(
            partial(prepare_project, listing, self.where), text=self.tr("Opening project")
        )
        job.finished.connect(self._on_prepared)
        self._start(job)

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._job:
            self._job = None

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        self.close()
        self.listed.emit(listing)
        self._prepare(listing)

    @Slot(object)
    def _on_prepared(self, prepared: Prepared) -> None:
        from engine.project.project import Project

        self.close()
        project: Project | None = None
        try:
            project = Project.open(prepared.place, busy_seconds=PATIENCE_SECONDS)
            self.labels = project.labels
        except AppError as error:
            if project is not None:
                project.close()
            self.failed.emit(error)
            return
        self.project = project
        self._scratch, self.beside = prepared.place, prepared.opened
        self.contested, self.renamed = prepared.contested, prepared.renamed
        self.project.listen(self.place_changed.emit, self._on_joined)
        self._states = FrameStates(prepared.listing.ids, prepared.states)
        self.listed.emit(prepared.listing)
        self._tell_opened()

    def _tell_opened(self) -> None:
        self.opened.emit()
        self.labels_changed.emit()
        self.states_changed.emit()
        self.place_changed.emit()

    def join(self) -> None:
        """Go over to the project that another window has begun on these pictures, if it has."""
        if self.project is not None:
            self._placed(self.project.join)

    def _on_joined(self) -> None:
        # It may be in the middle of an Edit.
        QTimer.singleShot(0, self, self._show_joined)

    @Slot()
    def _show_joined(self) -> None:
        if self.project is None:
            return
        try:
            self.labels = self.project.labels
            self._states.replace(self.project.states())
        except AppError as error:
            self.failed.emit(error)
            return
        self._tell_opened()
        self.joined.emit()

    def close(self) -> None:
        """Close the project; everything is saved already."""
        project, self.project = self.project, None
        self._states, self.labels = FrameStates(), ()
        if project is not None:
            self.closed.emit()
            self.labels_changed.emit()
            project.close()
        if self._scratch is not None:
            from engine.project.scratch import discard

            discard(self._scratch)
            self._scratch = None

    # Its place

    def try_again(self) -> None:
        """Bring what was edited to where it belongs; `place_changed` tells how that went."""
        if self.project is not None:
            self._placed(self.project.try_again)

    def move_to(self, folder: str) -> None:
        """Bring what was edited to another folder, from now on the project's place."""
        if self.project is not None:
            self._placed(partial(self.project.move_to, folder))

    def _placed(self, act: Callable[[], None]) -> None:
        try:
            act()
        except AppError as error:
            self.failed.emit(error)

    # States

    def note_listed(self, frame_ids: Iterable[FrameId]) -> None:
        """These frames were stored, and are listed from now on."""
        self._states.list(frame_ids)

    def state_of(self, frame_id: FrameId) -> SampleState:
        """How far the work on a frame has come."""
        return self._states.of(frame_id)

    def is_unreviewed(self, frame_id: FrameId) -> bool:
        """Whether a person has neither corrected, verified nor skipped it."""
        return self._states.is_unreviewed(frame_id)

    @Slot(object)
    def note_sample(self, sample: Sample) -> None:
        """A Sample was stored: remember its state."""
        self.note_states({sample.frame_id: sample.state})

    def note_states(self, states: Mapping[FrameId, SampleState]) -> None:
        """Samples were stored: remember their states."""
        if self._states.note(states):
            self.states_changed.emit()

    @Slot(object, object)
    def note_taken(
        self, taken: "TakenSteps", states: Mapping[FrameId, SampleState] | None = None
    ) -> None:
        """Steps of the history were undone or done again; `states` are those of all frames now."""
        self.reload_labels()
        if self.project is None or len(taken.frame_ids) > FEW_FRAMES:
            self.reload_states(states)
        else:
            self.note_states({i: self.project.sample(i).state for i in taken.frame_ids})

    def reload_states(self, known: Mapping[FrameId, SampleState] | None = None) -> None:
        """Samples that are not shown may have been stored; their states are read, or `known`."""
        if known is None:
            known = self.project.states() if self.project is not None else {}
        if self._states.replace(known):
            self.states_changed.emit()

    @property
    def reviewed(self) -> int:
        """How many of the listed frames a person has dealt with; asked at every picture."""
        return self._states.reviewed

    @property
    def has_labelled(self) -> bool:
        """Whether there is anything to train on."""
        return self._states.has_labelled

    # Labels

    @Slot()
    def reload_labels(self) -> None:
        """An Edit, a Job or another window may have changed labels."""
        if self.project is not None and self.project.labels != self.labels:
            self.labels = self.project.labels
            self.labels_changed.emit()
