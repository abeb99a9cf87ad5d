"""Notices that another program has changed the shown picture, and shows it as it is now."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from engine.jobs import CancelToken, Progress
from engine.values import Frame
from gui.controllers.frames import FramesController
from gui.jobs import Jobs
from gui.questions import NewestJob

if TYPE_CHECKING:
    from engine.sources.altered import LookedAt, Mark


@dataclass(frozen=True, eq=False)
class _Shown:
    """A picture, and the mark of the file that it was read from."""

    frame: Frame
    mark: "Mark | None"


class AlteredController(QObject):
    """Looks at the file whenever a picture is shown, and when this window comes to the front."""

    altered = Signal(object)
    """The FrameId of a picture that looks otherwise now."""
    missing = Signal(object)
    """The FrameId of a picture that is shown and whose file is gone."""
    failed = Signal(object)

    def __init__(self, jobs: Jobs, frames: FramesController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._frames = jobs, frames
        self._looking = NewestJob(jobs, self)
        self._looking.answered.connect(self._on_looked)
        self._looking.failed.connect(self.failed)
        frames.frame_shown.connect(self.look)
        self._application = QGuiApplication.instance()
        if isinstance(self._application, QGuiApplication):
            self._application.applicationStateChanged.connect(self._on_application)

    def close(self) -> None:
        """Look no more: the application outlives the session."""
        self._frames.frame_shown.disconnect(self.look)
        if isinstance(self._application, QGuiApplication):
            self._application.applicationStateChanged.disconnect(self._on_application)

    @Slot(Qt.ApplicationState)
    def _on_application(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.look()

    @Slot()
    def look(self) -> None:
        """Is the shown picture still what its file says?"""
        frame = self._frames.frame
        if frame is not None:
            shown = _Shown(frame, self._frames.mark_of(frame.id))
            create, work = self._jobs.create, partial(_look, shown)
            self._looking.ask(shown, lambda _: create(work, is_quiet=True))

    @Slot(object, object)
    def _on_looked(self, shown: _Shown, looked: "LookedAt") -> None:
        if looked.frame is not None:
            self._frames.replace(looked.frame, looked.mark)
            self.altered.emit(looked.frame.id)
        elif looked.mark is not None:
            self._frames.note_mark(shown.frame.id, looked.mark)
        elif shown.mark is not None:
            self.missing.emit(shown.frame.id)


def _look(shown: _Shown, progress: Progress, cancel: CancelToken) -> "LookedAt":
    """Look at the file; the work of a Job."""
    from engine.sources.altered import look_again

    return look_again(shown.frame, shown.mark, cancel)
