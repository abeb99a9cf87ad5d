"""The weights loaded before beside those loaded now, on the same frame."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Frame, Prediction
from gui.controllers.predictions import thresholds
from gui.controllers.weights import Loaded, WeightsController
from gui.jobs import Job, Jobs


class CompareController(QObject):
    """Runs both on the shown picture; `shown` gives the pair, or None when comparing ends."""

    shown = Signal(object)
    changed = Signal(bool)
    failed = Signal(object)

    def __init__(
        self, jobs: Jobs, weights: WeightsController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.is_on = False
        self._jobs = jobs
        self._weights = weights
        self._frame: Frame | None = None
        self._limits = (0.25, 0.45)
        self._job: Job | None = None
        self._number = 0

    def set_on(self, is_on: bool) -> None:
        """Begin or end comparing."""
        error = self._what_is_missing() if is_on else None
        if error is not None:
            self.changed.emit(self.is_on)
            self.failed.emit(error)
            return
        self.is_on = is_on
        self._number += 1
        self.changed.emit(is_on)
        if is_on:
            self._ask()
        else:
            self.shown.emit(None)

    def _what_is_missing(self) -> AppError | None:
        if self._weights.previous is None:
            text = self.tr("There are no older weights to compare with.")
            hint = self.tr("Load a second model, or train one: the one before is kept for this.")
            return AppError(text, hint=hint)
        if self._frame is None:
            hint = self.tr("Open one, or freeze the live frame.")
            return AppError(self.tr("There is no picture to compare on."), hint=hint)
        return None

    def set_frame(self, frame: Frame | None, limits: tuple[float, float]) -> None:
        """Compare on this frame, by these thresholds."""
        self._frame, self._limits = frame, limits
        self._number += 1
        if self.is_on:
            self._ask()

    @Slot()
    def again(self) -> None:
        """Other weights were loaded."""
        if self.is_on:
            self._number += 1
            self._ask()

    def _ask(self) -> None:
        old, new = self._weights.previous, self._weights.loaded
        if self._job is not None or self._frame is None or old is None or new is None:
            return
        work = partial(predict_both, old, new, self._frame, self._limits)
        self._job = self._jobs.create(work, about=self._number)
        self._job.finished.connect(self._on_both)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._on_ended)
        self._jobs.start(self._job)

    @Slot(object)
    def _on_both(self, both: tuple[Prediction, Prediction]) -> None:
        if self._job is not None and self._job.about == self._number and self.is_on:
            self.shown.emit(both)

    @Slot()
    def _on_ended(self) -> None:
        job, self._job = self._job, None
        if job is not None and job.about != self._number and self.is_on:
            self._ask()


def predict_both(
    old: Loaded,
    new: Loaded,
    frame: Frame,
    limits: tuple[float, float],
    progress: Progress,
    cancel: CancelToken,
) -> tuple[Prediction, Prediction]:
    """What both say of the frame; the work of a Job."""
    predictions = []
    for loaded in (old, new):
        cancel.check()
        raw = loaded.pipeline.infer(frame.pixels)
        predictions.append(loaded.pipeline.decode(raw, frame.id, thresholds(*limits)))
    return predictions[0], predictions[1]
