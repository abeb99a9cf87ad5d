"""The live engine against the loop that one writes first, on the same frames and weights.

That loop takes every frame in its turn, as a camera's queue gives them: numpy prepares it, eager
torch runs, float32 masks of the frame's size come back, and numpy paints them.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.bench.clock import rounds
from engine.bench.memory_source import FramesInMemory
from engine.bench.registry import Measurement
from engine.jobs import Progress

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.pipeline import Pipeline
    from engine.weights.weights import Weights

WEIGHTS = "everyday-deeplab_v3plus"
FRAME_HW = (360, 640)
FRAMES = 8
FPS = 30.0
SECONDS = 1.5
ROUNDS = 3
BEGIN_S = 20.0
"""A slow machine begins no round later: two frames take as long there."""
BUDGET = 2.0
NAIVE = "numpy, eager torch, float32 masks, every frame in its turn"


@dataclass(frozen=True)
class Loop:
    """Frames a second as fast as they are used up, and the median delay in ms at a camera's pace,
    from when a frame is there to when it is painted."""

    rate: float
    delay_ms: float


def measure(progress: Progress) -> list[Measurement]:
    """Both loops in turns, so that what else the machine does meets them alike; medians."""
    from engine.pipeline.pipeline import Pipeline
    from engine.weights.library import find
    from engine.weights.load import load

    weights = load(find(WEIGHTS))
    pipeline, pictures = Pipeline(weights, device="cpu"), made_frames()
    pipeline.warm_up()
    naive_picture(pictures[0], weights)
    found = []
    for number in rounds(ROUNDS, BEGIN_S):
        progress(number, ROUNDS, "live: against the naive loop")
        found.append((measure_engine(pipeline, pictures), measure_naive(weights, pictures)))
    return rows_of(found)


def rows_of(turns: list[tuple[Loop, Loop]]) -> list[Measurement]:
    """The medians of rates, delays and their ratios; ours comes first in each."""
    ours, naive = zip(*turns, strict=True)
    rate, naive_rate = (statistics.median(loop.rate for loop in loops) for loops in (ours, naive))
    delay, naive_delay = (
        statistics.median(loop.delay_ms for loop in loops) for loops in (ours, naive)
    )
    times = statistics.median(our.rate / other.rate for our, other in turns)
    return [
        Measurement("live.loop_rate", rate, "frames/s", NAIVE, naive_rate, more_is_better=True),
        Measurement("live.loop_to_naive", times, "x", NAIVE, 1.0, BUDGET, more_is_better=True),
        Measurement("live.loop_delay", delay, "ms", NAIVE, naive_delay),
    ]


def made_frames() -> list[NDArray[np.uint8]]:
    """A few frames of soft blots: (H, W, 3) each."""
    import cv2

    height, width = FRAME_HW
    random = np.random.default_rng(0)
    small = [
        random.integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
        for _ in range(FRAMES)
    ]
    return [np.asarray(cv2.resize(each, (width, height)), np.uint8) for each in small]


def measure_engine(pipeline: "Pipeline", pictures: list[NDArray[np.uint8]]) -> Loop:
    """What the live engine does, painting included."""
    times, _ = _run(pipeline, FramesInMemory(pictures), is_paced=False)
    _, delays = _run(pipeline, FramesInMemory(pictures, FPS), is_paced=True)
    return Loop(_rate(times), 1000 * statistics.median(delays))


def _run(
    pipeline: "Pipeline", source: FramesInMemory, *, is_paced: bool
) -> tuple[list[float], list[float]]:
    """When each frame was painted, and how long after its capture."""
    from engine.jobs import CancelToken
    from engine.painting.overlay import paint
    from engine.pipeline.live import LiveLink, run_live

    link = LiveLink(CancelToken(), is_paced=is_paced)
    times: list[float] = []
    delays: list[float] = []

    def show(result: "LiveResult") -> None:
        assert result.prediction is not None
        paint(result.frame.pixels, result.prediction, result.prediction.labels, opacity=0.5)
        times.append(time.perf_counter())
        delays.append(times[-1] - result.captured_at)
        if _is_enough(times):
            link.cancel.cancel()

    run_live(lambda: source, lambda: pipeline, show, link)
    return times, delays


def measure_naive(weights: "Weights", pictures: list[NDArray[np.uint8]]) -> Loop:
    """What the loop that one writes first does; it is late by all the frames that wait before."""
    times, _ = _run_naively(weights, pictures, lambda _: time.perf_counter())
    began = time.perf_counter()
    _, delays = _run_naively(weights, pictures, lambda index: began + index / FPS)
    return Loop(_rate(times), 1000 * statistics.median(delays))


def _run_naively(
    weights: "Weights", pictures: list[NDArray[np.uint8]], captured_at: Callable[[int], float]
) -> tuple[list[float], list[float]]:
    times: list[float] = []
    delays: list[float] = []
    while not _is_enough(times):
        came = captured_at(len(times))
        time.sleep(max(0.0, came - time.perf_counter()))
        naive_picture(pictures[len(times) % len(pictures)], weights)
        times.append(time.perf_counter())
        delays.append(times[-1] - came)
    return times, delays


def naive_picture(pixels: NDArray[np.uint8], weights: "Weights") -> NDArray[np.uint8]:
    """The frame (H, W, 3) under the colour of each pixel's label."""
    import torch
    from torch.nn.functional import interpolate

    from models.contract import SemanticOutput

    card = weights.card
    wanted = card.preprocessing
    mean, std = (np.array(each, np.float32) for each in (wanted.mean, wanted.std))
    normal = (pixels.astype(np.float32) / 255 - mean) / std
    with torch.no_grad():
        batch = torch.from_numpy(normal.transpose(2, 0, 1))[None]  # (1, 3, H, W)
        (output,) = weights.module.outputs(weights.module(interpolate(batch, wanted.size_hw)))
        assert isinstance(output, SemanticOutput)
        full = interpolate(output.logits[None], pixels.shape[:2], mode="bilinear")
        masks = full.softmax(1)[0].cpu().numpy()  # (K, H, W)
    colors = np.array([label.color for label in card.labels], np.float32)
    return (pixels * 0.5 + colors[masks.argmax(0)] * 0.5).astype(np.uint8)


def _is_enough(times: list[float]) -> bool:
    return len(times) > 1 and times[-1] - times[0] > SECONDS


def _rate(times: list[float]) -> float:
    return (len(times) - 1) / (times[-1] - times[0])
