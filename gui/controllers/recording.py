"""Records what is live, and says where that is."""

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.pipeline.recorded import Places, Recorded, recording_places
from gui.controllers.live import LiveController
from gui.jobs import Jobs

if TYPE_CHECKING:
    from engine.pipeline.recorder import Recording

FOLDER = "Maskloop"


class RecordingController(QObject):
    """Begins and ends; the live Job writes. What is closed meanwhile is finished there."""

    changed = Signal(bool)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, live: LiveController, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places: Places | None = None
        self._live, self._jobs = live, jobs
        live.recorded.connect(self._on_recorded)
        live.recording_failed.connect(self._on_failed)
        live.opened.connect(self._stop)
        live.ended.connect(self._stop)

    @property
    def is_on(self) -> bool:
        """Whether what is live is being recorded."""
        return self.places is not None

    def begin(self, folder: Path, kinds: Collection[str]) -> None:
        """Record these kinds of `engine.pipeline.recorded` from the next frame on."""
        following, info = self._live.following, self._live.info
        if following is not None and info is not None and following.recording is not None:
            self.places = recording_places(folder, info.name, kinds)
            following.recording.begin(self.places)
            self.changed.emit(True)

    def end(self) -> None:
        """Finish the files; `finished` follows."""
        following = self._live.following
        if self.is_on and following is not None and following.recording is not None:
            text = self.tr("Finishing the recording")
            job = self._jobs.create(partial(finish, following.recording), text=text)
            job.finished.connect(self._on_finished)
            job.failed.connect(self.failed)
            self._jobs.start(job)
        self._stop()

    @Slot()
    def _stop(self) -> None:
        if self.is_on:
            self.places = None
            self.changed.emit(False)

    @Slot(object)
    def _on_finished(self, recorded: Recorded | None) -> None:
        if recorded is None:
            message = self.tr("Nothing was recorded: no frame was shown meanwhile.")
            self.failed.emit(AppError(message, hint=self.tr("Record while it plays.")))
        else:
            self.finished.emit(recorded)

    @Slot(object)
    def _on_recorded(self, recorded: Recorded) -> None:
        """It ended by itself: what was recorded is lost, or there is no room."""
        if self.places is not None and set(recorded.paths) & set(self.places.paths):
            self._stop()
        self.finished.emit(recorded)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._stop()
        self.failed.emit(error)


def finish(recording: "Recording", progress: Progress, cancel: CancelToken) -> Recorded | None:
    """Finish the files; the work of a Job."""
    return recording.end()


def recordings_folder() -> Path:
    """Where recordings go: into the person's folder of videos."""
    place = QStandardPaths.StandardLocation.MoviesLocation
    return Path(QStandardPaths.writableLocation(place) or Path.home()) / FOLDER
