"""Live options: the same numbers, put together in another way."""

from dataclasses import replace

import pytest
import torch

from engine.errors import WeightsError
from engine.preprocess import Preprocessing
from engine.weights.build import build
from engine.weights.card import Card
from engine.weights.options import live_options, values_of, with_options, with_texts
from models.task import Task
from tests.fakes import INPUT_HW, make_weights
from tests.make import LABELS


@pytest.fixture
def weights():
    return make_weights("tiny_switched")


def scores(weights):
    batch = torch.rand(1, 3, *INPUT_HW, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        return weights.module(batch)[0]


def test_a_live_option_changes_what_the_same_tensors_say(weights):
    switched = with_options(weights, {"prefer": "dark"})
    torch.testing.assert_close(scores(switched), -scores(weights))
    assert values_of(switched) == {"prefer": "dark"}


def test_the_given_weights_stay_as_they_were(weights):
    before = scores(weights)
    switched = with_options(weights, {"prefer": "dark"})
    with torch.no_grad():
        switched.module.score.weight.zero_()
    torch.testing.assert_close(scores(weights), before)
    assert values_of(weights) == {"prefer": "bright"}


def test_switching_back_gives_the_first_answer_again(weights):
    back = with_options(with_options(weights, {"prefer": "dark"}), {"prefer": "bright"})
    torch.testing.assert_close(scores(back), scores(weights))


def test_only_live_options_are_offered(weights):
    assert [option.name for option in live_options("tiny_switched")] == ["prefer"]
    assert live_options("tiny_segmenter") == ()
    assert values_of(make_weights()) == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"extra": True}, "extra is no option"),
        ({"gone": 1}, "gone is no option"),
        ({"prefer": "grey"}, "prefer of tiny_switched cannot be grey"),
    ],
)
def test_what_cannot_be_switched_is_said_with_what_can(weights, changes, said):
    with pytest.raises(WeightsError, match=said) as caught:
        with_options(weights, changes)
    assert "prefer" in caught.value.hint or "bright" in caught.value.hint


def test_a_value_of_the_weights_own_may_stay():
    made = make_weights("tiny_switched")
    odd = replace(made, card=replace(made.card, options={"prefer": "neither"}))
    assert values_of(with_options(odd, {"prefer": "neither"})) == {"prefer": "neither"}
    with pytest.raises(WeightsError):
        with_options(odd, {"prefer": "grey"})


def test_tensors_that_do_not_fit_are_refused(weights):
    weights.module.register_parameter("stray", torch.nn.Parameter(torch.zeros(1)))
    with pytest.raises(WeightsError, match="stray"):
        with_options(weights, {"prefer": "dark"})


def test_options_are_typed_as_key_and_value(weights):
    assert with_texts(weights, ()) is weights
    assert values_of(with_texts(weights, ["prefer=dark"])) == {"prefer": "dark"}
    assert values_of(with_texts(weights, ["prefer=Dark"])) == {"prefer": "dark"}
    for wrong in ("prefer", "prefer=grey", "gone=1"):
        with pytest.raises(WeightsError):
            with_texts(weights, [wrong])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"gone": 1}, "has no option gone"),
        ({"width": 0}, "width of segnet cannot be 0"),
        ({"width": -1}, "width of segnet cannot be -1"),
        ({"width": "wide"}, "width of segnet cannot be wide"),
        ({"unpooling": "maks"}, "not maks"),
    ],
)
def test_options_that_build_no_model_are_said_with_those_that_do(options, said):
    card = Card("segnet", Task.SEMANTIC, LABELS, Preprocessing((32, 32)))
    with pytest.raises(WeightsError, match=said) as caught:
        build(replace(card, options=options))
    assert "width (1.0, 0.5, 0.25)" in caught.value.hint


def test_a_part_of_an_iteration_is_refused():
    card = Card("recurrent_cnn", Task.SEMANTIC, LABELS, Preprocessing((32, 32)))
    with pytest.raises(WeightsError, match=r"iterations of recurrent_cnn cannot be 2\.5"):
        build(replace(card, options={"iterations": 2.5}))
