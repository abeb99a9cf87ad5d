"""Predicts whole inputs, every frame in order, into label files, a txt list and overlays."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from engine.errors import DatasetError, SourceError
from engine.files import encoded
from engine.jobs import CancelToken, Progress, no_progress, within
from engine.labels import with_background
from engine.open import open_source
from engine.pipeline.batch_results import LABELS, LIST, Existing, Results
from engine.pipeline.batch_writer import BatchWriter
from engine.pipeline.over_time import OverTime
from engine.pipeline.pipeline import Pipeline, RawResult
from engine.pipeline.tiles import infer_in_tiles
from engine.sources.source import Source
from engine.thresholds import Thresholds
from engine.values import Frame, Prediction
from engine.weights.weights import Weights
from models.task import Task

# Frames that go through the network together.
BATCH = 4


def _tell_nobody(prediction: Prediction) -> None:
    """Nobody asked to be told."""


@dataclass(frozen=True)
class BatchOptions:
    """Where the files go and how frames are predicted.

    Of folders also what lies in folders below them, if `recursive`. `existing` is what is done
    about results that are there already. `keeps_scores` writes boxes as JSON, like masks. `tell`
    is told every Prediction. Where there is a `crew` the frames are predicted by that.
    """

    out: Path
    thresholds: Thresholds = field(default_factory=Thresholds)
    overlay: bool = False
    recursive: bool = True
    existing: Existing = Existing.REFUSE
    keeps_scores: bool = False
    tell: Callable[[Prediction], None] = _tell_nobody
    crew: "Crew | None" = None


class Crew(Protocol):
    """Other processes that predict frames (`engine.pipeline.cluster`)."""

    @property
    def ahead(self) -> int:
        """So many groups of frames may be on their way."""

    def begin(self, frames: Sequence[Frame]) -> None:
        """Send these frames that belong together."""

    def finish(self) -> list[Prediction]:
        """What was said of those that were sent first."""


class FramePredictor(Protocol):
    """What predicts frames one by one, by more than their pixels: by clicks."""

    weights: Weights

    @property
    def settings(self) -> dict[str, str]:
        """What two parts of one result must have in common, beside the weights."""

    def predict(self, frame: Frame) -> Prediction:
        """The Prediction of one frame. SourceError where there is none to make."""


@dataclass
class BatchReport:
    """What was predicted, where it lies, and what could not be read: (path, why).

    `kept` frames were done before.
    """

    list_path: Path
    labels_path: Path
    images: int = 0
    kept: int = 0
    seconds: float = 0.0
    errors: list[tuple[str, str]] = field(default_factory=list)
    overlays: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class _Batch:
    """What every part of the work needs; `over_time` is that of one Source."""

    pipeline: Pipeline | FramePredictor
    options: BatchOptions
    results: Results
    writer: BatchWriter
    progress: Progress
    cancel: CancelToken
    over_time: OverTime = field(default_factory=OverTime)


def predict_batch(
    pipeline: Pipeline | FramePredictor,
    inputs: Sequence[str],
    options: BatchOptions,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> BatchReport:
    """Predict pictures, folders, lists and videos. What cannot be read is reported and left out.

    Where nothing can be read, nothing is written. DatasetError if the folder holds results that the
    options say nothing about, or others than those to go on with.
    """
    start = time.perf_counter()
    card = pipeline.weights.card
    labels = with_background(card.labels)
    results = Results(options.out, _settings(pipeline, options), options.existing)
    task = card.task.written_as
    if options.keeps_scores and task is Task.DETECTION:
        task = Task.INSTANCE
    writer = BatchWriter(results, task, labels, overlay=options.overlay)
    batch = _Batch(pipeline, options, results, writer, progress, cancel or CancelToken())
    for what in inputs:
        try:
            source = open_source(what, recursive=options.recursive)
        except (SourceError, DatasetError) as error:
            writer.errors.append((what, str(error)))
            continue
        is_whole = False
        try:
            _predict_source(replace(batch, over_time=OverTime()), source)
            is_whole = True
        finally:
            writer.end_video(is_whole=is_whole)
            source.close()
    results.finish(task, labels)
    return BatchReport(
        options.out / LIST,
        options.out / LABELS,
        images=writer.count,
        kept=results.kept,
        seconds=time.perf_counter() - start,
        errors=writer.errors,
        overlays=writer.overlays,
    )


def _settings(pipeline: Pipeline | FramePredictor, options: BatchOptions) -> dict[str, Any]:
    """What two parts of one result must have in common, as JSON."""
    weights, path = pipeline.weights, pipeline.weights.path
    own = {"refine": str(pipeline.refine)} if isinstance(pipeline, Pipeline) else pipeline.settings
    thresholds = asdict(options.thresholds)
    del thresholds["counting"]  # No file has it.
    digest = ""
    if path.is_file():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
    return {
        "model": weights.card.model,
        "weights": weights.name,
        "digest": digest,
        "options": str(dict(weights.card.options)),
        **own,
        **thresholds,
        "only": list(options.thresholds.only) if options.thresholds.only else None,
        "overlay": options.overlay,
        "keeps_scores": options.keeps_scores,
    }


def _predict_source(batch: _Batch, source: Source) -> None:
    count = source.count or 0
    done = 0
    waiting: list[Frame] = []
    sent: deque[list[Frame]] = deque()
    crew = batch.options.crew

    def write(frames: Sequence[Frame], found: list[Prediction]) -> None:
        batch.writer.write(source, frames, found)
        for prediction in found:
            batch.options.tell(prediction)

    def predict() -> None:
        if crew is None:
            write(*_predict(batch, waiting, within(batch.progress, done, count)))
        else:
            crew.begin(waiting)
            sent.append(list(waiting))
            if len(sent) > crew.ahead:
                write(sent.popleft(), crew.finish())
        waiting.clear()

    for index, frame in _frames(batch, source):
        if frame is not None:
            waiting.append(frame)
        if len(waiting) == BATCH or (waiting and index + 1 == count):
            predict()
        done = index + 1
        batch.progress(done, count, source.name)
    if waiting:
        predict()
    while crew is not None and sent:
        write(sent.popleft(), crew.finish())
    warning = getattr(source, "warning", "")
    if warning:
        batch.writer.errors.append((source.frame_id(max(0, done - 1)).path, warning))


def _frames(batch: _Batch, source: Source) -> Iterator[tuple[int, Frame | None]]:
    """Every frame that is not done, with its index, the next one read while this one is used.

    None for one that is unreadable.
    """
    count = source.count
    if source.is_live or count is None:
        for index, frame in enumerate(source.frames(batch.cancel)):
            yield index, None if batch.results.has(frame.id) else frame
        return
    wanted = _wanted(batch, source, count)
    with ThreadPoolExecutor(1, thread_name_prefix="read") as reader:
        ahead: list[Future[Frame]] = [reader.submit(source.read, i) for i in wanted[:BATCH]]
        for place, index in enumerate(wanted):
            batch.cancel.check()
            future = ahead.pop(0)
            if place + BATCH < len(wanted):
                ahead.append(reader.submit(source.read, wanted[place + BATCH]))
            path = source.frame_id(index).path
            try:
                encoded(path)  # The list of what was predicted has to name it.
                yield index, future.result()
            except (SourceError, DatasetError) as error:
                where = f"{path}#{index}" if source.fps else path
                batch.writer.errors.append((where, str(error)))
                yield index, None


def _wanted(batch: _Batch, source: Source, count: int) -> list[int]:
    """The indices of the frames that are not done."""
    results = batch.results
    wanted = [i for i in range(count) if not results.has(source.frame_id(i))]
    is_one_piece = batch.options.thresholds.is_over_time or (
        source.fps is not None and batch.options.overlay
    )
    if wanted and len(wanted) < count and is_one_piece:
        results.forget(source.frame_id(i) for i in range(count))
        return list(range(count))
    return wanted


def _predict(
    batch: _Batch, frames: Sequence[Frame], progress: Progress
) -> tuple[Sequence[Frame], list[Prediction]]:
    """Those of the frames that something can be said of, and what."""
    pipeline, options = batch.pipeline, batch.options
    if not isinstance(pipeline, Pipeline):
        return _one_by_one(batch, pipeline, frames)
    if options.thresholds.tile:
        raws = [_in_tiles(batch, pipeline, frame, progress) for frame in frames]
    else:
        pictures = [frame.pixels for frame in frames]
        raws = pipeline.infer_batch(pictures, progress=progress, cancel=batch.cancel)
    return frames, [
        batch.over_time.decode(pipeline, raw, frame.id, options.thresholds)
        for raw, frame in zip(raws, frames, strict=True)
    ]


def _in_tiles(batch: _Batch, pipeline: Pipeline, frame: Frame, progress: Progress) -> RawResult:
    tile = batch.options.thresholds.tile
    return infer_in_tiles(pipeline, frame.pixels, tile, progress=progress, cancel=batch.cancel)


def _one_by_one(
    batch: _Batch, predictor: FramePredictor, frames: Sequence[Frame]
) -> tuple[list[Frame], list[Prediction]]:
    done, found = [], []
    for frame in frames:
        batch.cancel.check()
        try:
            found.append(predictor.predict(frame))
            done.append(frame)
        except SourceError as error:
            batch.writer.errors.append((frame.id.path, str(error)))
    return done, found
