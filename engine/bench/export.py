"""How many small pictures a second an export labels, on one core."""

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bench.registry import Measurement, register

if TYPE_CHECKING:
    from engine.values import Dataset

COUNT = 200
HEIGHT, WIDTH = 480, 640
FORMATS = ("txt", "txt_detection", "txt_semantic", "coco")
TRIES = 5
BUDGET = 500.0


@register("export")
def measure() -> list[Measurement]:
    """Masks on pictures that are referred to: looking at them and writing labels, in CPU time."""
    import cv2

    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with tempfile.TemporaryDirectory() as name:
            dataset = _dataset(Path(name))
            return [
                Measurement(
                    f"export.{each}_pictures_per_second",
                    COUNT / min(_seconds(dataset, Path(name), each) for _ in range(TRIES)),
                    "/s",
                    budget=BUDGET,
                    more_is_better=True,
                )
                for each in FORMATS
            ]
    finally:
        cv2.setNumThreads(threads)


def _dataset(folder: Path) -> "Dataset":
    """Pictures of 640x480 with three wavy masks each."""
    import cv2
    import numpy as np

    from engine.values import Annotation, Dataset, FrameId, Label, Mask, Sample, SampleState

    y, x = np.mgrid[:HEIGHT, :WIDTH] - HEIGHT / 2
    drawn = []
    for number, radius in enumerate((90, 60, 40)):
        moved = x - 170 * (number - 1) - 80
        wave = radius * (1 + 0.1 * np.sin(9 * np.arctan2(y, moved)))
        mask = Mask(0, 0, np.hypot(y, moved) < wave)
        drawn.append(Annotation(mask, 1 + number % 2, z=number))
    code = cv2.imencode(".jpg", np.zeros((HEIGHT, WIDTH, 3), np.uint8))[1].tobytes()
    samples = []
    for number in range(COUNT):
        path = folder / f"{number}.jpg"
        path.write_bytes(code)
        samples.append(
            Sample(FrameId(str(path)), (HEIGHT, WIDTH), tuple(drawn), state=SampleState.VERIFIED)
        )
    colors = ((0, 0, 0), (200, 0, 0), (0, 200, 0))
    names = ("background", "a", "b")
    labels = [Label(i, n, c) for i, (n, c) in enumerate(zip(names, colors, strict=True))]
    return Dataset(tuple(samples), tuple(labels))


def _seconds(dataset: "Dataset", folder: Path, name: str) -> float:
    """CPU time until the last label is written; what is read again afterwards does not count."""
    from engine.export.export import export
    from engine.export.options import ExportOptions, Pictures

    ended = start = time.process_time()

    def progress(done: int, total: int, text: str) -> None:
        nonlocal ended
        if done <= 2 * COUNT:
            ended = time.process_time()

    options = ExportOptions(name, pictures=Pictures.REFER, split=None)
    export(dataset, folder / name, options, progress=progress)
    return ended - start
