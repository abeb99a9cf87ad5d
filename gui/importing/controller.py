"""Looks what labels a file or folder holds, what importing them would do, and does it."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId, SampleState
from gui.jobs import Job, Jobs
from gui.questions import NewestJob, OneJob

if TYPE_CHECKING:
    from engine.formats.open_dataset import OpenDataset
    from engine.project.importing import ImportReport
    from engine.project.place import ProjectPlace


@dataclass(frozen=True)
class ImportQuestion:
    """What to import into the project at `place`, and how.

    Without `format` the surest one is taken. `reference` is the dataset that a file of results
    belongs to, if that is not beside it.
    """

    place: "ProjectPlace"
    path: Path
    policy: str = "propose"
    format: str = ""
    reference: Path | None = None


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """What the file holds, and what importing it would do."""

    question: ImportQuestion
    formats: tuple[tuple[str, str], ...]
    pictures: int
    labels: int
    result: "ImportReport"
    dataset: "OpenDataset"


@dataclass(frozen=True, eq=False)
class Imported:
    """What an import did: the states of the pictures it changed, where its report is."""

    question: ImportQuestion
    result: "ImportReport"
    states: dict[FrameId, SampleState]
    report_path: Path


class ImportController(QObject):
    """One preview and one import at a time; the newest question wins."""

    previewed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    running_changed = Signal(bool)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._preview: ImportPreview | None = None
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self._on_failed)
        self._import = OneJob(jobs, self)
        self._import.progressed.connect(self._on_progress)
        self._import.finished.connect(self._on_finished)
        self._import.failed.connect(self.failed)
        self._import.running_changed.connect(self.running_changed)

    @property
    def is_running(self) -> bool:
        """Whether labels are being imported."""
        return self._import.is_running

    def look(self, question: ImportQuestion) -> None:
        """Say what this import would do; `previewed` follows."""
        self._newest.ask(question, self._job_for)

    def _job_for(self, question: ImportQuestion) -> Job:
        known = self._preview
        is_same = known is not None and _source(known.question) == _source(question)
        dataset = known.dataset if known is not None and is_same else None
        work = partial(preview, question, dataset)
        return self._jobs.create(work, text=self.tr("Reading labels"))

    @Slot(object, object)
    def _on_answered(self, question: ImportQuestion, answer: ImportPreview) -> None:
        self._preview = answer
        self.previewed.emit(answer)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._preview = None
        self._newest.forget()  # The same file may be right the next time.
        self.failed.emit(error)

    def start(self) -> None:
        """Do what was previewed last."""
        if self._preview is not None:
            work = partial(import_labels, self._preview.question, self._preview.dataset)
            self._import.start(work, text=self.tr("Importing labels"))

    @Slot()
    def cancel(self) -> None:
        """Stop; then nothing is imported."""
        self._import.cancel()

    def forget(self) -> None:
        """Another project is open: what was looked at does not count any more."""
        self._preview = None
        self._newest.forget()

    @Slot(object)
    def _on_finished(self, imported: Imported) -> None:
        self.forget()
        self.finished.emit(imported)

    @Slot(int, int, str)
    def _on_progress(self, done: int, total: int, text: str) -> None:
        self.progressed.emit(done, total)


def _source(question: ImportQuestion) -> ImportQuestion:
    return replace(question, policy="")


def preview(
    question: ImportQuestion,
    dataset: "OpenDataset | None",
    progress: Progress,
    cancel: CancelToken,
) -> ImportPreview:
    """Open the labels unless that is done, and say what would become of each picture; a Job's."""
    from engine.formats import registry
    from engine.look import LabelsAt
    from engine.project.importing import Policy, preview_import
    from engine.project.project import Project
    from engine.unknown_files import unknown

    formats = registry.recognised(question.path)
    if not formats and not question.format:
        raise unknown(question.path)
    chosen = question.format or formats[0].name
    if dataset is None:
        at = LabelsAt(chosen, str(question.path))
        dataset = at.open(question.place.root, question.reference)
    cancel.check()
    with Project.open(question.place, read_only=True) as project:
        policy = Policy(question.policy)
        result = preview_import(project, dataset, policy, progress=progress, cancel=cancel)
    known = tuple((f.name, f.text) for f in formats) or ((chosen, registry.get(chosen).text),)
    return ImportPreview(
        replace(question, format=chosen),
        known,
        len(dataset.frame_ids),
        len(dataset.labels),
        result,
        dataset,
    )


def import_labels(
    question: ImportQuestion, dataset: "OpenDataset", progress: Progress, cancel: CancelToken
) -> Imported:
    """Import and write down what came of it; the work of a Job."""
    from engine.project.import_report import write_import_report
    from engine.project.importing import Policy, import_dataset
    from engine.project.project import Project

    with Project.open(question.place) as project:
        policy = Policy(question.policy)
        result = import_dataset(project, dataset, policy, progress=progress, cancel=cancel)
        states = {i: project.sample(i).state for i in dataset.frame_ids if i in result.changed_ids}
        path = write_import_report(project.place.database.parent, question.path, result)
    return Imported(question, result, states, path)
