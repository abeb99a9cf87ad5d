"""Measures the live rate in the window against what source and network can give at most.

A fast and a slow network, each on a video paced at 30 frames a second and on frames in memory,
which come as fast as they are used up.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bench.clock import rounds
from engine.bench.memory_source import FramesInMemory
from engine.bench.registry import Measurement
from engine.jobs import CancelToken, Progress
from engine.sources.video import VideoSource
from engine.weights.library import find
from engine.weights.load import load
from engine.weights.weights import save
from gui.bench.application import opened_app, show, wait_for
from gui.bench.probe import Probe
from gui.bench.scenes import write_video

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.pipeline.pipeline import Pipeline
    from engine.sources.source import Source
    from gui.app import App

LIVE_SECONDS = 2.0
ALONE_SECONDS = 0.75
ROUNDS = 3
BEGIN_S = 55.0
"""A slow machine begins no round later."""
GOAL = 0.9
STAGES = ("capture", "preprocess", "network", "decode", "set", "paint")
SLOW = ("everyday-deeplab_v3plus", (256, 256))
FAST = ("everyday-yolo_v3", (160, 160))
BOUND = "min(source alone, network alone)"
PROMISED = "two frame times and the network"


@dataclass(frozen=True)
class Case:
    """One network on one source; `suffix` tells its rows apart."""

    suffix: str
    weights: Path
    video: Path
    is_paced: bool

    def open(self, _: object = None) -> "Source":
        """The video, or its frames in memory."""
        source = VideoSource(self.video)
        if self.is_paced:
            return source
        pictures = [source.read(index).pixels for index in range(0, source.count or 0, 10)]
        source.close()
        return FramesInMemory(pictures)


@dataclass(frozen=True)
class Round:
    """One turn of a case: frames a second alone and in the window, ms a frame of each stage, and
    the delay in ms from a frame's capture until it is painted, where the source has a pace."""

    source: float
    network: float
    window: float
    stages: dict[str, float]
    delay_ms: float | None = None

    @property
    def bound(self) -> float:
        """The most that the window could show."""
        return min(self.source, self.network)

    @property
    def promised_ms(self) -> float:
        """The most that a frame may be late: two frame times, and the network's."""
        return 1000 * (2 / self.source + 1 / self.network)


def rows(progress: Progress) -> list[Measurement]:
    """Every case in turns, so that what else the machine does meets all of them alike."""
    with tempfile.TemporaryDirectory() as name, opened_app() as app:
        cases = _make_cases(Path(name))
        show(app)
        found: dict[str, list[Round]] = {case.suffix: [] for case in cases}
        for number in rounds(ROUNDS, BEGIN_S):
            for place, case in enumerate(cases):
                progress(number * len(cases) + place, ROUNDS * len(cases), "live: in the window")
                found[case.suffix].append(measure(app, case))
    return [row for suffix, turns in found.items() for row in rows_of(suffix, turns)]


def _make_cases(folder: Path) -> tuple[Case, ...]:
    """In an order in which weights are seldom loaded anew."""
    slow, fast = (write_weights(folder, wanted) for wanted in (SLOW, FAST))
    video = write_video(folder / "video.mp4")
    return (
        Case("", slow, video, is_paced=True),
        Case("_unpaced", slow, video, is_paced=False),
        Case("_fast", fast, video, is_paced=True),
        Case("_fast_unpaced", fast, video, is_paced=False),
    )


def write_weights(folder: Path, wanted: tuple[str, tuple[int, int]]) -> Path:
    """Bundled weights, whose answers are as smooth as answers are, at this input size."""
    name, size_hw = wanted
    weights = load(find(name))
    preprocessing = replace(weights.card.preprocessing, size_hw=size_hw)
    path = folder / f"bench-{name}.safetensors"
    save(path, weights.module.state_dict(), replace(weights.card, preprocessing=preprocessing))
    return path


