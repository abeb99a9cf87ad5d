"""A live Source: our two loops against the loop that one writes first."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.devices import Device
from engine.jobs import CancelToken
from engine.painting.overlay import paint
from engine.pipeline.live import LiveLink, LiveResult, run_live
from engine.pipeline.pipeline import Pipeline
from engine.sources.source import frame_of
from engine.values import Frame, FrameId
from engine.weights.weights import Weights
from models.contract import Model, SemanticOutput
from scripts.gpu.table import Settings

FRAMES = 8
ENDLESS = 1_000_000
LEAST = 3


class MadeFrames:
    """A Source of frames that are made already, over and over."""

    name = "made"
    is_live = False
    fps = None
    count = ENDLESS

    def __init__(self, frames: list[NDArray[np.uint8]]) -> None:
        self._frames = frames

    def frame_id(self, index: int) -> FrameId:
        """The id of the frame at `index`."""
        return FrameId(self.name, index)

    def read(self, index: int) -> Frame:
        """A copy, as a decoder gives."""
        return frame_of(self.frame_id(index), self._frames[index % FRAMES].copy())

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Every frame from `start`."""
        for index in range(start, ENDLESS):
            cancel.check()
            yield self.read(index)

    def close(self) -> None:
        """There is nothing to let go of."""


def measure_live(
    weights: Weights, plain: Model, device: Device, settings: Settings
) -> dict[str, Any]:
    """Frames a second, read to painted, of both."""
    height, width = settings.frame_hw
    noise = np.random.default_rng(0)
    frames = [noise.integers(0, 256, (height, width, 3), dtype=np.uint8) for _ in range(FRAMES)]
    source = MadeFrames(frames)
    naive = naive_rate(source, weights, plain, settings)
    ours = our_rate(source, Pipeline(weights, device.id, "torch"), settings)
    return {"live_naive_fps": naive, "live_ours_fps": ours, "live_times": ours / naive}


def our_rate(source: MadeFrames, pipeline: Pipeline, settings: Settings) -> float:
    """Frames a second of the live engine, painting included."""
    pipeline.warm_up()
    link = LiveLink(CancelToken(), is_paced=False)
    shown: list[float] = []

    def show(result: LiveResult) -> None:
        assert result.prediction is not None
        paint(result.frame.pixels, result.prediction, result.prediction.labels, opacity=0.5)
        shown.append(time.perf_counter())
        if len(shown) > LEAST and shown[-1] - shown[0] > settings.seconds:
            link.cancel.cancel()

    run_live(lambda: source, lambda: pipeline, show, link)
    return (len(shown) - 1) / (shown[-1] - shown[0])


def naive_rate(source: MadeFrames, weights: Weights, plain: Model, settings: Settings) -> float:
    """Frames a second of one thing after the other, in float32 and at full size."""
    colors = np.array([label.color for label in weights.card.labels], np.float32)
    shown: list[float] = []
    while len(shown) <= LEAST or shown[-1] - shown[0] < settings.seconds:
        pixels = source.read(len(shown)).pixels
        ids = _naive_ids(pixels, weights, plain)
        (pixels * 0.5 + colors[ids] * 0.5).astype(np.uint8)
        shown.append(time.perf_counter())
    return (len(shown) - 1) / (shown[-1] - shown[0])


@torch.no_grad()
def _naive_ids(pixels: NDArray[np.uint8], weights: Weights, plain: Model) -> NDArray[np.int64]:
    """The label of every pixel (H, W)."""
    from torch.nn.functional import interpolate

    card, device = weights.card, next(plain.parameters()).device
    mean, std = (
        np.array(each, np.float32) for each in (card.preprocessing.mean, card.preprocessing.std)
    )
    normal = (pixels.astype(np.float32) / 255 - mean) / std
    picture = torch.from_numpy(normal.transpose(2, 0, 1)).to(device)[None]  # (1, 3, H, W)
    (output,) = plain.outputs(plain(interpolate(picture, card.preprocessing.size_hw)))
    assert isinstance(output, SemanticOutput)
    full = interpolate(output.logits[None], pixels.shape[:2], mode="bilinear")  # (1, K, H, W)
    ids: NDArray[np.int64] = full.softmax(1).argmax(1)[0].cpu().numpy()
    return ids
