"""Which cameras there are; looking takes a moment, so a Job does it."""

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from gui.jobs import Job, Jobs


class CamerasController(QObject):
    """Looks for cameras when asked."""

    found = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None

    def find(self) -> None:
        """Look for cameras; `found` follows with (number, name) of each."""
        if self._job is not None:
            return
        self._job = self._jobs.create(find_cameras, text=self.tr("Looking for cameras"))
        self._job.finished.connect(self._on_found)
        self._job.ended.connect(self._on_ended)
        self._jobs.start(self._job)

    @Slot(object)
    def _on_found(self, cameras: tuple[tuple[int, str], ...]) -> None:
        self.found.emit(cameras)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None


def find_cameras(progress: Progress, cancel: CancelToken) -> tuple[tuple[int, str], ...]:
    """Number and name of each camera; the work of a Job."""
    from engine.sources.webcam import cameras

    return tuple((camera.number, camera.name) for camera in cameras())
