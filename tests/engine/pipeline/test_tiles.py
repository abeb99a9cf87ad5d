from itertools import pairwise

import numpy as np
import pytest

from engine.pipeline.pipeline import Pipeline
from engine.pipeline.refine import Refinement
from engine.pipeline.tiles import predict_tiled, starts
from engine.thresholds import Thresholds
from engine.values import Box, Frame, FrameId
from tests.fakes import FakeBackend, make_weights


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
