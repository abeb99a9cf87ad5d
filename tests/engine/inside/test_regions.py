"""What a detector cuts out of its maps is seen where it was cut out."""

import numpy as np
import pytest
import torch

from engine.inside.look import Inside
from engine.inside.pictures import MapStyle, grid, paint
from engine.preprocess import place
from engine.region_proposals.propose import propose
from tests.make import LABELS, make_pixels

PIXELS = make_pixels((48, 64))


def looked(weights, path):
    inside = Inside(weights)
    at = next(each for each in inside.stages if each.path == path)
    return inside.look(PIXELS, at)


@pytest.fixture(scope="module")
def faster():
    return detector_of("faster_rcnn")


def detector_of(name):
    from pathlib import Path

    import models
    from engine.preprocess import Preprocessing
    from engine.weights.card import Card
    from engine.weights.weights import Weights
    from models import registry

    models.load_all()
    torch.manual_seed(0)
    spec = registry.get(name)
    smallest = {o.name: min(o.choices) for o in spec.options if o.name == "width"}
    card = Card(name, spec.task, LABELS[1:], Preprocessing((64, 96)), options=smallest)
    return Weights(name, Path("x.safetensors"), card, spec.build(2, **smallest).eval())


def test_each_region_is_a_map_with_its_place(faster):
    glimpse = looked(faster, "crop")
    assert glimpse.stage.kind == "regions"
    assert len(glimpse.maps) == len(glimpse.regions) <= 300
    assert glimpse.maps[0].shape == glimpse.stage.shape


def test_a_region_is_painted_where_it_was_cut_out(faster):
    glimpse = looked(faster, "crop")
    picture = paint(glimpse, MapStyle(call=2), LABELS).pixels
    placement = place((48, 64), faster.card.preprocessing)
    x1, y1, x2, y2 = np.round(placement.boxes_to_frame(glimpse.regions[2:3])[0]).astype(int)
    expected = np.zeros(picture.shape[:2], bool)
    expected[y1:y2, x1:x2] = True
    np.testing.assert_array_equal(picture[..., 3] == 255, expected)
    assert grid(glimpse, [0, 1], columns=2, tile=40).any()


def test_a_detector_of_given_boxes_is_given_them():
    weights = detector_of("fast_rcnn")
    glimpse = looked(weights, "crop")
    placement = place((48, 64), weights.card.preprocessing)
    given = placement.boxes_to_input(propose(PIXELS, weights.module.proposal_mode))
    np.testing.assert_allclose(glimpse.regions, given[: len(glimpse.regions)], atol=1e-3)
