"""What learns an object, over the frame, with how well it fits."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.inside.drawing import GREY, WHITE
from engine.inside.matched import draw_learners, learners
from engine.preprocess import place
from engine.values import Box
from models.contract import DetectionTarget
from models.detector import Detector
from tests.make import make_pixels

PIXELS = make_pixels((96, 128))
OBJECTS = (Box(10, 10, 60, 70), Box(80, 20, 120, 90))


class Unsure(Detector):
    """Which box learns an object depends on its answer."""

    def forward(self, batch):
        return (batch,)

    def outputs(self, raw):
        return []

    def losses(self, batch, targets):
        return {}


def test_they_are_the_models_own_of_this_object_the_best_first(detector):
    found = learners(detector, PIXELS, OBJECTS, 1)
    placement = place((96, 128), detector.card.preprocessing)
    xyxy = placement.boxes_to_input(np.array([each.xyxy for each in OBJECTS], np.float32))
    target = DetectionTarget(torch.from_numpy(xyxy), torch.zeros(2, dtype=torch.int64))
    matches = detector.module.matches((64, 64), target)
    assert len(found.boxes) == (matches.objects == 1).sum() > 0
    assert (np.diff(found.overlaps) <= 0).all()
    middles = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    assert np.abs(middles - (100, 55)).max() <= 32  # At most half a cell of the coarse grid away.


def test_semantic_models_and_unsure_detectors_have_no_fixed_answer(weights, detector):
    assert not learners(weights, PIXELS, OBJECTS, 0).is_known
    unsure = learners(replace(detector, module=Unsure()), PIXELS, OBJECTS, 0)
    assert not unsure.is_known
    assert len(unsure.boxes) == 0


def test_the_object_lies_on_top_and_others_below(detector):
    found = learners(detector, PIXELS, OBJECTS, 0)
    drawing = draw_learners(found, OBJECTS)
    assert tuple(drawing.boxes[-1]) == OBJECTS[0].xyxy
    assert tuple(drawing.boxes[0]) == OBJECTS[1].xyxy
    assert drawing.colors[-1, :3].tolist() == list(WHITE)
    assert drawing.colors[0, :3].tolist() == list(GREY)
    assert drawing.texts[-2] == f"IoU {found.overlaps[0]:.2f}"
    assert not drawing.shows_objects


def test_as_long_as_none_is_clicked_all_objects_are_seen():
    assert draw_learners(None).shows_objects


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_learners_than_can_be_told_apart_are_drawn(detector, most):
    found = learners(detector, PIXELS, OBJECTS, 0)
    assert len(draw_learners(found, OBJECTS, most=most).boxes) == 2 + min(most, len(found.boxes))