def rows_of(suffix: str, turns: Sequence[Round]) -> list[Measurement]:
    """The medians of a case: rate, ratio to the bound, delay, and where a frame's time goes."""
    window, bound = (
        statistics.median(values)
        for values in zip(*((r.window, r.bound) for r in turns), strict=True)
    )
    ratio = statistics.median(r.window / r.bound for r in turns)
    rate, share = f"live.window_rate{suffix}", f"live.window_to_backend_rate{suffix}"
    made = [
        Measurement(rate, window, "frames/s", BOUND, bound, more_is_better=True),
        Measurement(share, ratio, "", BOUND, 1.0, GOAL, more_is_better=True),
    ]
    late = [(r.delay_ms, r.promised_ms) for r in turns if r.delay_ms is not None]
    if late:
        delay, promised = (statistics.median(values) for values in zip(*late, strict=True))
        times = statistics.median(ms / most for ms, most in late)
        made += [
            Measurement(f"live.delay{suffix}", delay, "ms", PROMISED, promised),
            Measurement(f"live.delay_to_promise{suffix}", times, "x", PROMISED, 1.0, 1.0),
        ]
    for stage in STAGES:
        milliseconds = statistics.median(r.stages.get(stage, 0.0) for r in turns)
        made.append(Measurement(f"live.stage_{stage}{suffix}", milliseconds, "ms"))
    return made


def measure(app: "App", case: Case) -> Round:
    """One turn of a case."""
    pipeline = _load(app, case.weights)
    # Before and after, as the machine's own speed drifts.
    before = _alone(case, pipeline)
    probe = watch(app, case)
    after = _alone(case, pipeline)
    source, network = ((a + b) / 2 for a, b in zip(before, after, strict=True))
    delay_ms = probe.delay_ms if case.is_paced else None
    return Round(source, network, probe.rate, probe.stages, delay_ms)


def _load(app: "App", weights: Path) -> "Pipeline":
    session = app.session

    def is_loaded() -> bool:
        return session.weights.loaded is not None and session.weights.loaded.key == str(weights)

    if not is_loaded():
        session.load_weights(str(weights))
        wait_for(is_loaded)
    assert session.weights.loaded is not None
    return session.weights.loaded.pipeline


def _alone(case: Case, pipeline: "Pipeline") -> tuple[float, float]:
    """Frames a second of the source alone, and of the network alone on the same frames."""
    return _source_rate(case), _network_rate(case, pipeline)


def _source_rate(case: Case) -> float:
    """As fast as it can be read, and no faster than its pace."""
    source = case.open()
    start, count = time.perf_counter(), 0
    for _ in source.frames(CancelToken()):
        count += 1
        if time.perf_counter() - start > ALONE_SECONDS:
            break
    rate, pace = count / (time.perf_counter() - start), source.fps
    source.close()
    return min(rate, pace) if case.is_paced and pace else rate


def _network_rate(case: Case, pipeline: "Pipeline") -> float:
    frames = _some_frames(case)
    pipeline.warm_up()
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < ALONE_SECONDS:
        pipeline.infer(frames[count % len(frames)])
        count += 1
    return count / (time.perf_counter() - start)


def _some_frames(case: Case) -> "list[NDArray[np.uint8]]":
    source = case.open()
    frames = [source.read(index).pixels for index in range(30)]
    source.close()
    return frames


def watch(app: "App", case: Case) -> Probe:
    """What the window showed of a case, for a few seconds."""
    probe = Probe(app)
    app.session.live.opener = case.open
    app.session.open_live(str(case.video))
    wait_for(lambda: probe.seconds > LIVE_SECONDS)
    app.session.live.close()
    probe.stop()
    return probe


def play() -> None:
    """A while of live video with a network, for the memory that it takes."""
    with tempfile.TemporaryDirectory() as name, opened_app() as app:
        folder = Path(name)
        case = Case("", write_weights(folder, SLOW), write_video(folder / "v.mp4"), is_paced=True)
        show(app)
        _load(app, case.weights)
        watch(app, case)
