"""Which cameras there are; looking takes a moment, so a Job does it."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.sources.camera_list import Camera, cameras, lists_quietly
from gui.jobs import Jobs
from gui.questions import OneJob

EVERY_MS = 1500


class CamerasController(QObject):
    """Looks for cameras when asked; while watched, again and again where that opens none."""

    found = Signal(tuple)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self.found)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)

    @Slot()
    def find(self) -> None:
        """Look for cameras; `found` follows."""
        self._one.start(find_cameras, text=self.tr("Looking for cameras"))

    def watch(self) -> None:
        """Tell of those that are plugged in and out from now on."""
        self.find()
        if lists_quietly():
            self._timer.start()

    @Slot()
    def leave(self) -> None:
        """Nobody wants to know any more."""
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        self._one.start(find_cameras)


def find_cameras(progress: Progress, cancel: CancelToken) -> tuple[Camera, ...]:
    """The cameras of this machine; the work of a Job."""
    from engine.sources.webcam import can_open

    return cameras(can_open)
