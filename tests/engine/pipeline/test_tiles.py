import tracemalloc
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from torch import Tensor
from torch.nn import functional

from engine.jobs import Cancelled, CancelToken
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.refine import Refinement
from engine.pipeline.tiles import infer_in_tiles, predict_tiled, starts
from engine.thresholds import Thresholds
from engine.values import Box, Frame, FrameId
from models.contract import RawTensors
from tests.fakes import FakeBackend, TinySegmenter, make_weights


def make_pipeline(model: str) -> Pipeline:
    weights = make_weights(model)
    return Pipeline(weights, use=FakeBackend(weights))


@pytest.mark.parametrize(("length", "tile"), [(10, 64), (64, 64), (65, 64), (1000, 64), (130, 100)])
def test_tiles_cover_everything_and_overlap(length: int, tile: int) -> None:
    begins = starts(length, tile)
    assert begins[0] == 0
    assert begins[-1] + tile >= length
    assert all(b - a <= tile - tile // 4 for a, b in pairwise(begins))


@pytest.mark.parametrize("size_hw", [(150, 210), (40, 300), (300, 40)])
def test_label_maps_of_tiles_meet_without_seams(size_hw: tuple[int, int]) -> None:
    """One-pixel stripes that the whole picture, shrunk to the input, could not show."""
    pixels = np.zeros((*size_hw, 3), np.uint8)
    wanted = (np.arange(size_hw[1]) // 8 % 3).astype(np.uint8)
    for channel in range(3):
        pixels[:, wanted == channel, channel] = 255
    frame = Frame(FrameId("a"), pixels)
    prediction = predict_tiled(make_pipeline("tiny_segmenter"), frame, Thresholds(), tile=48)
    assert prediction.label_map is not None
    assert (prediction.label_map.ids != wanted[None]).mean() < 0.07
    assert prediction.size_hw == size_hw


def test_an_object_on_a_border_is_found_once() -> None:
    pixels = np.zeros((64, 200, 3), np.uint8)
    pixels[20:40, 60:80] = 255
    frame = Frame(FrameId("a"), pixels)
    thresholds = Thresholds(conf=0.5, iou=0.4)
    prediction = predict_tiled(make_pipeline("tiny_detector"), frame, thresholds, tile=64)
    (found,) = prediction.detections
    assert isinstance(found.region, Box)
    assert np.allclose(found.region.xyxy, (60, 20, 80, 40), atol=4)


def test_a_picture_within_one_tile_is_predicted_as_it_is() -> None:
    pipeline = make_pipeline("tiny_detector")
    frame = Frame(FrameId("a"), np.full((40, 60, 3), 255, np.uint8))
    assert predict_tiled(pipeline, frame, Thresholds(), tile=64) == pipeline.predict(frame)


def test_tiles_are_refined_too() -> None:
    pixels = np.zeros((64, 130, 3), np.uint8)
    pixels[:, :65, 0], pixels[:, 65:, 1] = 255, 255
    pipeline = make_pipeline("tiny_segmenter")
    pipeline.refine = Refinement("crf")
    prediction = predict_tiled(pipeline, Frame(FrameId("a"), pixels), Thresholds(), tile=64)
    assert prediction.origin.endswith("+crf")
    assert prediction.label_map is not None
    assert (prediction.label_map.ids == (np.arange(130) >= 65)).mean() > 0.99


class FarSighted(TinySegmenter):
    """Each pixel by the mean of what is around it."""

    def forward(self, batch: Tensor) -> RawTensors:
        return super().forward(functional.avg_pool2d(batch, 9, 1, padding=4))


def far_sighted(size_hw: tuple[int, int]) -> Pipeline:
    """One that looks at pictures of this size without shrinking them."""
    weights = make_weights()
    card = replace(weights.card, preprocessing=replace(weights.card.preprocessing, size_hw=size_hw))
    weights = replace(weights, card=card, module=FarSighted(len(card.labels)).eval())
    return Pipeline(weights, use=FakeBackend(weights))


def test_tiles_say_what_one_look_at_the_whole_says() -> None:
    size_hw = (300, 420)
    noise = np.random.default_rng(0).integers(0, 255, (20, 28, 3)).astype(np.uint8)
    pixels = cv2.resize(noise, size_hw[::-1], interpolation=cv2.INTER_CUBIC)
    whole = far_sighted(size_hw)
    wanted = whole.infer(pixels).maps()
    tiled = far_sighted((128, 128))
    raw = infer_in_tiles(tiled, pixels, 128)
    assert raw.tiles is not None
    found = raw.tiles.made[Refinement()]
    assert (found.ids != wanted.ids).mean() < 0.002
    chances = [np.exp(each.evidence[8:-8, 8:-8]) for each in (found, wanted)]
    assert np.abs(chances[0] - chances[1]).max() < 0.2, "where tiles end, each sees half of it"
    assert np.quantile(np.abs(chances[0] - chances[1]), 0.95) < 0.01
    inside = np.s_[8:80, 8:70]  # The first tile alone: its neighbours begin at 86 and 73.
    assert np.allclose(np.exp(found.evidence[inside]), np.exp(wanted.evidence[inside]), atol=1e-4)


def test_a_slider_acts_without_the_network() -> None:
    pixels = np.zeros((150, 210, 3), np.uint8)
    pixels[20:40, 60:80] = 255
    for model in ("tiny_segmenter", "tiny_detector"):
        pipeline = make_pipeline(model)
        raw = infer_in_tiles(pipeline, pixels, 64)
        runs = len(pipeline._backend.sizes)
        for conf in (0.0, 0.5, 0.95):
            said = pipeline.decode(raw, FrameId("a"), Thresholds(conf=conf))
            anew = make_pipeline(model)
            assert said == predict_tiled(
                anew, Frame(FrameId("a"), pixels), Thresholds(conf=conf), tile=64
            )
        assert len(pipeline._backend.sizes) == runs


def test_another_refinement_asks_the_network_again() -> None:
    pipeline = make_pipeline("tiny_segmenter")
    pixels = np.random.default_rng(0).integers(0, 255, (80, 130, 3)).astype(np.uint8)
    raw = infer_in_tiles(pipeline, pixels, 64)
    plain = pipeline.decode(raw, FrameId("a"))
    pipeline.refine = Refinement("crf")
    refined = pipeline.decode(raw, FrameId("a"))
    assert refined.origin.endswith("+crf")
    assert refined.label_map != plain.label_map
    pipeline.refine = Refinement()
    assert pipeline.decode(raw, FrameId("a")) == plain


def test_tiles_tell_how_far_they_are_and_can_be_stopped() -> None:
    pipeline, cancel = make_pipeline("tiny_segmenter"), CancelToken()
    pixels = np.zeros((64, 600, 3), np.uint8)
    steps: list[tuple[int, int]] = []

    def watch(done: int, total: int, text: str) -> None:
        steps.append((done, total))
        if done == 8:
            cancel.cancel()

    with pytest.raises(Cancelled):
        infer_in_tiles(pipeline, pixels, 64, progress=watch, cancel=cancel)
    assert steps == [(4, 13), (8, 13)]


def most_bytes(height: int) -> int:
    """Memory at its highest while a picture of this height is looked at, beside its result."""
    pixels = np.zeros((height, 512, 3), np.uint8)
    pipeline = make_pipeline("tiny_segmenter")
    tracemalloc.start()
    try:
        infer_in_tiles(pipeline, pixels, 128)
        return tracemalloc.get_traced_memory()[1] - height * 512 * 5
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_picture() -> None:
    most_bytes(256)  # What is made once is made now.
    assert most_bytes(2048) < 1.2 * most_bytes(512) + 100_000


@pytest.mark.slow
def test_what_is_small_in_a_large_picture_is_seen_through_tiles() -> None:
    pixels = np.zeros((4096, 4096, 3), np.uint8)
    pixels[..., 0] = 255
    pixels[2500:2540, 3000:3040] = (0, 255, 0)
    frame = Frame(FrameId("a"), pixels)
    pipeline = make_pipeline("tiny_segmenter")
    prediction = predict_tiled(pipeline, frame, Thresholds(), tile=512)
    assert prediction.label_map is not None
    rows, columns = (prediction.label_map.ids == 1).nonzero()
    assert abs(rows.mean() - 2520) < 10
    assert abs(columns.mean() - 3020) < 10
    whole = pipeline.predict(frame).label_map
    assert whole is not None
    assert not whole.ids.any(), "shrunk to the input nothing is left of it"
