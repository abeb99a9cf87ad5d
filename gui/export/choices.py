"""Finds out in a Job which formats there are and which one suits the project."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from gui.jobs import Job, Jobs
from gui.questions import NewestJob

if TYPE_CHECKING:
    from engine.project.place import ProjectPlace


@dataclass(frozen=True, slots=True)
class FormatChoice:
    """A format that can be written; whether it has ignored regions, and is more than one label
    id for each pixel."""

    name: str
    text: str
    ignored: bool
    is_layered: bool


@dataclass(frozen=True, slots=True)
class ExportChoices:
    """What the panel offers, and what it chooses where the person does not."""

    formats: tuple[FormatChoice, ...]
    suggested: str


@dataclass(frozen=True, eq=False)
class _Question:
    place: "ProjectPlace | None"
    task: str


class ChoicesController(QObject):
    """Asks for the newest project; `found` brings ExportChoices."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self.failed)

    def ask(self, place: "ProjectPlace | None", task: str) -> None:
        """Look at this project; `task` is that of the loaded model, empty without one."""
        self._newest.ask(_Question(place, task), self._make)

    def _make(self, question: _Question) -> Job:
        return self._jobs.create(partial(look, question.place, question.task))

    @Slot(object, object)
    def _on_answered(self, question: _Question, choices: ExportChoices) -> None:
        self.found.emit(choices)


def look(
    place: "ProjectPlace | None", task: str, progress: Progress, cancel: CancelToken
) -> ExportChoices:
    """What can be written, and what fits; the work of a Job."""
    from engine.export.options import DONE
    from engine.export.suggest import suggest
    from engine.formats import registry
    from engine.formats.txt_label_files import FORMATS
    from engine.project.project import Project
    from engine.values import Sample
    from models.task import Task

    found = [registry.get(name) for name in registry.names()]
    usual = list(FORMATS.values())
    # Our own first, as a model is trained from them; then as they are called.
    found.sort(key=lambda f: (f.name not in usual, f.text.casefold()))
    formats = tuple(
        FormatChoice(f.name, f.text, f.carries.ignored, f.carries.is_layered)
        for f in found
        if f.writer is not None
    )
    of = Task(task) if task else None
    if place is None:
        return ExportChoices(formats, suggest((), of))
    with Project.open(place, read_only=True) as project:

        def samples() -> Iterator[Sample]:
            for sample in project.samples(DONE):
                cancel.check()
                yield sample

        return ExportChoices(formats, suggest(samples(), of))
