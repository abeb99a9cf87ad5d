"""The Runs beside the one that is trained: looked up by a Job, and which are laid over."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.training.run_record import RunRecord, read_runs
from gui.jobs import Job, Jobs
from gui.questions import NewestJob


@dataclass(frozen=True, eq=False)
class RunsQuestion:
    """Which Runs are in a folder now; the same question may be asked again."""

    folder: Path


class RunsController(QObject):
    """Knows the Runs of one folder; `changed` follows each look, and each choice."""

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._chosen: list[Path] = []
        self.records: tuple[RunRecord, ...] = ()
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)

    @property
    def overlaid(self) -> tuple[RunRecord, ...]:
        """Those that a person laid over, in the order of their choice."""
        found = (self.find(path) for path in self._chosen)
        return tuple(record for record in found if record is not None)

    def find(self, path: Path) -> RunRecord | None:
        """The Run in this folder, as it was at the last look."""
        return next((record for record in self.records if record.path == path), None)

    def look(self, folder: Path | None) -> None:
        """Look what is in this folder; without one there is nothing."""
        if folder is None:
            self._newest.forget()
            self._on_answered(None, ())
        else:
            self._newest.ask(RunsQuestion(folder), self._job_for)

    def set_overlaid(self, path: Path, is_on: bool) -> None:
        """Lay a Run over, or take it away again."""
        self._chosen = [each for each in self._chosen if each != path] + [path] * is_on
        self.changed.emit()

    def _job_for(self, question: RunsQuestion) -> Job:
        return self._jobs.create(partial(look_for_runs, question.folder), is_quiet=True)

    @Slot(object, object)
    def _on_answered(self, question: object, records: tuple[RunRecord, ...]) -> None:
        self.records = records
        self.changed.emit()


def look_for_runs(folder: Path, progress: Progress, cancel: CancelToken) -> tuple[RunRecord, ...]:
    """The Runs in this folder, the newest first; the work of a Job."""
    return read_runs(folder, cancel)
