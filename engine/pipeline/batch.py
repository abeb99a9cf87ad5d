"""Predicts whole inputs, every frame in order, into label files, a txt list and overlays."""

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError, SourceError
from engine.files import disk_errors
from engine.formats.instances import write_instances
from engine.formats.label_names import Names
from engine.formats.pictures import write_picture
from engine.formats.sample_files import write_label_map, write_yolo
from engine.formats.txt_list import write_labels, write_list
from engine.jobs import CancelToken, Progress, no_progress, within
from engine.labels import with_background
from engine.open import open_source
from engine.painting.overlay import paint
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.tiles import predict_tiled
from engine.regions.masks import box_of
from engine.sources.source import Source
from engine.sources.video_writer import VideoWriter
from engine.thresholds import Thresholds
from engine.values import Annotation, Frame, FrameId, Prediction
from models.task import Task

logger = logging.getLogger(__name__)

# Frames that go through the network together.
BATCH = 4


@dataclass(frozen=True)
class BatchOptions:
    """Where the files go and how frames are predicted; `tile` 0 looks at frames as a whole.

    Of folders also what lies in folders below them, if `recursive`.
    """

    out: Path
    thresholds: Thresholds = field(default_factory=Thresholds)
    overlay: bool = False
    tile: int = 0
    recursive: bool = True


@dataclass
class BatchReport:
    """What was predicted, where it lies, and what could not be read: (path, why)."""

    list_path: Path
    labels_path: Path
    images: int = 0
    seconds: float = 0.0
    errors: list[tuple[str, str]] = field(default_factory=list)
    overlays: list[Path] = field(default_factory=list)


