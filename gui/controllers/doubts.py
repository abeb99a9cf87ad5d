"""How unsure the loaded model is of the pictures without labels: judged by a Job, kept in mind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SourceError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId
from gui.controllers.weights import LoadedWeights
from gui.jobs import Jobs, Outbox
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.pipeline.pipeline import Pipeline


@dataclass(frozen=True)
class Judge:
    """By what pictures are judged: these weights, and what counts as unsure."""

    weights: str
    written: int
    options: str
    measure: str

    @classmethod
    def of(cls, loaded: LoadedWeights, measure: str) -> "Judge":
        """The judge that these weights are now."""
        return cls(loaded.key, loaded.written, repr(sorted(loaded.options.items())), measure)


class DoubtsController(QObject):
    """Judges what is not judged yet. `ended` follows, also where it was cancelled: what was judged
    until then stays known as long as the window is open."""

    progressed = Signal(int, int)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[Judge, dict[FrameId, float]] = {}
        self._job = OneJob(jobs, self)
        self._job.progressed.connect(self._on_progressed)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self.ended)
        self._outbox = Outbox(self)
        self._outbox.arrived.connect(self._on_judged)

    @property
    def is_running(self) -> bool:
        """Whether pictures are being judged."""
        return self._job.is_running

    def of(self, judge: Judge, frame_id: FrameId) -> float | None:
        """How unsure it is of this picture; None while that is not known."""
        return self._known.get(judge, {}).get(frame_id)

    def judge(self, loaded: LoadedWeights, judge: Judge, frame_ids: Sequence[FrameId]) -> bool:
        """Judge those of these that are not yet; False if there are none."""
        self._job.forget()
        missing = [each for each in frame_ids if self.of(judge, each) is None]
        if not missing:
            return False
        work = partial(judge_all, loaded.pipeline, judge, missing, self._outbox.put)
        return self._job.start(work, text=self.tr("Judging by {0}").format(loaded.name))

    def forget(self) -> None:
        """Stop; what is known stays known."""
        self._job.forget()

    @Slot(int, int, str)
    def _on_progressed(self, done: int, total: int, text: str) -> None:
        self.progressed.emit(done, total)

    @Slot(object)
    def _on_judged(self, answer: tuple[Judge, FrameId, float]) -> None:
        judge, frame_id, doubt = answer
        self._known.setdefault(judge, {})[frame_id] = doubt


def judge_all(
    pipeline: "Pipeline",
    judge: Judge,
    frame_ids: Sequence[FrameId],
    put: Callable[[tuple[Judge, FrameId, float]], None],
    progress: Progress,
    cancel: CancelToken,
) -> None:
    """Judge pictures one by one; the work of a Job. Those that cannot be read are left out."""
    from engine.insight.doubt import doubt
    from engine.insight.uncertainty import Measure
    from engine.sources.frame_reader import FrameReader

    measure: Measure = Measure(judge.measure)
    reader = FrameReader()
    try:
        for done, frame_id in enumerate(frame_ids):
            cancel.check()
            progress(done, len(frame_ids), Path(frame_id.path).name)
            try:
                frame = reader.read(frame_id)
            except SourceError:
                continue
            put((judge, frame_id, doubt(pipeline, frame.pixels, measure, cancel)))
    finally:
        reader.close()
