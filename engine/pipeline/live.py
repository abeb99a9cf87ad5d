"""The live engine: one loop captures, one infers; the newest frame wins and nothing queues.

Both loops are plain functions for a thread each. The capture loop opens, reads and closes the
Source, as a Source belongs to one thread. `run_live` starts both for callers without threads.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from engine.jobs import Cancelled
from engine.pipeline.capture import PATIENCE, CapturedFrame, LiveLink, OpenSource, capture_loop
from engine.pipeline.over_time import OverTime
from engine.pipeline.pipeline import Pipeline, RawResult
from engine.pipeline.tiles import infer_in_tiles
from engine.thresholds import Thresholds
from engine.values import Frame, Prediction

__all__ = ["LiveLink", "LiveResult", "infer_loop", "run_live"]


@dataclass(frozen=True, eq=False)
class LiveResult:
    """A frame and what the Pipeline says of it; without weights, the frame alone.

    `raw` is what the Pipeline said before any threshold: a look inside shows it. `beside` is what a
    second Pipeline says of the same frame, where two are compared; with `is_over` both are seen
    over one another. `seconds` is how long each stage took, of both together. Whoever shows it
    calls `meter.shown(captured_at)` when it is on the screen.
    """

    frame: Frame
    captured_at: float
    pipeline: Pipeline | None = None
    raw: RawResult | None = None
    prediction: Prediction | None = None
    beside: "LiveResult | None" = None
    is_over: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def counted(self) -> Prediction | None:
        """The prediction that says what was counted: only that of a detector does."""
        for each in (self, self.beside):
            if each is not None and each.prediction is not None and each.prediction.tallies:
                return each.prediction
        return None


GetPipeline = Callable[[], Pipeline | None]
GetThresholds = Callable[[], Thresholds]
OnResult = Callable[[LiveResult], None]


def _no_pipeline() -> None:
    """Nothing runs beside."""


def infer_loop(
    get_pipeline: GetPipeline,
    link: LiveLink,
    on_result: OnResult,
    get_thresholds: GetThresholds = Thresholds,
    *,
    get_beside: GetPipeline = _no_pipeline,
) -> None:
    """Predict the newest frame again and again until the capture loop has ended.

    `get_pipeline` and `get_thresholds` are asked for every frame, so new weights and moved sliders
    act on the next one. `get_beside` gives a second Pipeline to compare with on the same frames.
    While the network works on a frame, the one before is decoded and handed to `on_result`, in
    this thread.
    """
    over_time = OverTime(), OverTime()

    def finish(result: LiveResult) -> None:
        start = time.perf_counter()
        done = _decoded(result, get_thresholds, over_time)
        if done.prediction is not None or done.beside is not None:
            took = _after(done, over_time, time.perf_counter() - start)
            for stage, seconds in took.items():
                link.meter.mark(stage, seconds)
            done = replace(done, seconds={**_stages(done), **took})
        on_result(done)

    def answer() -> LiveResult | None:
        """Take the newest frame when the network is free for it; None if there is none."""
        link.cancel.check()
        shot = link.box.take(PATIENCE)
        if shot is None:
            return None
        return _infer(shot, (get_pipeline, get_beside), link, get_thresholds, pair=pair)

    with (
        ThreadPoolExecutor(2, thread_name_prefix="two networks") as pair,
        ThreadPoolExecutor(1, thread_name_prefix="network") as network,
    ):
        following = network.submit(answer)
        is_last = False
        while not is_last:
            # Two are asked for: the second begins the moment the first is done, and does not wait
            # until this thread has woken up.
            asked, following = following, network.submit(answer)
            result = asked.result()
            link.cancel.check()
            if result is None and link.box.is_closed:
                is_last, result = True, following.result()
            if result is not None:
                finish(result)


def _infer(
    shot: CapturedFrame,
    ask: tuple[GetPipeline, GetPipeline],
    link: LiveLink,
    get_thresholds: GetThresholds,
    *,
    pair: Executor,
) -> LiveResult:
    """Both at once on a GPU, each on a stream of its own; elsewhere one after the other, as each
    wants the whole processor."""

    def say(get_pipeline: GetPipeline) -> LiveResult:
        return _run(shot, get_pipeline, link, get_thresholds)

    is_at_once = _both_on_gpu(*(get_pipeline() for get_pipeline in ask))
    main, other = pair.map(say, ask) if is_at_once else map(say, ask)
    if other.pipeline is not None:
        main = replace(main, beside=other)
    for stage, seconds in _stages(main).items():
        link.meter.mark(stage, seconds)
    return main


def _run(
    shot: CapturedFrame, get_pipeline: GetPipeline, link: LiveLink, get_thresholds: GetThresholds
) -> LiveResult:
    """The frame alone if other weights are wanted before slow ones have answered."""
    pipeline = get_pipeline()

    def watch(done: int, total: int, text: str) -> None:
        if get_pipeline() is not pipeline:
            raise Cancelled

    raw = None
    if pipeline is not None:
        try:
            tile = get_thresholds().tile
            raw = infer_in_tiles(
                pipeline, shot.frame.pixels, tile, progress=watch, cancel=link.cancel
            )
        except Cancelled:
            link.cancel.check()
    return LiveResult(shot.frame, shot.captured_at, pipeline, raw)


def _decoded(
    result: LiveResult, get_thresholds: GetThresholds, over_time: tuple[OverTime, OverTime]
) -> LiveResult:
    """The result with its prediction, and that of the Pipeline beside."""
    beside = result.beside
    if beside is not None:
        beside = _decoded(beside, get_thresholds, over_time[::-1])
    if result.pipeline is None or result.raw is None:
        return replace(result, beside=beside)
    said = result.pipeline, result.raw, result.frame.id
    prediction = over_time[0].decode(*said, get_thresholds())
    return replace(result, prediction=prediction, beside=beside)


def _after(
    result: LiveResult, over_time: tuple[OverTime, OverTime], seconds: float
) -> dict[str, float]:
    """Seconds of each stage after the network, of these in all."""
    trackers = over_time if result.beside is not None else over_time[:1]
    apart = {
        "refine": _stages(result).get("refine", 0.0),
        "track": sum(each.seconds for each in trackers),
    }
    took = {stage: part for stage, part in apart.items() if part}
    return {**took, "decode": max(0.0, seconds - sum(took.values()))}


def _both_on_gpu(first: Pipeline | None, second: Pipeline | None) -> bool:
    """Whether both are on a GPU: the processor only starts their work."""
    pair = (first, second)
    return all(each is not None and each.device_id.startswith("cuda") for each in pair)


def _stages(result: LiveResult) -> dict[str, float]:
    """Seconds of each stage, of both Pipelines: the longer of what ran at once, else their sum."""
    total = dict(result.raw.seconds) if result.raw is not None else {}
    if result.beside is None:
        return total
    is_at_once = _both_on_gpu(result.pipeline, result.beside.pipeline)
    for stage, seconds in _stages(result.beside).items():
        own = total.get(stage, 0.0)
        # Refinements are made of the maps later, one after the other.
        total[stage] = max(own, seconds) if is_at_once and stage != "refine" else own + seconds
    return total


def run_live(
    open_it: OpenSource,
    get_pipeline: GetPipeline,
    on_result: OnResult,
    link: LiveLink,
    get_thresholds: GetThresholds = Thresholds,
    *,
    get_beside: GetPipeline = _no_pipeline,
) -> None:
    """Both loops until the Source ends or the link is cancelled; what either raises is raised."""
    failures: list[BaseException] = []

    def capture() -> None:
        try:
            capture_loop(open_it, link)
        except Cancelled:
            pass
        except BaseException as error:  # Raised in the caller's thread below.
            failures.append(error)

    thread = threading.Thread(target=capture, name="capture")
    thread.start()
    try:
        infer_loop(get_pipeline, link, on_result, get_thresholds, get_beside=get_beside)
    except Cancelled:
        pass
    except BaseException:
        link.cancel.cancel()  # A Source that waits for its next frame hears nothing else.
        raise
    finally:
        link.box.close()  # Ends the capture loop, should it still run.
        thread.join()
    if failures:
        raise failures[0]
