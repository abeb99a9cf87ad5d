"""Writes the project's samples as a txt-listed dataset, in a Job."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Dataset, SampleState
from gui.jobs import Jobs
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.formats.export import ExportReport
    from engine.project.place import ProjectPlace


@dataclass(frozen=True)
class ExportRequest:
    """Which samples, as what, where to."""

    folder: Path
    task: str
    which: str = "reviewed"
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 0
    is_absolute: bool = False


@dataclass(frozen=True)
class Exported:
    """What came of it: the lists by split, and lines for the person."""

    request: ExportRequest
    written: int
    lists: dict[str, Path]
    lines: tuple[str, ...]


class ExportController(QObject):
    """One export at a time."""

    progressed = Signal(int, int)
    finished = Signal(object)
    failed = Signal(object)
    running_changed = Signal(bool)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
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
        """Stop; what was written so far stays in the folder."""
        self._one.cancel()

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, text: str) -> None:
        self.progressed.emit(done, total)


STATES = {
    "reviewed": (SampleState.CORRECTED, SampleState.VERIFIED),
    "verified": (SampleState.VERIFIED,),
    "all": (SampleState.PREDICTED, SampleState.CORRECTED, SampleState.VERIFIED),
}
SHOWN = 200


def export_project(
    place: "ProjectPlace", request: ExportRequest, progress: Progress, cancel: CancelToken
) -> Exported:
    """Write the project's samples into a folder; the work of a Job."""
    from engine.formats.export import ExportOptions, export_txt
    from engine.project.project import Project
    from models.task import Task

    states = STATES[request.which]
    options = ExportOptions(
        task=Task(request.task),
        fractions=request.fractions,
        seed=request.seed,
        absolute=request.is_absolute,
        states=frozenset(states),
    )
    with Project.open(place, read_only=True) as project:
        dataset = Dataset(tuple(project.samples(states)), project.labels)
    report = export_txt(dataset, request.folder, options, progress=progress, cancel=cancel)
    return Exported(request, report.written, dict(report.lists), tuple(report_lines(report)))


def report_lines(report: "ExportReport") -> list[str]:
    """The report as lines for the person: what was written, converted and left out."""
    counts = ", ".join(f"{name} {count}" for name, count in report.counts.items() if count)
    lines = [f"Wrote {report.written} pictures: {counts}.", f"In {report.folder}", *report.notes]
    for title, found in (("Converted", report.converted), ("Left out", report.skipped)):
        if found:
            lines += ["", f"{title}: {len(found)}"]
            lines += [f"  {Path(x.sample).name}: {x.what}: {x.why}" for x in found[:SHOWN]]
            if len(found) > SHOWN:
                lines.append(f"  and {len(found) - SHOWN} more")
        else:
            lines.append(f"{title}: nothing")
    return lines
