"""Pictures whose labels are in another folder, in its project or its files: they are found, not
begun anew."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Nearby:
    """The folder whose project or files have labels of so many pictures; `format` is that of the
    files."""

    folder: Path
    count: int
    format: str = ""


class NearbyLink(QObject):
    """Looks for them where a project has no edits yet, and offers to open the other folder."""

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
        has_labels = project.count_beside > 0
        look = partial(look_nearby, project.root, paths, has_labels)
        return self._session.jobs.create(look)

    @Slot(object, object)
    def _on_found(self, project: object, found: Nearby | None) -> None:
        if found is None or project is not self._session.project.project:
            return
        self._other, count = found.folder, counted(found.count, "picture")
        message = self.tr("The labels of {0} are in the project of another folder.").format(count)
        hint = self.tr("It is {0}. What is drawn here is kept apart from it.")
        if found.format:
            from engine.formats import registry

            message = self.tr("There are {0} labels of {1} in a folder above.")
            message = message.format(registry.get(found.format).text, count)
            hint = self.tr("It is {0}. Open it to see them.")
        button = self.tr("Open {0}").format(self._other.name)
        hint = hint.format(self._other)
        self._window.notice.show_note(message, hint, button=button, act=self._open)

    @Slot()
    def _open(self) -> None:
        if self._other is not None:
            shown = self._session.frames.frame_id
            wanted = shown.path if shown is not None else ""
            self._session.project.open_pictures([str(self._other)], wanted)


def look_nearby(
    root: Path, paths: tuple[str, ...], has_labels: bool, progress: Progress, cancel: CancelToken
) -> Nearby | None:
    """The work of a Job: Edits before labels in files, which are not looked for where there are
    some beside the pictures."""
    from engine.project.nearby import labels_above, projects_nearby

    edited = projects_nearby(root, paths, cancel)
    if edited:
        folder = max(edited, key=lambda folder: len(edited[folder]))
        return Nearby(folder, len(edited[folder]))
    above = None if has_labels else labels_above(root, paths)
    return None if above is None else Nearby(above[0], above[2], above[1])
