"""Exports the project's samples in a Job."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from engine.errors import AppError, ConfigError
from engine.export.options import ExportOptions, Pictures, Split, Unheld
from engine.export.report import ExportReport
from engine.export.staging import discard, pending
from engine.formats.txt_label_files import FORMATS
from engine.jobs import CancelToken, Progress
from gui.jobs import Jobs
from gui.questions import OneJob
from models.task import Task

if TYPE_CHECKING:
    from engine.project.place import ProjectPlace


@dataclass(frozen=True)
class ExportRequest:
    """What to write, and where to."""

    folder: Path
    options: ExportOptions


def training_options(task: Task) -> ExportOptions:
    """What a Run is given of the project: pictures where they are, and no false background.

    ConfigError for a task that Regions say nothing of.
    """
    if task not in FORMATS:
        raise ConfigError(
            QCoreApplication.translate("export", "Regions say nothing of whole pictures."),
            hint=QCoreApplication.translate("export", "Choose txt lists as data."),
        )
    # A box has no outline, but it tells where not to look for background.
    unheld = Unheld.IGNORE if task is Task.SEMANTIC else Unheld.LEAVE_OUT
    split = Split(keeps_parts=True)
    return ExportOptions(
        FORMATS[task],
        pictures=Pictures.REFER,
        unheld=unheld,
        split=split,
        replace=True,  # In the project's own folder, of a Run of this name for another task.
    )


class ExportController(QObject):
    """One export at a time; `finished` brings its report."""

    progressed = Signal(int, int)
    finished = Signal(object)
    failed = Signal(object)
    running_changed = Signal(bool)
    discarded = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._one = OneJob(jobs, self)
        self._one.progressed.connect(self._on_progress)
        self._one.finished.connect(self.finished)
        self._one.failed.connect(self.failed)
        self._one.running_changed.connect(self.running_changed)

    @property
    def is_running(self) -> bool:
        """Whether a dataset is being written."""
        return self._one.is_running

    def start(self, place: "ProjectPlace", request: ExportRequest) -> None:
        """Export the project at this place."""
        work = partial(export_project, place, request)
        if not self._one.start(work, text=self.tr("Exporting")):
            hint = self.tr("Wait, or cancel it.")
            self.failed.emit(AppError(self.tr("An export is running."), hint=hint))

    @Slot()
    def cancel(self) -> None:
        """Stop; the folder stays as it was, and the next export into it goes on from here."""
        self._one.cancel()

    def pending(self, folder: Path) -> int:
        """How many pictures wait for a cancelled export into this folder to go on."""
        return pending(folder)

    def discard(self, folder: Path) -> None:
        """Remove what a cancelled export left; `discarded` follows."""
        job = self._jobs.create(partial(discard_stage, folder), text=self.tr("Removing files"))
        job.finished.connect(self._on_discarded)
        job.failed.connect(self.failed)
        self._jobs.start(job)

    @Slot(object)
    def _on_discarded(self, result: object) -> None:
        self.discarded.emit()

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, text: str) -> None:
        self.progressed.emit(done, total)


def discard_stage(folder: Path, progress: Progress, cancel: CancelToken) -> None:
    """Remove what a cancelled export left; the work of a Job."""
    discard(folder)


def export_project(
    place: "ProjectPlace", request: ExportRequest, progress: Progress, cancel: CancelToken
) -> ExportReport:
    """Write the project's samples into a folder; the work of a Job."""
    from engine.export.export import export
    from engine.formats.open_dataset import OpenDataset
    from engine.formats.report import Report
    from engine.project.project import Project
    from engine.values import FrameId, Sample

    with Project.open(place, read_only=True) as project:

        def read(frame_id: FrameId, report: Report) -> Sample:
            sample = project.sample(frame_id)
            error = project.beside(frame_id)
            if error is not None and not sample.annotations:
                raise error  # Labels that cannot be read are not the same as none.
            report.add(project.losses_beside(frame_id))
            return sample

        states = project.states()
        frames = tuple(frame_id for frame_id in project.frame_ids() if frame_id in states)
        parts, notes = project.parts_beside, project.label_notes
        source = OpenDataset(frames, project.labels, read, splits=parts, notes=notes)
        return export(source, request.folder, request.options, progress=progress, cancel=cancel)
