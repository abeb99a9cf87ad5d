"""Edits of many pictures at once: too long for the GUI thread, so each is a Job.

While one runs, no other Edit is made in its project: whoever tries is told why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId, SampleState
from gui.jobs import Jobs, Work
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.project.place import ProjectPlace
    from engine.project.project import Project

LARGE = 200
"""More pictures than this are edited in a Job: below, it takes some milliseconds."""

Change = Callable[["Project", Progress, CancelToken], Any]
"""Makes one Edit, as one transaction; called in a Job with a Project of its own."""


@dataclass(frozen=True, eq=False)
class EditedLargely:
    """What a change gave, and the states of all frames after it."""

    value: Any
    states: dict[FrameId, SampleState]


class UnderWayError(AppError):
    """Nothing else can be edited before a large Edit has ended."""


class LargeEdits(QObject):
    """One such Edit at a time. `done` comes when it is stored and its project is still open."""

    failed = Signal(object)
    ended = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = OneJob(jobs, self)
        self._job.finished.connect(self._on_finished)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._on_ended)
        self._text = ""
        self._project: Project | None = None
        self._done: Callable[[EditedLargely], None] | None = None
        self._prepared: Callable[[Any], None] | None = None
        self._then: Callable[[], None] | None = None

    def refusal(self, project: "Project | None") -> AppError | None:
        """Why nothing can be edited in this project now; None when it can."""
        is_here = self._job.is_running and project is self._project
        return self._busy() if is_here else None

    def _busy(self) -> AppError:
        message = self.tr("{0}: this is still under way.").format(self._text)
        return UnderWayError(message, hint=self.tr("Wait for it, or cancel it in the status bar."))

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self._job.is_running

    def start(
        self, project: "Project", change: Change, done: Callable[[EditedLargely], None], text: str
    ) -> None:
        """Make this change in the project. While another one runs, `failed` says so."""
        if self._begin(project, partial(edit_largely, project.place, change), text):
            self._done = done

    def prepare(
        self, project: "Project", work: Work, prepared: Callable[[Any], None], text: str
    ) -> None:
        """Work out an Edit that takes long, without storing anything. `prepared` is called with
        what comes of it, once Edits can be made again, if the project is still open then."""
        if self._begin(project, work, text):
            self._prepared = prepared

    def _begin(self, project: "Project", work: Work, text: str) -> bool:
        if not self._job.start(work, text=text):
            self.failed.emit(self._busy())
            return False
        self._project, self._text = project, text
        self._done = self._prepared = self._then = None
        return True

    def leave(self) -> None:
        """Its project is closed: what runs goes on, and nobody here hears of it."""
        self._project = self._done = self._prepared = self._then = None

    @Slot()
    def _on_ended(self) -> None:
        then, self._then = self._then, None
        self.ended.emit()
        if then is not None:
            then()

    @Slot(object)
    def _on_finished(self, edited: Any) -> None:
        project, done = self._project, self._done
        if self._prepared is not None:
            self._then = partial(self._prepared, edited)
        if project is None or done is None:
            return
        try:
            project.see_again()
        except AppError as error:
            self.failed.emit(error)
        done(edited)


def edit_largely(
    place: "ProjectPlace", change: Change, progress: Progress, cancel: CancelToken
) -> EditedLargely:
    """Make a change in the project at this place; the work of a Job."""
    from engine.project.project import Project

    with Project.open(place) as project:
        value = change(project, progress, cancel)
        return EditedLargely(value, project.states())
