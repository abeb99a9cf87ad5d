"""What every registered detector tells of its way can be looked at."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

import models
from engine.inside.draw_steps import StepStyle, boxes_in_cell, draw_step
from engine.inside.matched import draw_learners, learners
from engine.inside.stages import find_stages
from engine.inside.steps import steps_of
from engine.pipeline.pipeline import RawResult
from engine.preprocess import Preprocessing, place
from engine.values import Box
from engine.weights.card import Card
from engine.weights.weights import Weights
from models import registry
from models.task import Task
from tests.make import LABELS, make_pixels, smallest

models.load_all()
PIXELS = make_pixels((48, 128))  # In the input it lies above some padding.
SILENT = {"mask_rcnn"}  # torchvision's own keeps its way to itself.
OBJECTS = (Box(10, 5, 60, 40), Box(70, 20, 120, 44))


def names():
    specs = (registry.get(name) for name in registry.names())
    tasks = (Task.DETECTION, Task.INSTANCE)
    return [
        spec.name
        for spec in specs
        if spec.task in tasks and spec.build.__module__.startswith(("models.det", "models.inst"))
    ]


@cache
def weights_of(name):
    spec = registry.get(name)
    torch.manual_seed(0)
    options = smallest(spec)
    module = spec.build(2, **options).eval()
    card = Card(name, spec.task, LABELS[1:], Preprocessing((64, 96)), options=options)
    return Weights(name, Path(f"{name}.safetensors"), card, module)


@pytest.mark.parametrize("name", names())
def test_its_steps_can_be_drawn(name):
    weights = weights_of(name)
    with torch.inference_mode():
        raw = weights.module(torch.rand(1, 3, 64, 96))
        (output,) = weights.module.outputs(raw)
    placement = place((48, 128), weights.card.preprocessing)
    steps = steps_of(weights, RawResult(output, placement, {}, PIXELS, raw=raw))
    assert bool(steps) == (name not in SILENT)
    for step in steps:
        assert step.text.en
        assert step.text.ko
        assert step.boxes.shape == (len(step.scores), 4)
        assert ((step.scores >= 0) & (step.scores <= 1)).all()
        assert (step.cells is None) == (step.grid is None)
        drawing = draw_step(step, StepStyle(least=0.0), LABELS)
        assert len(drawing.boxes) == len(drawing.texts) == len(drawing.colors)
        if step.label_ids is not None:
            assert set(np.unique(step.label_ids)) <= {1, 2}
        if step.grid is not None:
            assert 0 <= step.cells.min() <= step.cells.max() < step.grid.rows * step.grid.columns
            assert boxes_in_cell(step, 0, LABELS)


@pytest.mark.parametrize("name", names())
def test_it_says_what_learns_an_object_or_that_it_cannot(name):
    found = learners(weights_of(name), PIXELS, OBJECTS, 1)
    assert found.is_known or not len(found.boxes)
    assert np.isfinite(found.boxes).all()
    assert draw_learners(found, OBJECTS).boxes.shape[1] == 4


@pytest.mark.parametrize("name", names())
def test_places_that_its_card_names_are_there(name):
    weights, looks = weights_of(name), registry.get(name).looks
    found = {each.path: each.kind for each in find_stages(weights) if each.is_named}
    assert bool(found) == bool(looks)
    assert all(found.get(look.path) == look.kind for look in looks if look.kind == "objectness")
