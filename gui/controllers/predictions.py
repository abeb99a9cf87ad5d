"""What the loaded model says of the pictures: of the shown one, and of all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SourceError
from engine.jobs import CancelToken, Progress, within
from engine.thresholds import Thresholds
from engine.values import Annotation, Frame, FrameId, Label, Prediction, Sample, SampleState
from gui.controllers.picture_range import BatchTally
from gui.controllers.weights import LoadedWeights
from gui.jobs import Job, Jobs, Outbox
from gui.questions import NewestJob, OneJob

if TYPE_CHECKING:
    from engine.pipeline.pipeline import RawResult
    from engine.project.place import ProjectPlace
    from engine.project.project import Project
    from engine.sources.frame_reader import FrameReader

CHUNK = 32


@dataclass(frozen=True, eq=False)
class PredictRequest:
    """One question to the model; with `raw` the network need not run again."""

    frame: Frame
    sample: Sample
    labels: tuple[Label, ...]
    thresholds: Thresholds
    is_stored: bool = False
    raw: "RawResult | None" = None


@dataclass(frozen=True, eq=False)
class PredictAnswer:
    """What the model says, as proposals in the project's labels: what it adds to `sample`."""

    frame_id: FrameId
    sample: Sample
    prediction: Prediction
    proposals: tuple[Annotation, ...]
    labels: tuple[Label, ...]
    is_stored: bool
    size_hw: tuple[int, int]
    raw: "RawResult"
    times_ms: dict[str, float] = field(default_factory=dict)


class PredictionsController(QObject):
    """Asks the model in a Job: the newest question wins, answers to older ones are dropped."""

    answered = Signal(object)
    batch_stored = Signal(object)
    batch_ended = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._loaded: LoadedWeights | None = None
        self._last: tuple[PredictRequest, PredictAnswer] | None = None
        self._newest = NewestJob(jobs, self)
        self._newest.answered.connect(self._on_answered)
        self._newest.failed.connect(self.failed)
        self._batch = OneJob(jobs, self)
        self._batch.failed.connect(self.failed)
        self._outbox = Outbox(self)
        self._outbox.arrived.connect(self.batch_stored)
        self._tallies = Outbox(self)
        self._tallies.arrived.connect(self._on_tally)
        self._tally: BatchTally | None = None
        self.batch_root: Path | None = None
        """The folder whose pictures the model ran over last, which may not be open any more."""
        self._batch.ended.connect(self._on_batch_ended)

    def set_loaded(self, loaded: LoadedWeights | None) -> None:
        """Ask these weights from now on; answers of others are dropped."""
        self._loaded = loaded
        self.forget()

    def forget(self) -> None:
        """The frame has changed: no answer is wanted any more."""
        self._last = None
        self._newest.forget()  # A slow model would keep the next frame waiting.

    @property
    def is_busy_with_all(self) -> bool:
        """Whether the model runs over all pictures."""
        return self._batch.is_running

    # The shown picture

    def ask(self, request: PredictRequest) -> None:
        """Run the model on a frame; while it runs, only the newest further question is kept."""
        if self._loaded is not None:
            self._newest.ask(request, self._job_for)

    def decode_again(
        self,
        thresholds: Thresholds,
        sample: Sample,
        labels: tuple[Label, ...],
        *,
        is_stored: bool = False,
    ) -> bool:
        """Decide the last answer anew, without the network; False if there is none."""
        if self._last is None or self._last[0].frame.id != sample.frame_id:
            return False
        request, answer = self._last
        new = replace(request, thresholds=thresholds, sample=sample, labels=labels)
        self.ask(replace(new, is_stored=is_stored, raw=answer.raw))
        return True

    def _job_for(self, request: PredictRequest) -> Job:
        assert self._loaded is not None
        work, text = partial(answer_one, self._loaded, request), self._text_of(self._loaded)
        return self._jobs.create(work, text=text, is_quiet=True)

    @Slot(object, object)
    def _on_answered(self, request: PredictRequest, answer: PredictAnswer) -> None:
        self._last = request, answer
        self.answered.emit(answer)

    # All pictures

    def ask_all(self, batch: "PredictAllRequest") -> None:
        """Run the model over many pictures; what was stored comes as `batch_stored`, then how many
        as `batch_ended`, also where it was cancelled."""
        if self._loaded is not None:
            self.batch_root = batch.place.root
            tell = self._outbox.put, self._tallies.put
            work = partial(answer_all, self._loaded, batch, tell)
            self._batch.start(work, text=self._text_of(self._loaded))

    @Slot(object)
    def _on_tally(self, tally: BatchTally) -> None:
        self._tally = tally

    @Slot()
    def _on_batch_ended(self) -> None:
        tally, self._tally = self._tally, None
        if tally is not None:
            self.batch_ended.emit(tally)

    def _text_of(self, loaded: LoadedWeights) -> str:
        return self.tr("Running {0}").format(loaded.name)


