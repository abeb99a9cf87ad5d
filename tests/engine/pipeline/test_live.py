import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.counters import Counter, Counting
from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.open import open_source
from engine.pipeline.capture import capture_loop
from engine.pipeline.live import LiveLink, LiveResult, infer_loop, run_live
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.refine import Refinement
from engine.pipeline.transport import Transport
from engine.sources.watched import WatchedFolder
from engine.thresholds import Thresholds
from engine.values import Frame
from models.contract import RawTensors
from tests.fakes import FakeBackend, FakeSource, make_weights
from tests.make import write_picture

ROOM = Counter("room", ((0.0, 0.0), (48.0, 0.0), (48.0, 32.0)))


@pytest.fixture
def pipeline() -> Pipeline:
    weights = make_weights()
    return Pipeline(weights, use=FakeBackend(weights))


def test_unpaced_every_frame_is_predicted_once_in_order(pipeline: Pipeline) -> None:
    source = FakeSource(20, fps=5)
    link = LiveLink(CancelToken(), is_paced=False)
    results: list[LiveResult] = []
    run_live(lambda: source, lambda: pipeline, results.append, link)
    assert [r.frame.id.index for r in results] == list(range(20))
    assert all(r.prediction is not None and r.prediction.label_map for r in results)
    assert all(r.prediction.frame_id == r.frame.id for r in results)
    assert source.is_closed
    rates = link.meter.whole()
    assert rates.dropped == 0
    assert set(rates.times_ms) == {"capture", "preprocess", "network", "decode"}


def test_refining_is_a_stage_of_its_own(pipeline: Pipeline) -> None:
    pipeline.refine = Refinement("crf")
    link = LiveLink(CancelToken(), is_paced=False)
    results: list[LiveResult] = []
    run_live(lambda: FakeSource(2, fps=5), lambda: pipeline, results.append, link)
    stages = link.meter.whole().times_ms
    assert set(stages) == {"capture", "preprocess", "network", "refine", "decode"}
    assert all(r.prediction.origin.endswith("+crf") for r in results)


def test_two_pipelines_say_what_they_see_in_the_same_frame(pipeline: Pipeline) -> None:
    weights = make_weights()
    other = Pipeline(weights, use=FakeBackend(weights))
    link = LiveLink(CancelToken(), is_paced=False)
    results: list[LiveResult] = []
    run_live(
        lambda: FakeSource(5, fps=5),
        lambda: pipeline,
        results.append,
        link,
        get_beside=lambda: other,
    )
    for result in results:
        assert result.beside is not None
        assert result.beside.pipeline is other
        assert result.beside.prediction.frame_id == result.frame.id
        assert result.prediction.label_map == result.beside.prediction.label_map
    rates = link.meter.whole()
    both = sum(r.raw.seconds["network"] + r.beside.raw.seconds["network"] for r in results)
    assert rates.times_ms["network"] == pytest.approx(1000 * both / 5), (
        "the rate counts frames once"
    )


def test_on_a_gpu_both_run_at_once_and_say_the_same(pipeline: Pipeline) -> None:
    """Each waits for the other in the midst of its work."""
    meeting = threading.Barrier(2, timeout=60)

    class OnGpu(FakeBackend):
        device_id = "cuda:0"

        def run(self, batch: np.ndarray, *given: np.ndarray) -> RawTensors:
            meeting.wait()
            return super().run(batch, *given)

    weights = make_weights()
    pair = [Pipeline(weights, use=OnGpu(weights)) for _ in range(2)]
    link, results = LiveLink(CancelToken(), is_paced=False), list[LiveResult]()
    run_live(
        lambda: FakeSource(3, fps=5),
        lambda: pair[0],
        results.append,
        link,
        get_beside=lambda: pair[1],
    )
    for result in results:
        assert [result.pipeline, result.beside.pipeline] == pair
        alone = pipeline.predict(result.frame)
        assert result.prediction.label_map == result.beside.prediction.label_map == alone.label_map
        both = [each.raw.seconds["network"] for each in (result, result.beside)]
        assert result.seconds["network"] == max(both), "it is not waited for twice"
    assert [result.frame.id.index for result in results] == [0, 1, 2]


def test_a_detector_and_a_segmenter_share_what_is_captured(pipeline: Pipeline) -> None:
    """Each frame is read once, whoever looks at it, and each follows its own objects."""
    weights = make_weights("tiny_detector")
    detector = Pipeline(weights, use=FakeBackend(weights))
    read: list[int] = []

    class Counted(FakeSource):
        def read(self, index: int) -> Frame:
            read.append(index)
            return super().read(index)

    link, results = LiveLink(CancelToken(), is_paced=False), list[LiveResult]()
    run_live(
        lambda: Counted(6, fps=5),
        lambda: detector,
        results.append,
        link,
        lambda: Thresholds(conf=0, smoothing=0.5, tracks=True, counting=Counting((ROOM,))),
        get_beside=lambda: pipeline,
    )
    assert read == list(range(6))
    for result in results:
        assert result.beside is not None
        assert result.beside.frame is result.frame
        assert result.prediction.label_map is None
        assert result.beside.prediction.label_map is not None
        (tally,) = result.counted.tallies
        assert tally.counter == ROOM


