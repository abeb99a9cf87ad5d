"""The card survives being written, and says what is wrong with itself."""

import json

import pytest

from engine.errors import WeightsError
from engine.preprocess import Preprocessing
from engine.values import Label
from engine.weights.card import Card, from_json, to_json
from models.task import Task

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
