"""Reads the small pictures of what a Run said after its validations."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SourceError
from engine.jobs import CancelToken, Progress
from gui.jobs import Job, Jobs
from gui.questions import NewestJob

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class GlimpsesQuestion:
    """The pictures of a Run's epoch, of its last one with None."""

    run: Path
    epoch: int | None


@dataclass(frozen=True, eq=False)
class GlimpsesAnswer:
    """The epochs that have pictures, and which one these are of."""

    epochs: tuple[int, ...]
    epoch: int
    pictures: "tuple[NDArray[np.uint8], ...]"


class GlimpsesController(QObject):
    """The newest question wins; `shown` gives its answer, None where there is nothing."""

    shown = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)

    def ask(self, run: Path | None, epoch: int | None = None) -> None:
        """Show what this Run said; `shown` follows."""
        if run is None:
            self._newest.forget()
            self.shown.emit(None)
        else:
            self._newest.ask(GlimpsesQuestion(run, epoch), self._job_for)

    def _job_for(self, question: GlimpsesQuestion) -> Job:
        return self._jobs.create(partial(read_glimpses, question), is_quiet=True)

    @Slot(object, object)
    def _on_answered(self, question: GlimpsesQuestion, answer: GlimpsesAnswer | None) -> None:
        self.shown.emit(answer)


def read_glimpses(
    question: GlimpsesQuestion, progress: Progress, cancel: CancelToken
) -> GlimpsesAnswer | None:
    """The pictures, or None where there are none; the work of a Job."""
    from engine.sources.picture import read_picture
    from engine.training.kept_glimpses import kept_glimpses

    found = kept_glimpses(question.run)
    if not found:
        return None
    epochs = tuple(found)
    wanted = question.epoch if question.epoch is not None else epochs[-1]
    epoch = max((each for each in epochs if each <= wanted), default=epochs[0])
    pictures = []
    for path in found[epoch]:
        cancel.check()
        try:
            pictures.append(read_picture(path))
        except SourceError:
            continue  # The Run has just thinned them out, or something damaged it.
    return GlimpsesAnswer(epochs, epoch, tuple(pictures))
