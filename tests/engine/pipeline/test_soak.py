"""The live engine for as long as a person leaves it running: it needs no more memory at the end."""

import gc
import statistics
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.jobs import CancelToken
from engine.pipeline.live import LiveLink, LiveResult, run_live
from engine.pipeline.pipeline import Pipeline
from engine.thresholds import Thresholds
from engine.values import Frame
from tests.fakes import FakeBackend, FakeSource, make_weights

FRAMES_OF_AN_INPUT = 100
READINGS = 50
WARM = 10
GROWTH_MB = 20.0
SIDE, EVERY = 12, 50

CASES = {
    "tiny_segmenter": Thresholds(smoothing=0.5),
    "tiny_detector": Thresholds(conf=0.2, tracks=True, trails=True),
}


class MovingSquare(FakeSource):
    """A bright square that crosses the frame and is gone for a while, so that tracks end."""

    def read(self, index: int) -> Frame:
        pixels = np.full((40, 60, 3), 20, np.uint8)
        step = index % EVERY
        if step < EVERY - SIDE:
            pixels[10 : 10 + SIDE, step : step + SIDE] = 255 - index % 7
        return Frame(self.frame_id(index), pixels)


def memory_mb() -> float:
    """What this process has in memory now."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def soak(model: str, frames: int) -> tuple[LiveLink, list[float]]:
    """Memory at equal distances on the way through so many frames, each of them predicted."""
    weights = make_weights(model)
    pipeline = Pipeline(weights, use=FakeBackend(weights))
    link = LiveLink(CancelToken(), is_paced=False)
    readings: list[float] = []
    seen = 0

    def look(result: LiveResult) -> None:
        nonlocal seen
        assert result.prediction is not None
        seen += 1
        link.meter.shown(result.captured_at)
        if seen % max(frames // READINGS, 1) == 0:
            readings.append(memory_mb())

    source = MovingSquare(frames, fps=30)
    run_live(lambda: source, lambda: pipeline, look, link, lambda: CASES[model])
    assert source.is_closed
    return link, readings


@pytest.mark.parametrize("model", sorted(CASES))
def test_every_frame_of_a_soak_is_predicted(model: str) -> None:
    link, _ = soak(model, 2 * EVERY)
    assert link.meter.whole().frames == 2 * EVERY
    assert link.meter.whole().dropped == 0


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("model", sorted(CASES))
def test_live_needs_no_more_memory_at_the_end(model: str, inputs: int, record_property) -> None:
    frames = FRAMES_OF_AN_INPUT * inputs
    link, readings = soak(model, frames)
    began, ended = readings[WARM], statistics.median(readings[-WARM:])
    told = f"{frames} frames, {began:.1f} MB after a fifth, {ended:.1f} MB at the end"
    record_property("soaked", told)
    assert link.meter.whole().frames == frames
    assert ended - began < GROWTH_MB, told
