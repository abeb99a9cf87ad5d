"""Draws training samples as the network would get them, before anything is trained."""

import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject, Signal

from engine.errors import DatasetError
from engine.jobs import CancelToken, Progress
from engine.values import Dataset
from gui.controllers.export import training_options
from gui.jobs import Jobs
from gui.questions import OneJob
from gui.train.form import TrainForm

if TYPE_CHECKING:
    from engine.project.place import ProjectPlace

COUNT = 9
Pictures = list[NDArray[np.uint8]]


@dataclass(frozen=True)
class PreviewRequest:
    """What is filled in, its task, and the project whose samples are meant where no list is."""

    form: TrainForm
    task: str
    place: "ProjectPlace | None"


class PreviewController(QObject):
    """One preview at a time; each shows other samples, changed in another way."""

    shown = Signal(object)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self.shown)
        self._one.failed.connect(self.failed)
        self._one.running_changed.connect(self.busy_changed)

    def ask(self, request: PreviewRequest) -> None:
        """Draw some; `shown` follows with pictures (H, W, 3) uint8 RGB, or `failed`."""
        work = partial(draw_samples, request, self._number + 1)
        if self._one.start(work, text=self.tr("Drawing samples")):
            self._number += 1


def draw_samples(
    request: PreviewRequest, seed: int, progress: Progress, cancel: CancelToken
) -> Pictures:
    """Samples of the form's list, or of the project, their labels over them; the work of a Job."""
    from engine.training.config import make_config
    from engine.training.preview import preview_config

    with tempfile.TemporaryDirectory() as folder:
        train = request.form.train_list or str(_few_samples(request, Path(folder), seed, cancel))
        raw = request.form.config(train, "", folder)
        config = make_config(raw, Path.cwd(), name="preview")
        found = preview_config(config, COUNT, seed=seed, progress=progress, cancel=cancel)
    return [preview.painted for preview in found]


def _few_samples(request: PreviewRequest, folder: Path, seed: int, cancel: CancelToken) -> Path:
    """A list of a few of the project's corrected samples, in that folder."""
    from engine.export.export import export
    from engine.export.options import DONE, Split
    from engine.project.project import Project
    from models.task import Task

    if request.place is None:
        raise _nothing_to_see()
    states = DONE
    with Project.open(request.place, read_only=True) as project:
        samples, labels = list(project.samples(states)), project.labels
    if not samples:
        raise _nothing_to_see()
    order = np.random.default_rng(seed).permutation(len(samples))[:COUNT]
    options = replace(training_options(Task(request.task)), split=Split((1.0, 0.0, 0.0)))
    dataset = Dataset(tuple(samples[index] for index in order), labels)
    report = export(dataset, folder / "samples", options, cancel=cancel)
    if "train" not in report.lists:
        raise _nothing_to_see()
    return report.lists["train"]


def _nothing_to_see() -> DatasetError:
    translate = QCoreApplication.translate
    hint = translate("preview", "Correct or verify some pictures first, or choose txt lists.")
    return DatasetError(translate("preview", "There are no samples to draw yet."), hint=hint)