def predict_batch(
    pipeline: Pipeline,
    inputs: Sequence[str],
    options: BatchOptions,
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> BatchReport:
    """Predict pictures, folders, lists and videos. What cannot be read is reported and left out."""
    out = options.out
    report = BatchReport(out / "predictions.txt", out / "labels.txt")
    writer = _Writer(pipeline, options, report)
    cancel = cancel or CancelToken()
    start = time.perf_counter()
    for what in inputs:
        try:
            source = open_source(what, recursive=options.recursive)
        except (SourceError, DatasetError) as error:
            report.errors.append((what, str(error)))
            continue
        try:
            _predict_source(pipeline, source, writer, progress, cancel)
        finally:
            writer.end_video()
            source.close()
    write_labels(report.labels_path, with_background(pipeline.weights.card.labels))
    write_list(report.list_path, writer.pairs)
    report.seconds = time.perf_counter() - start
    return report


def _predict_source(
    pipeline: Pipeline, source: Source, writer: "_Writer", progress: Progress, cancel: CancelToken
) -> None:
    count = source.count or 0
    done = 0
    waiting: list[Frame] = []

    def write() -> None:
        inner = within(progress, done, count)
        found = _predict(pipeline, waiting, writer.options, inner, cancel)
        writer.write(source, waiting, found)
        waiting.clear()

    for index, frame in _frames(source, writer.report, cancel):
        if frame is not None:
            waiting.append(frame)
        if len(waiting) == BATCH or (waiting and index + 1 == count):
            write()
        done = index + 1
        progress(done, count, source.name)
    if waiting:
        write()
    warning = getattr(source, "warning", "")
    if warning:
        writer.report.errors.append((source.frame_id(max(0, done - 1)).path, warning))


def _frames(
    source: Source, report: BatchReport, cancel: CancelToken
) -> Iterator[tuple[int, Frame | None]]:
    """Every frame with its index, the next one read while this one is used; None if unreadable."""
    count = source.count
    if source.is_live or count is None:
        yield from enumerate(source.frames(cancel))
        return
    with ThreadPoolExecutor(1, thread_name_prefix="read") as reader:
        ahead: list[Future[Frame]] = [
            reader.submit(source.read, i) for i in range(min(count, BATCH))
        ]
        for index in range(count):
            cancel.check()
            future = ahead.pop(0)
            if index + BATCH < count:
                ahead.append(reader.submit(source.read, index + BATCH))
            try:
                yield index, future.result()
            except SourceError as error:
                frame_id = source.frame_id(index)
                place = f"{frame_id.path}#{index}" if source.fps else frame_id.path
                report.errors.append((place, str(error)))
                yield index, None


def _predict(
    pipeline: Pipeline,
    frames: Sequence[Frame],
    options: BatchOptions,
    progress: Progress,
    cancel: CancelToken,
) -> list[Prediction]:
    if options.tile:
        return [
            predict_tiled(pipeline, frame, options.thresholds, tile=options.tile)
            for frame in frames
        ]
    pictures = [frame.pixels for frame in frames]
    raws = pipeline.infer_batch(pictures, progress=progress, cancel=cancel)
    return [
        pipeline.decode(raw, frame.id, options.thresholds)
        for raw, frame in zip(raws, frames, strict=True)
    ]


class _Writer:
    """Writes the files of each prediction and remembers the list's lines."""

    def __init__(self, pipeline: Pipeline, options: BatchOptions, report: BatchReport) -> None:
        self.options = options
        self.report = report
        self.pairs: list[tuple[Path, Path | str]] = []
        self._task = pipeline.weights.card.task
        self._labels = with_background(pipeline.weights.card.labels)
        self._names = Names()
        self._written: set[FrameId] = set()
        self._video: VideoWriter | None = None

    def write(
        self, source: Source, frames: Sequence[Frame], predictions: Sequence[Prediction]
    ) -> None:
        """Write label files, pictures of a video's frames, and overlays."""
        for frame, prediction in zip(frames, predictions, strict=True):
            if frame.id in self._written:
                continue  # Named twice among the inputs.
            self._written.add(frame.id)
            is_video = source.fps is not None
            stem = self._names.stem(frame.id, is_video)
            label = self._write_label(stem, prediction)
            image = Path(frame.id.path)
            if is_video:
                image = self.options.out / "images" / f"{stem}.jpg"
                write_picture(image, frame.pixels)
            self.pairs.append((image, label))
            self.report.images += 1
            if self.options.overlay:
                painted = paint(frame.pixels, prediction, self._labels)
                self._write_overlay(source, stem, painted)

    def end_video(self) -> None:
        """Finish the overlay video, if one is being written."""
        video, self._video = self._video, None
        if video is not None:
            video.close()

    def _write_label(self, stem: str, prediction: Prediction) -> Path | str:
        """The path of the label file written, or the label's name that stands in place of one."""
        if self._task is Task.CLASSIFICATION:
            best_id = prediction.ranking[0][0]
            return next(label.name for label in self._labels if label.id == best_id)
        folder = self.options.out / "labels"
        if prediction.label_map is not None:
            path = folder / f"{stem}.png"
            write_label_map(path, prediction.label_map)
        elif self._task is Task.DETECTION:
            path = folder / f"{stem}.txt"
            boxes = [box_of(d.region).xyxy for d in prediction.detections]
            ids = [d.label_id for d in prediction.detections]
            xyxy = np.asarray(boxes, np.float32).reshape(-1, 4)
            write_yolo(path, xyxy, ids, prediction.size_hw)
        else:
            path = folder / f"{stem}.json"
            write_instances(path, prediction.size_hw, _annotations(prediction))
        return path

    def _write_overlay(self, source: Source, stem: str, painted: NDArray[np.uint8]) -> None:
        folder = self.options.out / "overlays"
        if source.fps is None:
            path = folder / f"{stem}.jpg"
            write_picture(path, painted)
            self.report.overlays.append(path)
            return
        if self._video is None:
            path = folder / f"{self._names.stem(FrameId(source.frame_id(0).path), False)}.mp4"
            with disk_errors(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._video = VideoWriter(path, source.fps, (painted.shape[0], painted.shape[1]))
            self.report.overlays.append(path)
        self._video.write(painted)


def _annotations(prediction: Prediction) -> Iterator[Annotation]:
    for z, detection in enumerate(prediction.detections):
        yield Annotation(
            detection.region,
            detection.label_id,
            origin=prediction.origin,
            score=detection.score,
            track=detection.track,
            z=z,
        )
