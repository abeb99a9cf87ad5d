"""Writes what was predicted of frames: label files, pictures of a video's frames, overlays."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.files import disk_errors, encoded
from engine.formats.labels_file import IMAGES, box_ids
from engine.formats.pictures import write_picture
from engine.formats.sample_files import write_label_map
from engine.formats.txt_label_files import ENDINGS, LabelFiles
from engine.painting.overlay import paint
from engine.pipeline.batch_results import MAPS, OVERLAYS, Predicted, Results
from engine.regions.masks import box_of
from engine.sources.source import Source
from engine.sources.video_writer import VideoWriter
from engine.values import Annotation, Detection, Frame, FrameId, Label, Prediction, Sample
from models.task import Task


class BatchWriter:
    """Writes the files of each prediction, and notes each frame that is done."""

    def __init__(
        self, results: Results, task: Task, labels: Sequence[Label], *, overlay: bool
    ) -> None:
        self.overlay = overlay
        self.count = 0
        self.overlays: list[Path] = []
        self.errors: list[tuple[str, str]] = []
        self._results = results
        self._task = task
        self._labels = tuple(labels)
        self._box_ids = box_ids(labels)
        self._video: VideoWriter | None = None
        self._waiting: list[Predicted] = []

    def write(
        self, source: Source, frames: Sequence[Frame], predictions: Sequence[Prediction]
    ) -> None:
        """Write the files of these frames."""
        self._results.begin()
        for frame, prediction in zip(frames, predictions, strict=True):
            frame_id = FrameId(os.path.abspath(frame.id.path), frame.id.index)
            if self._results.has(frame_id):
                continue  # Named twice among the inputs.
            try:
                encoded(frame_id.path)
            except DatasetError as error:  # The list could not name it.
                self.errors.append((frame.id.path, str(error)))
                continue
            done = self._write(source, replace(frame, id=frame_id), prediction)
            self.count += 1
            if self._video is None:
                self._results.add([done])
            else:
                self._waiting.append(done)

    def end_video(self, *, is_whole: bool) -> None:
        """Finish the overlay video, if one is being written; its frames count when it is whole."""
        video, self._video = self._video, None
        if video is not None:
            video.close()
        waiting, self._waiting = self._waiting, []
        if waiting and is_whole:
            self._results.add(waiting)

    def _write(self, source: Source, frame: Frame, prediction: Prediction) -> Predicted:
        is_video = source.fps is not None
        stem = self._results.names.stem(frame.id, is_video)
        label = self._write_label(stem, prediction)
        image = frame.id.path
        if is_video:
            image = f"{IMAGES}/{stem}.jpg"
            write_picture(self._results.out / image, frame.pixels)
        overlay = None
        if self.overlay:
            overlay = self._write_overlay(
                source, stem, paint(frame.pixels, prediction, self._labels)
            )
        is_file = self._task is not Task.CLASSIFICATION
        return Predicted(
            frame.id.path, frame.id.index, stem, image, label, is_file=is_file, overlay=overlay
        )

    def _write_label(self, stem: str, prediction: Prediction) -> str:
        """The label file below the folder, or the label's name that stands in place of one."""
        if self._task is Task.CLASSIFICATION:
            best_id = prediction.ranking[0][0]
            return next(label.name for label in self._labels if label.id == best_id)
        name = f"{MAPS}/{stem}{ENDINGS[self._task]}"
        path = self._results.out / name
        if prediction.label_map is not None:
            write_label_map(path, prediction.label_map)
        else:
            found = tuple(self._annotation(d, z) for z, d in enumerate(prediction.detections))
            sample = Sample(FrameId(stem), prediction.size_hw, found)
            LabelFiles(self._task).write(path, sample)
        return name

    def _annotation(self, detection: Detection, z: int) -> Annotation:
        if self._task is Task.DETECTION:  # Programs that train refuse scores there.
            return Annotation(box_of(detection.region), self._box_ids[detection.label_id], z=z)
        found = detection
        return Annotation(found.region, found.label_id, score=found.score, track=found.track, z=z)

    def _write_overlay(self, source: Source, stem: str, painted: NDArray[np.uint8]) -> str:
        """The overlay below the folder."""
        if source.fps is None:
            name = f"{OVERLAYS}/{stem}.jpg"
            write_picture(self._results.out / name, painted)
            self.overlays.append(self._results.out / name)
            return name
        video = FrameId(os.path.abspath(source.frame_id(0).path))
        name = f"{OVERLAYS}/{self._results.names.stem(video, False)}.mp4"
        path = self._results.out / name
        if self._video is None:
            with disk_errors(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._video = VideoWriter(path, source.fps, (painted.shape[0], painted.shape[1]))
            self.overlays.append(path)
        self._video.write(painted)
        return name
