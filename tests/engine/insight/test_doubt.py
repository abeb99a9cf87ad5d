"""Every task's answer is judged, on stand-ins for the network."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine.insight.doubt import doubt
from engine.insight.uncertainty import Measure
from engine.jobs import CancelToken
from engine.pipeline.pipeline import RawResult
from engine.preprocess import Placement
from models.contract import ClassificationOutput, DetectionOutput, SemanticOutput

SIZE = (8, 16)
PIXELS = np.zeros((*SIZE, 3), np.uint8)
PIXELS[:, :4] = 255


def judged(measure, output_of):
    """How unsure one is that says this of a picture, or of its mirror image."""
    asked = []

    def infer(pixels, *, cancel):
        asked.append(pixels)
        placement = Placement(SIZE, (16, 16), SIZE)
        return RawResult(output_of(bool(pixels[0, 0, 0])), placement, {}, pixels)

    found = doubt(SimpleNamespace(infer=infer), PIXELS, measure, CancelToken())
    assert len(asked) == (2 if measure is Measure.DISAGREEMENT else 1)
    return found


def semantic(sure, side):
    logits = torch.zeros(2, 16, 16)
    logits[0, : SIZE[0], : SIZE[1]] = sure
    if side is not None:
        logits[1, :, side] = 2 * sure
    return SemanticOutput(logits)


@pytest.mark.parametrize("measure", [Measure.ENTROPY, Measure.MARGIN])
def test_pixels_outside_of_the_frame_do_not_count(measure):
    assert judged(measure, lambda _: semantic(50.0, None)) == pytest.approx(0, abs=1e-6)
    assert judged(measure, lambda _: semantic(0.0, None)) == pytest.approx(1)


def test_a_label_map_that_turns_with_the_picture_agrees():
    turning = lambda is_here: semantic(50.0, 0 if is_here else SIZE[1] - 1)  # noqa: E731
    staying = lambda is_here: semantic(50.0, 0)  # noqa: E731
    assert judged(Measure.DISAGREEMENT, turning) == pytest.approx(0, abs=1e-6)
    assert judged(Measure.DISAGREEMENT, staying) == pytest.approx(2 / 16, abs=1e-6)


@pytest.mark.parametrize("measure", list(Measure))
def test_a_classifier_is_judged_by_its_shares(measure):
    sure = judged(measure, lambda _: ClassificationOutput(torch.tensor([50.0, 0.0, 0.0])))
    unsure = judged(
        measure, lambda is_here: ClassificationOutput(torch.tensor([1.0, 1.0, 5.0 * is_here]))
    )
    assert sure == pytest.approx(0, abs=1e-6)
    assert unsure > sure


def objects(x, score):
    boxes = torch.tensor([[x, 0.0, x + 4, 4.0], [0.0, 0.0, 1.0, 1.0]])
    return DetectionOutput(boxes, torch.tensor([score, 0.01]), torch.tensor([0, 0]))


@pytest.mark.parametrize("measure", [Measure.ENTROPY, Measure.MARGIN])
def test_a_detector_is_judged_by_what_it_found(measure):
    assert judged(measure, lambda _: objects(2.0, 0.5)) == pytest.approx(1)
    assert judged(measure, lambda _: objects(2.0, 0.99)) < 0.2
    assert judged(measure, lambda _: objects(2.0, 0.05)) == 0


def test_a_box_that_turns_with_the_picture_agrees():
    turning = lambda is_here: objects(2.0 if is_here else SIZE[1] - 6.0, 0.9)  # noqa: E731
    assert judged(Measure.DISAGREEMENT, turning) == pytest.approx(0, abs=1e-6)
    assert judged(Measure.DISAGREEMENT, lambda _: objects(2.0, 0.9)) == 1
