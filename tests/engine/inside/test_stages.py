"""The card's stages come first; every stage that gives a map can be looked at."""

from pathlib import Path

import torch

from engine.inside.stages import find_stages
from engine.preprocess import Preprocessing
from engine.weights.card import Card
from engine.weights.weights import Weights
from models.task import Task
from tests.make import LABELS


def test_the_cards_places_come_first_then_the_stages(weights):
    stages = find_stages(weights)
    assert [(p.path, p.kind, p.is_named) for p in stages] == [
        ("pool", "positions", True),
        ("score", "scores", True),
        ("enter", "activation", False),
        ("mix", "activation", False),
    ]
    assert stages[0].text.ko == "최댓값의 위치"


def test_a_place_tells_its_size_and_how_often_it_runs(weights):
    stages = {stage.path: stage for stage in find_stages(weights)}
    assert stages["enter"].shape == (8, 32, 32)
    assert stages["pool"].shape == (8, 16, 16)
    assert (stages["enter"].calls, stages["score"].calls) == (1, 2)


def test_a_network_in_one_wrapper_shows_its_parts(wrapped):
    assert [stage.path for stage in find_stages(wrapped)] == ["network.0", "network.1"]


def test_scores_that_do_not_fit_the_labels_are_plain_maps(weights):
    weights.module.score = torch.nn.Conv2d(3, 7, 1)
    weights.module.mix.forward = lambda x: x[:, :3]
    stage = next(p for p in find_stages(weights) if p.path == "score")
    assert stage.kind == "activation"


def test_looking_for_places_leaves_no_hook(weights):
    find_stages(weights)
    assert not any(module._forward_hooks for module in weights.module.modules())


def test_an_unpadded_network_looks_at_a_margin_around_the_picture():
    from models.segmentation.unet_valid import UNetValid

    card = Card("unet_valid", Task.SEMANTIC, LABELS, Preprocessing((68, 68)))
    module = UNetValid(3, width=0.0625, norm="none").eval()
    stages = find_stages(Weights("valid", Path("valid"), card, module))
    extents = {stage.path: (stage.shape[1:], stage.extent_hw) for stage in stages}
    assert extents["downs.0"] == ((248, 248), (248, 248))
    assert extents["downs.4"] == ((8, 8), (128, 128))
    assert extents["scores"] == ((68, 68), None)
