"""What one Pipeline says of frame after frame of one Source: smoothed scores, tracks, counts."""

import time
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.pipeline.pipeline import Pipeline, RawResult
from engine.pipeline.tidy import tidied
from engine.thresholds import Thresholds
from engine.tracking.byte_track import Tracks, follow, least_conf
from engine.tracking.counting import Counts, count
from engine.tracking.trails import longer
from engine.values import FrameId, Prediction, Trail
from models.contract import DetectionOutput, SemanticOutput

CUT = 40.0
"""Frames that differ so much on average, of 255, do not belong together."""
FAR = 60
"""After a jump over more frames than this everything begins anew."""
_GRID = 32


@dataclass(frozen=True, eq=False)
class _State:
    """All that is known after a frame."""

    pipeline: Pipeline | None = None
    frame_id: FrameId | None = None
    tracks: Tracks = field(default_factory=Tracks)
    trails: tuple[Trail, ...] = ()
    counts: Counts = field(default_factory=Counts)
    chances: Tensor | None = None
    glance: NDArray[np.int16] | None = None


class OverTime:
    """Decodes frames in order. The same frame again is decided again, as when a slider moves; a
    jump back or far ahead, and another Pipeline, begin anew, but for what was counted before a jump
    ahead. Without options for it each frame is decoded by itself."""

    def __init__(self) -> None:
        self._before = self._now = _State()
        self.seconds = 0.0
        """How long tracking took at the last frame."""

    def decode(
        self, pipeline: Pipeline, raw: RawResult, frame_id: FrameId, thresholds: Thresholds
    ) -> Prediction:
        """The Prediction of this frame, after those before it."""
        self.seconds = 0.0
        if not thresholds.is_over_time:
            self._before = self._now = _State()
            return pipeline.decode(raw, frame_id, thresholds)
        if self._now.pipeline is not pipeline:
            self._now = _State()
        before = self._before if self._now.frame_id == frame_id else self._now
        steps = _steps(before.frame_id, frame_id)
        if steps is None:
            before, steps = _after_jump(before, frame_id), 1
        now = _State(pipeline, frame_id)
        if thresholds.smoothing and isinstance(raw.output, SemanticOutput):
            raw, now = _smoothed(raw, before, now, thresholds.smoothing)
        if thresholds.follows and isinstance(raw.output, DetectionOutput):
            # What is not to be seen is followed all the same: it may be shown again.
            wanted = replace(thresholds, conf=least_conf(thresholds.conf), only=None)
            prediction = pipeline.decode(raw, frame_id, wanted)
            start = time.perf_counter()
            prediction, now = _followed(prediction, before, now, thresholds, steps)
            self.seconds = time.perf_counter() - start
            prediction = tidied(prediction, Thresholds(only=thresholds.only))
        else:
            prediction = pipeline.decode(raw, frame_id, thresholds)
        self._before, self._now = before, now
        return prediction


def _steps(before: FrameId | None, now: FrameId) -> int | None:
    """How many frames further this one is; None where the two do not belong together."""
    if before is None or before.path != now.path:
        return 1  # Pictures of a folder: each is its own file.
    steps = now.index - before.index
    return steps if 0 < steps <= FAR else None


def _after_jump(before: _State, now: FrameId) -> _State:
    """What is still known of the frames before, once some were left out."""
    is_ahead = before.frame_id is not None and now.index > before.frame_id.index
    return _State(counts=before.counts.without_tracks()) if is_ahead else _State()


def _followed(
    prediction: Prediction, before: _State, now: _State, thresholds: Thresholds, steps: int
) -> tuple[Prediction, _State]:
    """The objects with their numbers, where they have been, and what was counted."""
    tracks, found = follow(before.tracks, prediction.detections, thresholds.conf, steps=steps)
    trails = longer(before.trails, found)
    counts, tallies = count(before.counts, found, thresholds.counting, prediction.frame_id.index)
    shown = trails if thresholds.trails else ()
    prediction = replace(prediction, detections=found, trails=shown, tallies=tallies)
    return prediction, replace(now, tracks=tracks, trails=trails, counts=counts)


def _smoothed(
    raw: RawResult, before: _State, now: _State, smoothing: float
) -> tuple[RawResult, _State]:
    """The mean of probabilities, older frames counting ever less; a cut forgets them."""
    assert isinstance(raw.output, SemanticOutput)
    glance = _glance(raw.pixels)
    chances = raw.output.logits.float().softmax(0)  # (K, h, w)
    last = before.chances
    if last is not None and last.shape == chances.shape and not _is_cut(before.glance, glance):
        chances = smoothing * last + (1 - smoothing) * chances
    logits = torch.log(chances.clamp_min(1e-12))
    smooth = replace(raw, output=replace(raw.output, logits=logits))
    return smooth, replace(now, chances=chances, glance=glance)


def _glance(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """A few pixels of a frame."""
    height, width = pixels.shape[:2]
    rows = np.linspace(0, height - 1, _GRID).astype(int)
    columns = np.linspace(0, width - 1, _GRID).astype(int)
    return pixels[rows[:, None], columns[None, :]].astype(np.int16)


def _is_cut(before: NDArray[np.int16] | None, now: NDArray[np.int16]) -> bool:
    """Whether one picture does not follow from the other."""
    return before is None or float(np.abs(before - now).mean()) > CUT
