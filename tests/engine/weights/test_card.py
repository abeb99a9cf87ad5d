"""The card survives being written, and says what is wrong with itself."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings

from engine.errors import AppError, WeightsError
from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights.build import build
from engine.weights.card import Card, from_json, to_json
from models import registry
from models.shapes_only import shapes_only
from models.task import Task
from tests.damage import damaged_json, seeds

LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "세포", (220, 60, 60)))


def make_card(**changes):
    fields = {
        "model": "unet32",
        "task": Task.SEMANTIC,
        "labels": LABELS,
        "preprocessing": Preprocessing((64, 96), resize="stretch"),
        "metrics": {"miou": 0.5},
    }
    return Card(**(fields | changes))


def test_a_card_comes_back_equal():
    card = make_card(options={"anchors": [[1.5, 2.0]]}, parent="other", notes="ünïcode")
    assert from_json(to_json(card)) == card


def test_labels_without_anything_in_training_are_not_learnt():
    card = make_card(trained={"background": 3, "세포": 0})
    assert from_json(to_json(card)).not_learnt == ("세포",)
    assert make_card().not_learnt == ()
    with pytest.raises(ValueError, match="trained"):
        make_card(trained={"세포": -1})


def test_ids_must_count_up_from_0_or_for_detectors_from_1():
    with pytest.raises(ValueError, match="count up from 0"):
        make_card(labels=LABELS[1:])
    with pytest.raises(ValueError, match="count up from 1"):
        make_card(task=Task.DETECTION)
    assert make_card(task=Task.DETECTION, labels=LABELS[1:]).labels == LABELS[1:]


@pytest.mark.parametrize("key", ["model", "task", "labels", "preprocessing", "version"])
def test_a_card_that_lacks_something_names_it(key):
    raw = json.loads(to_json(make_card()))
    del raw[key]
    with pytest.raises(WeightsError, match=key):
        from_json(json.dumps(raw))


@pytest.mark.parametrize(
    ("key", "value"),
    [("task", "dancing"), ("labels", []), ("preprocessing", {"size_hw": [0, 0]})],
)
def test_a_card_that_makes_no_sense_is_refused(key, value):
    raw = json.loads(to_json(make_card())) | {key: value}
    with pytest.raises(WeightsError, match="card"):
        from_json(json.dumps(raw))


def test_a_card_of_a_newer_program_says_so():
    raw = json.loads(to_json(make_card())) | {"version": 99}
    with pytest.raises(WeightsError, match="newer"):
        from_json(json.dumps(raw))


def test_text_that_is_no_json_is_refused():
    with pytest.raises(WeightsError, match="damaged"):
        from_json("{")


@settings(max_examples=40)
@given(seeds)
def test_a_damaged_card_is_read_or_refused_and_builds_or_not(seed):
    card = make_card(options={"width": 0.5}, model="segnet_basic")
    text = damaged_json(json.loads(to_json(card)), seed).decode("utf-8", "replace")
    with suppress(AppError), shapes_only():
        build(from_json(text))


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("segnet_basic", {"width": 1e9}),
        ("segnet_basic", {"width": [1]}),
        ("yolo_v2_tiny", {"head_channels": 10**8}),
        ("yolo_v3_tiny", {"anchors": [[1e308, 1]] * 6}),
        ("yolo_v3_tiny", {"anchors": [1]}),
        ("yolo_v3_tiny", {"anchors": {}}),
        ("yolo_v4_tiny", {"reach": []}),
        ("deeplab_v2", {"backbone": ["resnet18"]}),
        ("deeplab_v2", {"backbone": "no-such"}),
        ("deeplab_v2", {"multi_scale": [1]}),
        ("fast_rcnn", {"pooling": None}),
    ],
)
def test_options_that_make_no_network_are_refused(model, options):
    task = registry.get(model).task
    labels = LABELS[1:] if task is Task.DETECTION else LABELS
    with pytest.raises(WeightsError):
        build(make_card(model=model, task=task, labels=labels, options=options))
