"""Models that know their labels, asked for the object at a place."""

import numpy as np
import pytest

from engine.click.asking import Asker
from engine.click.contract import AnyAsker
from engine.click.predicted import NOTHING, PredictionAsker, instance_at, part_at
from engine.click.question import Click, Question
from engine.errors import WeightsError
from engine.pipeline.pipeline import Pipeline
from engine.regions.crops import bounds
from engine.values import Box, Detection, FrameId, LabelMap, Mask, Prediction
from tests.fakes import FakeBackend, make_weights
from tests.make import LABELS

SIZE_HW = (40, 60)


@pytest.fixture
def label_map():
    """Two parts of label 1, one of label 2 that touches the second, and the unknown."""
    ids = np.zeros(SIZE_HW, np.uint8)
    ids[5:15, 5:15] = 1
    ids[5:15, 30:40] = 1
    ids[5:25, 40:55] = 2
    ids[30:40, :] = 255
    return LabelMap(ids)


def clicks(*places, beside=()):
    wanted = [Click(x, y) for x, y in places]
    return Question((*wanted, *(Click(x, y, is_positive=False) for x, y in beside)))


@pytest.mark.parametrize(
    ("question", "where"),
    [
        (clicks((7, 7)), (5, 5, 15, 15)),
        (clicks((39.9, 14.9)), (30, 5, 40, 15)),
        (clicks((41, 20)), (40, 5, 55, 25)),
        (clicks((7, 7), (32, 7)), (5, 5, 40, 15)),
        (clicks((7, 7), (32, 7), beside=[(8, 8)]), (30, 5, 40, 15)),
        (clicks((7, 7), beside=[(20, 20)]), (5, 5, 15, 15)),
        (Question(box=Box(0, 0, 50, 16)), (40, 5, 50, 16)),
        (Question(box=Box(0, 0, 42, 40)), (5, 5, 15, 15)),
        (Question((Click(6, 6, is_positive=False),), Box(0, 0, 42, 40)), (30, 5, 40, 15)),
    ],
)
def test_the_connected_part_of_a_label_is_the_answer(label_map, question, where):
    assert bounds(part_at(label_map, question, background=0)) == where


@pytest.mark.parametrize(
    "question",
    [
        clicks((1, 1)),
        clicks((1, 35)),
        clicks((7, 7), beside=[(8, 8)]),
        clicks((-1, 3), (60, 40)),
        Question(box=Box(16, 16, 28, 28)),
        Question(box=Box(70, 70, 90, 90)),
    ],
)
def test_where_no_label_is_there_is_nothing(label_map, question):
    assert part_at(label_map, question, background=0) is None


def test_where_id_0_has_a_name_it_is_an_object(label_map):
    assert part_at(label_map, clicks((1, 1)), background=None).pixels[0, 0]


def filled(left, top, right, bottom):
    return Mask(left, top, np.ones((bottom - top, right - left), np.bool_))


@pytest.fixture
def prediction():
    """A person on a horse, beside a dog; and one whose mask came out empty."""
    found = (
        Detection(filled(5, 20, 35, 38), 1, 0.9),
        Detection(filled(15, 2, 25, 30), 2, 0.8),
        Detection(filled(40, 25, 55, 38), 1, 0.7),
        Detection(Box(0, 0, 60, 40), 2, 0.6),
    )
    return Prediction(FrameId("a"), SIZE_HW, LABELS, found)


@pytest.mark.parametrize(
    ("question", "where", "score"),
    [
        (clicks((20, 25)), (15, 2, 25, 30), 0.8),
        (clicks((20, 25), beside=[(20, 5)]), (5, 20, 35, 38), 0.9),
        (clicks((20, 25), (7, 30)), (5, 20, 35, 38), 0.9),
        (clicks((20, 5), (45, 30)), (15, 2, 55, 38), 0.7),
        (Question(box=Box(4, 18, 36, 40)), (5, 20, 35, 38), 0.9),
        (Question(box=Box(13, 0, 27, 32)), (15, 2, 25, 30), 0.8),
        (Question((Click(45, 30),), Box(13, 0, 27, 32)), (15, 2, 55, 38), 0.7),
        (Question((Click(20, 5, is_positive=False),), Box(13, 0, 27, 32)), (5, 20, 35, 38), 0.9),
    ],
)
def test_the_smallest_instance_under_the_clicks_is_the_answer(prediction, question, where, score):
    answer = instance_at(prediction, question)
    assert (bounds(answer.mask), answer.score) == (where, score)


@pytest.mark.parametrize(
    "question",
    [clicks((1, 1)), clicks((45, 30), beside=[(45, 30)]), Question(box=Box(56, 0, 60, 9))],
)
def test_where_no_instance_is_there_is_nothing(prediction, question):
    assert instance_at(prediction, question) == NOTHING
    assert instance_at(Prediction(FrameId("a"), SIZE_HW, LABELS), question) == NOTHING


def asked(model):
    weights = make_weights(model)
    return PredictionAsker(Pipeline(weights, use=FakeBackend(weights)))


def picture():
    """A bright green rectangle on dark red."""
    pixels = np.full((48, 64, 3), (90, 0, 0), np.uint8)
    pixels[10:30, 20:44] = (180, 255, 180)
    return pixels


@pytest.mark.parametrize("model", ["tiny_segmenter", "tiny_instances"])
def test_a_model_answers_with_what_it_predicts(model):
    asker: AnyAsker = asked(model)
    pixels = picture()
    whole = asker.see(pixels)
    answer = asker.ask(pixels, whole, clicks((30, 20)), None)
    left, top, right, bottom = bounds(answer.mask)
    assert abs(left - 20) + abs(top - 10) + abs(right - 44) + abs(bottom - 30) <= 4
    assert 0.3 < answer.score <= 1
    assert asker.origin == f"{model}/{asker._pipeline.weights.name}"


@pytest.mark.parametrize("model", ["tiny_detector", "tiny_classifier"])
def test_a_model_without_outlines_is_refused(model):
    with pytest.raises(WeightsError, match="outlines nothing"):
        asked(model)


def test_the_network_for_clicks_promises_the_same(click_weights):
    asker: AnyAsker = Asker(click_weights, "cpu")
    answer = asker.ask(picture(), asker.see(picture()), clicks((30, 20)), None)
    assert answer.score >= 0