@dataclass(frozen=True, eq=False)
class PredictAllRequest:
    """Many pictures for the model, the project they belong to, and how to decide."""

    place: "ProjectPlace"
    frame_ids: Sequence[FrameId]
    labels: tuple[Label, ...]
    thresholds: Thresholds
    keeps_proposals: bool = False


def answer_one(
    loaded: LoadedWeights, request: PredictRequest, progress: Progress, cancel: CancelToken
) -> PredictAnswer:
    """One frame through the model; the work of a Job."""
    from engine.annotations.accept import proposals_of
    from engine.annotations.mapping import to_labels
    from engine.pipeline.tiles import has_tiles, infer_in_tiles

    pipeline, tile = loaded.pipeline, request.thresholds.tile
    raw = request.raw
    if raw is None or not has_tiles(pipeline, raw, tile):
        pixels = request.frame.pixels
        raw = infer_in_tiles(
            pipeline, pixels, tile, progress=progress, cancel=cancel, remember=True
        )
    cancel.check()
    prediction = pipeline.decode(raw, request.frame.id, request.thresholds)
    mapped, labels = to_labels(prediction, request.labels)
    return PredictAnswer(
        frame_id=request.frame.id,
        sample=request.sample,
        prediction=mapped,
        proposals=proposals_of(mapped, request.sample),
        labels=labels,
        is_stored=request.is_stored,
        size_hw=request.frame.size_hw,
        raw=raw,
        times_ms={name: 1000 * seconds for name, seconds in raw.seconds.items()},
    )


Tell = tuple[Callable[[dict[FrameId, SampleState]], None], Callable[[BatchTally], None]]
"""What is told of what was stored, and at the end of all of it."""


def answer_all(
    loaded: LoadedWeights,
    batch: PredictAllRequest,
    tell: Tell,
    progress: Progress,
    cancel: CancelToken,
) -> None:
    """Many pictures through the model; those that cannot be read are left out.

    What was answered is stored in chunks, each one step of undo; cancelling keeps them.
    """
    from engine.project.project import Project
    from engine.sources.frame_reader import FrameReader

    (put, end), tally = tell, BatchTally(len(batch.frame_ids))
    reader, answers = FrameReader(), list[PredictAnswer]()
    labels = batch.labels
    with Project.open(batch.place) as project:
        try:
            for done, frame_id in enumerate(batch.frame_ids):
                cancel.check()
                progress(done, len(batch.frame_ids), Path(frame_id.path).name)
                sample = project.sample(frame_id)
                if batch.keeps_proposals and sample.proposals:
                    tally = replace(tally, kept=tally.kept + 1)
                    continue
                frame = _readable(reader, frame_id)
                if frame is None:
                    tally = replace(tally, unreadable=tally.unreadable + 1)
                    continue
                inner = within(progress, done, len(batch.frame_ids))
                request = PredictRequest(frame, sample, labels, batch.thresholds, is_stored=True)
                answers.append(answer_one(loaded, request, inner, cancel))
                labels = answers[-1].labels
                tally = counted_with(tally, answers[-1])
                if len(answers) >= CHUNK:
                    put(store_answers(project, answers))
                    answers = []
        finally:
            reader.close()
            if answers:
                put(store_answers(project, answers))
            end(tally)


def counted_with(tally: BatchTally, answer: PredictAnswer) -> BatchTally:
    """One picture more."""
    objects = tally.objects + len(answer.proposals)
    return replace(tally, answered=tally.answered + 1, objects=objects)


def _readable(reader: "FrameReader", frame_id: FrameId) -> Frame | None:
    try:
        return reader.read(frame_id)
    except SourceError:
        return None


def store_answers(
    project: "Project", answers: Sequence[PredictAnswer]
) -> dict[FrameId, SampleState]:
    """Keep these as proposals, one step of undo; gives the states of their frames."""
    from engine.annotations.edits import Edit, set_proposals
    from engine.annotations.mapping import merge, relabelled

    found, labels = [], merge(project.labels, project.lent_labels)  # others may be there since
    for answer in answers:
        proposals, labels = relabelled(answer.proposals, answer.labels, labels)
        found.append((answer, proposals))
    text = f"Run {answers[0].prediction.origin}"
    edits = [
        (a.frame_id, Edit(text, partial(set_proposals, proposals=mapped, size_hw=a.size_hw)))
        for a, mapped in found
    ]
    project.apply_all(edits, text, labels=labels, lends=True)
    return {a.frame_id: project.sample(a.frame_id).state for a in answers}
