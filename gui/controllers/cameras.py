"""Which cameras there are; looking takes a moment, so a Job does it."""

from PySide6.QtCore import QObject, Signal

from engine.jobs import CancelToken, Progress
from gui.jobs import Jobs
from gui.questions import OneJob


class CamerasController(QObject):
    """Looks for cameras when asked."""

    found = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self.found)

    def find(self) -> None:
        """Look for cameras; `found` follows with (number, name) of each."""
        self._one.start(find_cameras, text=self.tr("Looking for cameras"))


def find_cameras(progress: Progress, cancel: CancelToken) -> tuple[tuple[int, str], ...]:
    """Number and name of each camera; the work of a Job."""
    from engine.sources.webcam import cameras

    return tuple((camera.number, camera.name) for camera in cameras())
