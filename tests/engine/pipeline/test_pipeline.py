import numpy as np
import pytest

from engine.errors import DeviceError
from engine.pipeline.pipeline import Pipeline
from engine.thresholds import Thresholds
from engine.values import Box, Frame, FrameId
from models.contract import RawTensors
from tests.fakes import FakeBackend, make_weights
from tests.make import LABELS


def make_pipeline(model: str = "tiny_segmenter", resize: str = "stretch") -> Pipeline:
    weights = make_weights(model, resize=resize)
    return Pipeline(weights, use=FakeBackend(weights))


def quarters() -> np.ndarray:
    """Red, green, blue, red: the labels 0, 1, 2, 0 of the tiny segmenter."""
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:40, :60, 0] = pixels[:40, 60:, 1] = pixels[40:, :60, 2] = pixels[40:, 60:, 0] = 255
    return pixels


@pytest.mark.parametrize("resize", ["stretch", "letterbox"])
def test_semantic_prediction_fits_the_frame(resize: str) -> None:
    frame = Frame(FrameId("a.png"), quarters())
    prediction = make_pipeline(resize=resize).predict(frame)
    assert prediction.label_map is not None
    ids = prediction.label_map.ids
    assert (ids[10, 10], ids[10, 110], ids[70, 10], ids[70, 110]) == (0, 1, 2, 0)
    wanted = np.zeros((80, 120), np.uint8)
    wanted[:40, 60:], wanted[40:, :60] = 1, 2
    assert (ids != wanted).mean() < 0.02
    assert prediction.size_hw == (80, 120)
    assert prediction.labels == LABELS
    assert prediction.origin == "tiny_segmenter/tiny"


def test_boxes_land_on_the_frame() -> None:
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[20:40, 30:60] = 255
    prediction = make_pipeline("tiny_detector").predict(Frame(FrameId("a"), pixels))
    first, second = prediction.detections
    assert isinstance(first.region, Box)
    assert np.allclose(first.region.xyxy, (30, 20, 60, 40), atol=2)
    assert (first.label_id, second.label_id) == (1, 2)
    assert first.score > second.score


def test_thresholds_act_without_the_network() -> None:
    pipeline = make_pipeline("tiny_detector")
    backend = pipeline._backend
    raw = pipeline.infer(np.full((40, 60, 3), 255, np.uint8))
    counts = [
        len(pipeline.decode(raw, FrameId("a"), Thresholds(conf, iou)).detections)
        for conf, iou in ((0.25, 0.45), (0.25, 0.99), (0.5, 0.45), (0.95, 0.45))
    ]
    assert counts == [2, 3, 1, 0]
    assert isinstance(backend, FakeBackend)
    assert backend.sizes == [1]
    assert set(raw.seconds) == {"preprocess", "network"}


def test_a_batch_of_different_sizes_gives_what_single_frames_give() -> None:
    pipeline = make_pipeline()
    pictures = [quarters(), quarters()[:33, :50], np.zeros((1, 1, 3), np.uint8)]
    for pixels, raw in zip(pictures, pipeline.infer_batch(pictures), strict=True):
        alone = pipeline.decode(pipeline.infer(pixels), FrameId("a"))
        assert pipeline.decode(raw, FrameId("a")) == alone
        assert alone.size_hw == pixels.shape[:2]
    assert pipeline.infer_batch([]) == []


def test_out_of_memory_halves_the_batch() -> None:
    weights = make_weights()
    backend = FakeBackend(weights, fits=2)
    results = Pipeline(weights, use=backend).infer_batch([quarters()] * 5)
    assert len(results) == 5
    assert backend.sizes == [5, 2, 3, 1, 2]


def test_out_of_memory_for_one_frame_says_what_to_do() -> None:
    weights = make_weights()
    pipeline = Pipeline(weights, use=FakeBackend(weights, fits=0))
    with pytest.raises(DeviceError, match="Out of memory") as caught:
        pipeline.infer(quarters())
    assert "smaller input" in caught.value.hint


def test_a_device_that_was_lost_says_what_to_do() -> None:
    weights = make_weights()
    pipeline = Pipeline(weights, use=FakeBackend(weights, lost=True))
    with pytest.raises(DeviceError, match="no device has stopped working") as caught:
        pipeline.infer(quarters())
    assert "again" in caught.value.hint


def test_other_errors_of_a_backend_are_not_hidden() -> None:
    weights = make_weights()
    backend = FakeBackend(weights)
    backend.run = lambda batch: (_ for _ in ()).throw(RuntimeError("bug"))  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="bug"):
        Pipeline(weights, use=backend).infer(quarters())


def test_warm_up_and_names() -> None:
    pipeline = make_pipeline()
    pipeline.warm_up()
    assert (pipeline.backend_name, pipeline.device_text) == ("fake", "no device")


def test_two_threads_take_turns_at_the_backend() -> None:
    from concurrent.futures import ThreadPoolExecutor

    weights = make_weights("tiny_segmenter", resize="stretch")
    inside: list[int] = []

    class Busy(FakeBackend):
        def run(self, batch: np.ndarray) -> RawTensors:
            inside.append(1)
            assert len(inside) == 1, "two at once"
            result = super().run(batch)
            inside.pop()
            return result

    pipeline = Pipeline(weights, use=Busy(weights))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: pipeline.infer(quarters()), range(16)))
    assert len(results) == 16
