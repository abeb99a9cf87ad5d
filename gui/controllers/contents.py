"""Notes what pictures with Edits hold, so that they are known again when they were renamed."""

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId, Sample
from gui.controllers.project import ProjectController
from gui.jobs import Job, Jobs
from gui.questions import NewestJob, OneJob

if TYPE_CHECKING:
    from engine.project.contents import Content
    from engine.project.place import ProjectPlace
    from engine.sources.altered import Mark

logger = logging.getLogger(__name__)


class ContentsController(QObject):
    """After an Edit its picture is read in a Job, with others that were edited and not read yet;
    so is one that is shown, as another program may have changed it. What that gives is stored by
    this thread, so that the project is not another's to reload."""

    def __init__(
        self, jobs: Jobs, project: ProjectController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._known: set[str] = set()
        self._are_all_known = False
        self._waiting = ""
        self._reading = OneJob(jobs, self)
        self._reading.finished.connect(self._on_read)
        self._reading.failed.connect(self._on_failed)
        self._reading.ended.connect(self._read)
        self._looking = NewestJob(jobs, self)
        self._looking.answered.connect(self._on_looked)
        self._looking.failed.connect(self._on_failed)
        self._jobs = jobs
        project.opened.connect(self._forget)
        project.closed.connect(self._forget)

    @Slot()
    def _forget(self) -> None:
        self._reading.forget()
        self._looking.forget()
        self._known, self._are_all_known, self._waiting = set(), False, ""

    @Slot(object)
    def note_edit(self, sample: Sample) -> None:
        """A Sample was stored: its picture is to be known."""
        path, project = sample.frame_id.path, self._project.project
        if project is None or project.trouble is not None or project.is_unedited:
            return
        if not self._are_all_known or path not in self._known:
            self._waiting = path
            self._read()

    def note_shown(self, frame_id: FrameId, mark: "Mark | None") -> None:
        """A picture is seen as it is now, and its file is like this: whoever goes on with its
        labels means that one."""
        project = self._project.project
        if project is None or project.trouble is not None or project.is_unedited:
            return
        from engine.sources.frame_reader import is_video_frame

        if not is_video_frame(frame_id):
            self._looking.ask((frame_id.path, mark), self._make)

    def _make(self, shown: "tuple[str, Mark | None]") -> Job:
        project = self._project.project
        assert project is not None  # closing it forgets what waits
        return self._jobs.create(partial(read_changed, project.place, shown[0]), is_quiet=True)

    @Slot(object, object)
    def _on_looked(self, shown: object, found: "list[Content]") -> None:
        self._note(found)

    @Slot()
    def _read(self) -> None:
        """Read what waits, unless something is read now."""
        project, path = self._project.project, self._waiting
        if project is None or not path:
            return
        if self._reading.start(partial(read_contents, project.place, path)):
            self._waiting = ""

    @Slot(object)
    def _on_read(self, found: "tuple[list[Content], bool]") -> None:
        contents, self._are_all_known = found
        self._known.update(content.path for content in contents)
        self._note(contents)

    def _note(self, contents: "list[Content]") -> None:
        project = self._project.project
        if project is None or not contents:
            return
        try:
            project.note_contents(contents)
        except AppError as error:
            self._on_failed(error)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        """It is read again after another Edit."""
        self._known.clear()
        logger.info("What pictures hold was not noted: %s", error)


def read_contents(
    place: "ProjectPlace", path: str, progress: Progress, cancel: CancelToken
) -> "tuple[list[Content], bool]":
    """Read this picture and others that are missing; the work of a Job."""
    from engine.project.project import Project

    with Project.open(place, read_only=True) as project:
        return project.missing_contents(path, cancel)


def read_changed(
    place: "ProjectPlace", path: str, progress: Progress, cancel: CancelToken
) -> "list[Content]":
    """Read this picture, if something is noted of it; the work of a Job."""
    from engine.project.project import Project

    with Project.open(place, read_only=True) as project:
        return project.changed_content(path, cancel)
