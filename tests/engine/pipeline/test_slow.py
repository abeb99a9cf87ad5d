"""A detector that judges many boxes: how far it is, how it is stopped, what it remembers."""

import threading

import numpy as np
import pytest

from engine.jobs import Cancelled, CancelToken
from engine.pipeline.live import LiveLink, LiveResult, run_live
from engine.pipeline.pipeline import Pipeline
from engine.thresholds import Thresholds
from engine.values import FrameId
from engine.weights.options import with_options
from tests.fakes import FakeBackend, FakeSource, make_weights


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path))
    return tmp_path / "proposals"


def make_pipeline(**options: str) -> Pipeline:
    weights = with_options(make_weights("tiny_regions"), options)
    return Pipeline(weights, use=FakeBackend(weights))


def picture() -> np.ndarray:
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[20:40, 30:60] = 255
    return pixels


def test_the_bright_object_is_among_what_selective_search_proposes() -> None:
    pipeline = make_pipeline()
    raw = pipeline.infer(picture())
    assert set(raw.seconds) == {"preprocess", "proposals", "network"}
    found = pipeline.decode(raw, FrameId("a"), Thresholds(0.9, 0.45)).detections
    assert any(np.allclose(d.region.xyxy, (30, 20, 60, 40), atol=3) for d in found)


def test_progress_is_told_in_boxes() -> None:
    told = []
    pipeline = make_pipeline(proposals="sliding")
    pipeline.infer(picture(), progress=lambda done, total, text: told.append((done, total)))
    assert told == [(place + 1, len(told)) for place in range(len(told))]
    assert len(told) > 50
    assert pipeline.weights.module.watch is None


def test_a_cancelled_picture_stops_between_two_boxes_and_leaves_the_pipeline_usable() -> None:
    pipeline = make_pipeline(proposals="sliding")
    cancel, told = CancelToken(), []

    def progress(done: int, total: int, text: str) -> None:
        told.append(done)
        if done == 7:
            cancel.cancel()

    with pytest.raises(Cancelled):
        pipeline.infer(picture(), progress=progress, cancel=cancel)
    assert told == list(range(1, 8))
    assert pipeline.infer(picture()).raw


def test_who_waits_for_a_slow_picture_can_give_up() -> None:
    pipeline = make_pipeline(proposals="sliding")
    inside, go_on, cancel = threading.Event(), threading.Event(), CancelToken()

    def progress(done: int, total: int, text: str) -> None:
        inside.set()
        go_on.wait(30)

    thread = threading.Thread(target=lambda: pipeline.infer(picture(), progress=progress))
    thread.start()
    try:
        assert inside.wait(30)
        cancel_soon = threading.Timer(0.05, cancel.cancel)
        cancel_soon.start()
        with pytest.raises(Cancelled):
            pipeline.infer(picture(), cancel=cancel)
        cancel_soon.join()
    finally:
        go_on.set()
        thread.join()


def test_proposals_of_pictures_are_kept_and_those_of_video_frames_are_not(folder) -> None:
    pipeline = make_pipeline()
    plain = pipeline.infer(picture())
    assert not folder.exists()
    kept, again = (pipeline.infer(picture(), remember=True) for _ in range(2))
    assert len(list(folder.iterdir())) == 1
    for raw in (kept, again):
        assert np.array_equal(raw.raw[0], plain.raw[0])


def test_the_live_option_chooses_the_proposals() -> None:
    counts = {
        mode: make_pipeline(proposals=mode).infer(picture()).raw[0].shape[1]
        for mode in ("fast", "sliding")
    }
    assert counts["sliding"] > 3 * counts["fast"]


def test_live_ends_in_the_middle_of_a_slow_frame() -> None:
    pipeline = make_pipeline(proposals="sliding")
    link = LiveLink(CancelToken(), is_paced=False)
    told = []
    backend = pipeline._backend
    judge = backend.watch

    def watch(given) -> None:
        def counting(done: int, total: int) -> None:
            told.append(done)
            if done == 5:
                link.cancel.cancel()
            given(done, total)

        judge(None if given is None else counting)

    backend.watch = watch
    run_live(lambda: FakeSource(3, fps=5), lambda: pipeline, lambda result: None, link)
    assert told == [1, 2, 3, 4, 5]


def test_live_leaves_slow_weights_for_others_in_the_middle_of_a_frame() -> None:
    slow, fast = make_pipeline(proposals="sliding"), make_pipeline(proposals="sliding")
    asked = []

    def chosen() -> Pipeline:
        asked.append(True)
        return slow if len(asked) < 5 else fast

    results: list[LiveResult] = []
    link = LiveLink(CancelToken(), is_paced=False)
    run_live(lambda: FakeSource(2, fps=5), chosen, results.append, link)
    assert [result.raw is None for result in results] == [True, False]
    assert results[1].pipeline is fast
