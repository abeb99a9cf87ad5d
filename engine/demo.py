"""The demo without a window: bundled weights on the demo's input, overlays, lists and a rate."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.demo_input import DemoInput
from engine.demo_input import demo_input as demo_input
from engine.errors import WeightsError
from engine.jobs import CancelToken, Progress, no_progress
from engine.values import Dataset, Frame, FrameId, Prediction, Sample, SampleState

if TYPE_CHECKING:
    from engine.pipeline.pipeline import Pipeline

OPACITY = 0.5
MIN_SCORE = 0.3
ENOUGH = 20  # predictions before a rate is told


@dataclass(frozen=True, slots=True)
class DemoRun:
    """One bundled file's part: what it ran on and what it wrote.

    `fps` counts pictures and video frames a second, preprocessing and decoding included.
    """

    weights: str
    images: int
    fps: float
    device: str
    backend: str
    list_path: Path
    overlays: tuple[Path, ...]


def run_demo(
    out: Path,
    *,
    device: str = "auto",
    backend: str = "auto",
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> list[DemoRun]:
    """Run every bundled file on the pictures that suit it. WeightsError without any."""
    from engine.pipeline.pipeline import Pipeline
    from engine.weights.library import bundled_live
    from engine.weights.load import load

    paths = bundled_live()
    if not paths:
        raise WeightsError(
            "No weights are bundled with this installation, so there is nothing to show.",
            hint="Train some with maskloop train, or see maskloop weights.",
        )
    cancel = cancel or CancelToken()
    given = demo_input()
    runs = []
    for done, path in enumerate(paths):
        cancel.check()
        progress(done, len(paths), path.stem)
        pipeline = Pipeline(load(path), device, backend)
        runs.append(_run(pipeline, given, out, cancel))
    return runs


def summary(runs: Sequence[DemoRun]) -> dict[str, Any]:
    """What `demo --headless --json` prints."""
    return {
        "images": sum(run.images for run in runs),
        "fps": round(_most(runs).fps, 1),
        "device": ", ".join(dict.fromkeys(run.device for run in runs)),
        "backend": ", ".join(dict.fromkeys(run.backend for run in runs)),
        "list": str(_most(runs).list_path),
        "overlays": [str(path) for run in runs for path in run.overlays],
        "runs": [
            {
                "weights": run.weights,
                "images": run.images,
                "fps": round(run.fps, 1),
                "device": run.device,
                "backend": run.backend,
                "list": str(run.list_path),
            }
            for run in runs
        ],
    }


def _most(runs: Sequence[DemoRun]) -> DemoRun:
    """The run over the most pictures; its list and rate stand for the demo's."""
    return max(runs, key=lambda run: run.images)


class _Stopwatch:
    """Predicts, and remembers how long that took."""

    def __init__(self, pipeline: "Pipeline") -> None:
        self.pipeline = pipeline
        self.seconds = 0.0
        self.count = 0

    def predict(self, frame: Frame) -> Prediction:
        """One frame's Prediction."""
        start = time.perf_counter()
        prediction = self.pipeline.predict(frame)
        self.seconds += time.perf_counter() - start
        self.count += 1
        return prediction

    def settle(self, frame: Frame) -> None:
        """Repeat a frame until the rate means something."""
        while self.count < ENOUGH:
            self.predict(frame)


def _run(pipeline: "Pipeline", given: DemoInput, out: Path, cancel: CancelToken) -> DemoRun:
    from engine.sources.picture import read_picture

    name = pipeline.weights.name
    folder = out / name
    pictures = given.pictures_for(name)
    watch = _Stopwatch(pipeline)
    pipeline.warm_up()
    overlays, samples = _pictures(watch, pictures, folder / "overlays", cancel)
    if pictures == given.pictures:
        overlays.append(_video(watch, given.video, folder / "overlays", cancel))
    images = watch.count
    watch.settle(Frame(samples[0].frame_id, read_picture(pictures[0])))
    return DemoRun(
        weights=name,
        images=images,
        fps=watch.count / watch.seconds,
        device=pipeline.device_text,
        backend=pipeline.backend_name,
        list_path=_export(samples, pipeline, folder),
        overlays=tuple(overlays),
    )


def _pictures(
    watch: _Stopwatch, pictures: Sequence[Path], folder: Path, cancel: CancelToken
) -> tuple[list[Path], list[Sample]]:
    from engine.annotations.accept import proposals_of
    from engine.formats.pictures import write_picture
    from engine.painting.overlay import paint
    from engine.sources.picture import read_picture

    overlays, samples = [], []
    for path in pictures:
        cancel.check()
        frame = Frame(FrameId(str(path)), read_picture(path))
        prediction = watch.predict(frame)
        painted = paint(frame.pixels, prediction, prediction.labels, opacity=OPACITY)
        overlays.append(folder / f"{path.stem}.jpg")
        write_picture(overlays[-1], painted)
        found = proposals_of(prediction, min_score=MIN_SCORE)
        accepted = tuple(replace(each, score=None) for each in found)
        samples.append(Sample(frame.id, frame.size_hw, accepted, state=SampleState.VERIFIED))
    return overlays, samples


def _video(watch: _Stopwatch, video: Path, folder: Path, cancel: CancelToken) -> Path:
    from engine.open import open_source
    from engine.painting.overlay import paint
    from engine.sources.video_writer import VideoWriter

    source = open_source(video)
    writer: VideoWriter | None = None
    path = folder / video.name
    for frame in source.frames(cancel):
        prediction = watch.predict(frame)
        painted = paint(frame.pixels, prediction, prediction.labels, opacity=OPACITY)
        writer = writer or VideoWriter(path, source.fps or 25.0, frame.size_hw)
        writer.write(painted)
    if writer is not None:
        writer.close()
    source.close()
    return path


def _export(samples: Sequence[Sample], pipeline: "Pipeline", folder: Path) -> Path:
    """The predictions as a dataset with its pictures: what a person would get after accepting."""
    from engine.export.export import export
    from engine.export.options import ExportOptions, Split
    from engine.formats.txt_label_files import FORMATS
    from engine.labels import with_background

    card = pipeline.weights.card
    # All of it is what the model says, also that there is nothing. What a model of another task
    # left there is put aside.
    options = ExportOptions(
        FORMATS[card.task], split=Split((1.0, 0.0, 0.0)), unmarked_empty=True, replace=True
    )
    found = Dataset(tuple(samples), with_background(card.labels))
    report = export(found, folder / "dataset", options)
    return report.lists["train"]
