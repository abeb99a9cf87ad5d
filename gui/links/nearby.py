"""Pictures whose labels are in the project of another folder: they are found, not begun anew."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.jobs import CancelToken, Progress
from engine.words import counted
from gui.jobs import Job
from gui.main_window import MainWindow
from gui.questions import NewestJob
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.project import Project

Nearby = dict[Path, frozenset[str]]


class NearbyLink(QObject):
    """Looks for them where a project has no edits yet, and offers to open the other one."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._other: Path | None = None
        self._looking = NewestJob(session.jobs, self)
        self._looking.answered.connect(self._on_found)
        session.project.opened.connect(self._on_opened)

    @Slot()
    def _on_opened(self) -> None:
        self._looking.forget()
        project = self._session.project.project
        if project is not None and project.is_unedited:
            self._looking.ask(project, self._make)

    def _make(self, project: "Project") -> Job:
        paths = tuple(frame_id.path for frame_id in self._session.frames.ids)
        return self._session.jobs.create(partial(look_nearby, project.root, paths))

    @Slot(object, object)
    def _on_found(self, project: object, found: Nearby) -> None:
        if not found or project is not self._session.project.project:
            return
        self._other = max(found, key=lambda folder: len(found[folder]))
        count = counted(len(found[self._other]), "picture")
        message = self.tr("The labels of {0} are in the project of another folder.").format(count)
        hint = self.tr("It is {0}. What is drawn here is kept apart from it.").format(self._other)
        button = self.tr("Open {0}").format(self._other.name)
        self._window.notice.show_note(message, hint, button=button, act=self._open)

    @Slot()
    def _open(self) -> None:
        if self._other is not None:
            shown = self._session.frames.frame_id
            wanted = shown.path if shown is not None else ""
            self._session.project.open_pictures([str(self._other)], wanted)


def look_nearby(
    root: Path, paths: tuple[str, ...], progress: Progress, cancel: CancelToken
) -> Nearby:
    """The work of a Job."""
    from engine.project.nearby import projects_nearby

    return projects_nearby(root, paths, cancel)
