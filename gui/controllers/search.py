"""Which pictures are gone through: all that are open, or those that a question finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.values import FrameId
from gui.jobs import Job, Jobs
from gui.questions import NewestJob

if TYPE_CHECKING:
    from engine.project.place import ProjectPlace


@dataclass(frozen=True, eq=False)
class SearchQuestion:
    """A question about the project at a place; only what is `listed` is wanted."""

    place: "ProjectPlace"
    text: str
    listed: Sequence[FrameId]


class SearchController(QObject):
    """The newest question wins; `found` gives its frames."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self.failed)

    def ask(self, question: SearchQuestion) -> None:
        """Look for this; `found` or `failed` follows. What was looked for before is given up."""
        self._newest.forget()
        self._newest.ask(question, self._job_for)

    def forget(self) -> None:
        """No answer is wanted any more."""
        self._newest.forget()

    def _job_for(self, question: SearchQuestion) -> Job:
        text = self.tr("Searching in label files")
        return self._jobs.create(partial(search, question), text=text, is_quiet=True)

    @Slot(object, object)
    def _on_answered(self, question: SearchQuestion, answer: Sequence[FrameId]) -> None:
        self.found.emit(answer)


def search(
    question: SearchQuestion, progress: Progress, cancel: CancelToken
) -> tuple[FrameId, ...]:
    """The frames found among those listed; the work of a Job."""
    from engine.project.project import Project

    with Project.open(question.place, read_only=True) as project:
        found = project.search(question.text, progress=progress, cancel=cancel)
    listed = set(question.listed)
    return tuple(frame_id for frame_id in found if frame_id in listed)