def test_what_the_model_beside_counts_is_told_too(pipeline: Pipeline) -> None:
    weights = make_weights("tiny_detector")
    detector = Pipeline(weights, use=FakeBackend(weights))
    link, results = LiveLink(CancelToken(), is_paced=False), list[LiveResult]()
    run_live(
        lambda: FakeSource(2, fps=5),
        lambda: pipeline,
        results.append,
        link,
        lambda: Thresholds(conf=0, tracks=True, counting=Counting((ROOM,))),
        get_beside=lambda: detector,
    )
    assert all(result.counted is result.beside.prediction for result in results)
    assert replace(results[0], beside=None).counted is None


def test_the_newest_frame_wins(pipeline: Pipeline) -> None:
    """All frames were captured before the first is taken: only the last is left."""
    link = LiveLink(CancelToken())
    capture_loop(lambda: FakeSource(30, fps=1e6), link)
    results: list[LiveResult] = []
    infer_loop(lambda: pipeline, link, results.append)
    assert [r.frame.id.index for r in results] == [29]
    assert link.meter.snapshot().dropped == 29


def test_an_unplugged_camera_is_said_after_what_it_sent(pipeline: Pipeline) -> None:
    source = FakeSource(3, is_live=True)
    results: list[LiveResult] = []
    with pytest.raises(SourceError, match="no pictures any more"):
        run_live(lambda: source, lambda: pipeline, results.append, LiveLink(CancelToken()))
    assert results[-1].frame.id.index == 2
    assert source.is_closed


def test_a_source_that_does_not_open_is_said(pipeline: Pipeline) -> None:
    def fail() -> FakeSource:
        raise SourceError("There is no camera 7.")

    with pytest.raises(SourceError, match="camera 7"):
        run_live(fail, lambda: pipeline, lambda _: None, LiveLink(CancelToken()))


def test_a_bug_in_the_callback_ends_both_loops(pipeline: Pipeline) -> None:
    source = FakeSource(10**9, is_live=True)

    def fail(_: LiveResult) -> None:
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        run_live(lambda: source, lambda: pipeline, fail, LiveLink(CancelToken()))
    assert source.is_closed


def test_cancel_ends_a_camera(pipeline: Pipeline) -> None:
    link = LiveLink(CancelToken())
    source = FakeSource(10**9, is_live=True)
    seen: list[LiveResult] = []

    def on_result(result: LiveResult) -> None:
        seen.append(result)
        if len(seen) == 3:
            link.cancel.cancel()

    run_live(lambda: source, lambda: pipeline, on_result, link)
    assert len(seen) == 3
    assert source.is_closed


def test_weights_and_sliders_act_on_the_next_frame(pipeline: Pipeline) -> None:
    weights = make_weights()
    other = Pipeline(weights, use=FakeBackend(weights))
    link = LiveLink(CancelToken(), is_paced=False)
    results: list[LiveResult] = []
    asked: list[float] = []

    def get_pipeline() -> Pipeline | None:
        return (None, pipeline, other)[min(len(results), 2)]

    def get_thresholds() -> Thresholds:
        asked.append(0.1 * len(results))
        return Thresholds(conf=asked[-1])

    run_live(lambda: FakeSource(9, fps=1), get_pipeline, results.append, link, get_thresholds)
    used = [r.pipeline for r in results]
    assert used[0] is None
    assert results[0].prediction is None
    assert used[-1] is other
    # Before the network, which may look through tiles, and after it.
    assert len(asked) == 2 * sum(p is not None for p in used)


def test_a_transport_pauses_seeks_and_ends_paused(pipeline: Pipeline) -> None:
    transport = Transport(playing=False)
    link = LiveLink(CancelToken(), transport=transport, is_paced=False)
    shown: list[int] = []

    def on_result(result: LiveResult) -> None:
        shown.append(result.frame.id.index)
        if shown == [7]:
            transport.seek(3)
        elif shown == [7, 3]:
            transport.play()
        elif shown.count(9) == 1 and shown[-1] == 9:
            assert not transport.is_playing
            transport.play()
        elif shown[-2:] == [0, 1]:
            link.cancel.cancel()

    transport.seek(7)
    run_live(lambda: FakeSource(10, fps=25), lambda: pipeline, on_result, link)
    assert shown[:10] == [7, 3, 4, 5, 6, 7, 8, 9, 0, 1]


def test_paced_files_keep_their_rate(pipeline: Pipeline) -> None:
    link = LiveLink(CancelToken())
    run_live(lambda: FakeSource(6, fps=100), lambda: pipeline, lambda _: None, link)
    assert 20 < link.meter.whole().capture_fps <= 110


def test_what_is_shown_is_metered(pipeline: Pipeline) -> None:
    link = LiveLink(CancelToken(), is_paced=False)
    main = threading.get_ident()
    threads = set()

    def show(result: LiveResult) -> None:
        threads.add(threading.get_ident())
        link.meter.shown(result.captured_at, 0.001)

    run_live(lambda: FakeSource(5), lambda: pipeline, show, link)
    rates = link.meter.whole()
    assert threads == {main}
    assert rates.frames == 5
    assert rates.delay_ms > 0
    assert rates.display_fps > 0
    assert np.isclose(rates.times_ms["display"], 1.0)


def test_a_failure_ends_a_source_that_waits(pipeline: Pipeline, tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png")

    def fail(result: LiveResult) -> None:
        raise KeyError("shown")

    link = LiveLink(CancelToken())
    with pytest.raises(KeyError, match="shown"):
        run_live(lambda: open_source(WatchedFolder(tmp_path)), lambda: pipeline, fail, link)
