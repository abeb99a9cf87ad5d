import numpy as np
import pytest
import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.pipeline import refine
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.refine import Refinement, RefineSettings, working_hw
from engine.pipeline.superpixels import SuperpixelSettings
from engine.pipeline.tree_cut import TreeSettings
from engine.thresholds import Thresholds
from engine.values import FrameId
from models.layers.crf import CrfSettings
from tests.fakes import FakeBackend, make_weights

# A picture of few pixels needs few superpixels, and a CRF whose reach exceeds its mistakes.
SETTINGS = RefineSettings(
    crf=CrfSettings(bilateral_sigma=400),
    superpixels=SuperpixelSettings(count=48),
    tree_cut=TreeSettings(count=48),
)
CHANGING = [name for name in refine.names() if name != refine.NONE]


def make_pipeline(model: str = "tiny_segmenter") -> Pipeline:
    weights = make_weights(model)
    return Pipeline(weights, use=FakeBackend(weights))


def two_colors(size_hw: tuple[int, int] = (48, 64)) -> np.ndarray:
    """Red on the left, green on the right, with a little noise."""
    pixels = np.random.default_rng(0).integers(0, 12, (*size_hw, 3), dtype=np.uint8)
    pixels[:, : size_hw[1] // 2, 0] += 200
    pixels[:, size_hw[1] // 2 :, 1] += 200
    return pixels


def truth(size_hw: tuple[int, int] = (48, 64)) -> np.ndarray:
    return (np.arange(size_hw[1]) >= size_hw[1] // 2).repeat(size_hw[0]).reshape(size_hw[::-1]).T


def noisy_scores(size_hw: tuple[int, int] = (48, 64)) -> Tensor:
    """Scores for the two colours, wrong at every tenth pixel: (2, H, W)."""
    wrong = np.random.default_rng(1).random(size_hw) < 0.1
    said = torch.from_numpy(truth(size_hw) ^ wrong)
    return 2 * torch.stack([~said, said]).float()


@pytest.mark.parametrize("name", refine.names())
def test_what_comes_out_are_log_probabilities(name: str) -> None:
    scores = torch.randn(5, 48, 64, generator=torch.Generator().manual_seed(0))
    before = scores.clone()
    refined = refine.get(name).apply(scores, two_colors(), SETTINGS)
    assert refined.shape == scores.shape
    torch.testing.assert_close(refined.exp().sum(0), torch.ones(48, 64))
    torch.testing.assert_close(scores, before)


@pytest.mark.parametrize("name", CHANGING)
def test_single_wrong_pixels_go(name: str) -> None:
    refined = refine.get(name).apply(noisy_scores(), two_colors(), SETTINGS)
    assert (refined.argmax(0).numpy() != truth()).mean() < 0.01


@pytest.mark.parametrize("name", CHANGING)
def test_a_coarse_border_follows_the_picture(name: str) -> None:
    pixels = two_colors((96, 128))
    coarse = torch.nn.functional.avg_pool2d(noisy_scores((96, 128))[None], 12)[0]  # (2, 8, 10)
    refined = refine.refined(coarse, pixels[:, :120], Refinement(name, SETTINGS))
    assert refined.shape == (2, 96, 120)
    wrong = refined.argmax(0).numpy() != truth((96, 128))[:, :120]
    assert wrong.mean() < 0.02


def test_an_unknown_name_is_refused_and_a_known_one_registered_once() -> None:
    with pytest.raises(ConfigError, match="no refinement magic") as caught:
        Refinement("magic")
    assert "crf" in caught.value.hint
    with pytest.raises(ValueError, match="twice"):
        refine.register("crf", "again")(refine.keep)
    assert refine.names()[0] == refine.NONE == Refinement().name
    with pytest.raises(ValueError, match="side"):
        RefineSettings(side=2)


@pytest.mark.parametrize(
    ("scores_hw", "frame_hw", "expected"),
    [
        ((256, 192), (1024, 768), (256, 192)),
        ((96, 96), (768, 1024), (192, 256)),  # A coarse network gains edges finer than its input.
        ((96, 96), (100, 200), (100, 200)),
        ((512, 512), (1000, 2000), (256, 512)),
        ((64, 64), (30, 30), (64, 64)),
    ],
)
def test_the_working_size_has_the_shape_of_the_frame(
    scores_hw: tuple[int, int], frame_hw: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert working_hw(scores_hw, frame_hw, side=256) == expected


def test_another_refinement_acts_without_the_network() -> None:
    pipeline = make_pipeline()
    backend = pipeline._backend
    assert isinstance(backend, FakeBackend)
    raw = pipeline.infer(two_colors())
    plain = pipeline.decode(raw, FrameId("a"))
    assert plain.origin == pipeline.origin == "tiny_segmenter/tiny"
    assert "refine" not in raw.seconds
    pipeline.refine = Refinement("crf", SETTINGS)
    refined = pipeline.decode(raw, FrameId("a"), Thresholds(0.0))
    assert refined.origin == pipeline.origin == "tiny_segmenter/tiny+crf"
    assert refined.label_map is not None
    assert refined.label_map.ids.shape == (48, 64)
    assert raw.seconds["refine"] > 0
    assert raw.maps(pipeline.refine) is raw.maps(pipeline.refine), "made once for all thresholds"
    pipeline.refine = Refinement()
    assert pipeline.decode(raw, FrameId("a")) == plain
    assert "refine" not in raw.seconds
    assert backend.sizes == [1]


def test_boxes_are_not_refined() -> None:
    pipeline = make_pipeline("tiny_detector")
    raw = pipeline.infer(np.full((40, 60, 3), 255, np.uint8))
    plain = pipeline.decode(raw, FrameId("a"))
    pipeline.refine = Refinement("crf")
    assert pipeline.decode(raw, FrameId("a")) == plain
