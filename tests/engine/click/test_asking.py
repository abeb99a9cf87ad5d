"""The network that is asked, in pixels of the frame."""

import numpy as np
import pytest
import torch

from engine.backends.backend import choose
from engine.click.asking import (
    Answer,
    Asker,
    SeenPart,
    _before,
    _clicked,
    _of_frame,
    _prompts,
    closer_look,
)
from engine.click.question import Click, Question
from engine.click.scales import closer_looks
from engine.errors import WeightsError
from engine.preprocess import Placement
from engine.regions.crops import bounds
from engine.values import Box, Mask
from tests.fakes import make_weights
from tests.make import make_pixels


@pytest.fixture(scope="module")
def asker(click_weights):
    return Asker(click_weights, "cpu")


def view_of(rect, content_hw, features_hw=(48, 48)):
    size_hw = rect[3] - rect[1], rect[2] - rect[0]
    placement = Placement(size_hw, (96, 96), content_hw)
    return SeenPart(rect, placement, (torch.zeros(1, 16, *features_hw),))


def test_other_weights_are_refused():
    with pytest.raises(WeightsError, match="does not answer clicks") as caught:
        Asker(make_weights())
    assert "click_lite0" in caught.value.hint


@pytest.mark.parametrize("backend", ["openvino", "torch"])
def test_what_is_seen_is_not_rounded(click_weights, backend):
    assert choose(click_weights, "cpu", backend).device_text.endswith("f32")


def test_the_question_is_told_in_pixels_of_the_input():
    view = view_of((100, 40, 292, 136), (48, 96))  # Half the size.
    question = Question((Click(120, 60), Click(140, 50, is_positive=False)), Box(110, 50, 150, 90))
    prompts = _prompts(view, question, None)
    assert prompts.clicks.tolist() == [[[10, 10, 1], [20, 5, -1]]]
    assert prompts.boxes.tolist() == [[5, 5, 25, 25]]
    assert prompts.before.shape == (1, 1, 24, 24)
    assert not _prompts(view, Question(), None).has_box.any()


def test_clicks_on_the_object_are_found_in_what_is_answered():
    view = view_of((100, 40, 292, 136), (48, 96))
    clicks = (Click(120, 60), Click(140, 50, is_positive=False), Click(90, 500))
    found = _clicked(_prompts(view, Question(clicks), None), np.zeros((24, 48), np.float32))
    assert found.tolist() == [[5, 5], [23, 0]]


def test_an_answer_is_carried_into_another_view():
    mask = Mask(120, 60, np.ones((40, 40), np.bool_))
    answer = Answer(mask, 1.0, view_of((0, 0, 292, 136), (44, 96)), torch.zeros(1, 1, 48, 48))
    found = _before(view_of((100, 40, 196, 136), (96, 96)), answer)[0, 0]
    assert found[5:15, 5:15].min() == 1
    assert found.sum() == 100
    assert not _before(view_of((0, 0, 50, 50), (96, 96)), answer).any()
    assert not _before(view_of((200, 0, 250, 50), (96, 96)), answer).any()
    found = _before(view_of((140, 80, 236, 176), (96, 96)), answer)[0, 0]
    assert found[:5, :5].min() == 1
    assert found.sum() == 25


def test_asking_gives_an_outline_inside_the_frame_and_the_same_again(asker):
    pixels = make_pixels((60, 90))
    whole = asker.see(pixels)
    question = Question((Click(40, 30),))
    first = asker.ask(pixels, whole, question)
    again = asker.ask(pixels, asker.see(pixels), question)
    assert first.mask == again.mask
    if first.mask is not None:
        left, top, right, bottom = bounds(first.mask)
        assert left >= 0
        assert top >= 0
        assert right <= 90
        assert bottom <= 60
    second = asker.ask(pixels, whole, question.with_click(Click(5, 5, is_positive=False)), first)
    assert isinstance(second, Answer)


@pytest.mark.parametrize(
    ("corner", "object_hw", "closer"),
    [((300, 200), (60, 40), True), ((0, 0), (60, 40), True), ((100, 50), (300, 500), False)],
)
def test_small_objects_are_looked_at_closely(asker, corner, object_hw, closer):
    pixels = np.zeros((480, 640, 3), np.uint8)
    mask = Mask(*corner, np.ones(object_hw, np.bool_))
    answer = Answer(mask, 1.0, view_of((0, 0, 640, 480), (72, 96)), torch.zeros(1, 1, 48, 48))
    rect = asker.part_of(pixels, Question((Click(corner[0] + 5, corner[1] + 5),)), answer)
    if not closer:
        assert rect is None
        return
    left, top, right, bottom = rect
    assert left <= corner[0]
    assert top <= corner[1]
    assert right >= corner[0] + object_hw[1]
    assert bottom >= corner[1] + object_hw[0]
    assert 0 <= left < right <= 640
    assert 0 <= top < bottom <= 480
    assert (right - left) * (bottom - top) < 480 * 640 / 4


def test_nothing_is_enlarged_beyond_what_there_is_to_see(asker):
    pixels = np.zeros((480, 640, 3), np.uint8)
    answer = Answer(None, 0.0, view_of((0, 0, 640, 480), (72, 96)), torch.zeros(1, 1, 48, 48))
    left, top, right, bottom = asker.part_of(pixels, Question((Click(320, 240),)), answer)
    assert right - left == bottom - top == 32


def test_what_the_network_says_beyond_the_frame_is_no_part_of_it():
    view = view_of((100, 40, 292, 136), (47, 96))
    logits = torch.full((1, 1, 48, 48), 9.0)
    logits[0, 0, :24] = -4.0
    assert _of_frame(logits, view).shape == (24, 48)
    assert _of_frame(logits, view).max() == -4


class Told(Asker):
    """Sees and says what it is told: a mask for each look, in turn."""

    def __init__(self, weights, masks, scores=None):
        super().__init__(weights, "cpu")
        self.masks, self.scores, self.seen = masks, scores or [1.0] * len(masks), []

    def answer(self, view, question, before=None):
        self.seen.append(view.rect)
        number = len(self.seen) - 1
        logits = torch.zeros(1, 1, 48, 48)
        return Answer(self.masks[number], self.scores[number], view, logits)


FRAME = np.zeros((480, 640, 3), np.uint8)
LEAST_SIDE = 80
SMALL, LARGE = Mask(300, 200, np.ones((60, 40), np.bool_)), Mask(20, 20, np.ones((400, 500), bool))


def told(weights, *masks):
    asker = Told(weights, masks)
    return asker, asker.see(FRAME), Question((Click(320, 220),))


def test_a_closer_look_that_would_cut_the_object_is_given_up(click_weights):
    asker, whole, question = told(click_weights, SMALL, SMALL)
    left, top, right, bottom = asker.part_of(FRAME, question, asker.answer(whole, question))
    cut = Mask(left, top, np.ones((bottom - top, (right - left) // 2), np.bool_))
    asker, whole, question = told(click_weights, SMALL, cut)
    assert asker.ask(FRAME, whole, question).mask == SMALL
    assert len(asker.seen) == 2
    inside = Mask(left + 1, top + 1, np.ones((9, 9), np.bool_))
    asker, whole, question = told(click_weights, SMALL, inside)
    assert asker.ask(FRAME, whole, question).mask == inside


def test_an_object_at_the_edge_of_the_frame_is_not_cut_there(click_weights):
    corner = Mask(0, 0, np.ones((30, 30), np.bool_))
    asker, whole, question = told(click_weights, corner, corner)
    question = Question((Click(10, 10),))
    assert asker.ask(FRAME, whole, question).view is not whole


def test_an_object_that_outgrows_its_closer_look_is_seen_whole_again(click_weights):
    asker, whole, question = told(click_weights, SMALL, SMALL, LARGE, LARGE)
    first = asker.ask(FRAME, whole, question)
    assert first.view is not whole
    second = asker.ask(FRAME, whole, question.with_click(Click(500, 400)), first)
    assert second.view is whole
    assert second.mask == LARGE


def test_a_small_object_is_seen_closer_with_what_is_around_it():
    left, top, right, bottom = closer_look((90, 40, 130, 100), (200, 270), (LEAST_SIDE, LEAST_SIDE))
    assert left < 90
    assert top < 40
    assert right > 130
    assert bottom > 100
    assert right - left >= LEAST_SIDE


def test_a_closer_look_stays_in_the_picture():
    left, top, right, bottom = closer_look((0, 180, 12, 200), (200, 270), (LEAST_SIDE, LEAST_SIDE))
    assert (left, bottom) == (0, 200)
    assert right - left == bottom - top == LEAST_SIDE


def test_a_large_object_is_seen_well_in_the_whole_picture():
    assert closer_look((20, 20, 220, 180), (200, 270), (LEAST_SIDE, LEAST_SIDE)) is None


HUGE, HUGE_CLICK = np.zeros((2000, 3000, 3), np.uint8), Question((Click(1500, 1000),))


@pytest.mark.parametrize(
    ("scores", "best"),
    [((0.6, 0.6, 0.8, 0.9), 2), ((0.6, 0.7, 0.65, 0.9), 1), ((0.8, 0.7, 0.8, 0.9), 0)],
)
def test_the_surest_scale_counts_in_a_very_large_frame(click_weights, scores, best):
    masks = [
        Mask(1500 - side // 2, 1000 - side // 2, np.ones((side, side), np.bool_))
        for side in (300, 200, 60, 50)
    ]
    asker = Told(click_weights, masks, scores)
    found = asker.ask(HUGE, asker.see(HUGE), HUGE_CLICK)
    looks = [right - left for left, _, right, _ in asker.seen]
    assert looks[:3] == [3000, 1000, 333]
    # The object is then seen once more, as near as any small one.
    assert looks[3:] == [pytest.approx(masks[best].pixels.shape[1] * 1.8, abs=2)]
    assert found.mask == masks[3]


def test_an_answer_that_its_own_scale_cuts_does_not_count(click_weights):
    whole = Mask(300, 100, np.ones((1800, 2400), np.bool_))
    input_hw = click_weights.card.preprocessing.size_hw
    cut = [
        Mask(left, top, np.ones((bottom - top, right - left), np.bool_))
        for left, top, right, bottom in closer_looks(HUGE_CLICK, HUGE.shape[:2], input_hw)
    ]
    asker = Told(click_weights, [whole, *cut], [0.5, 0.9, 0.9])
    assert asker.ask(HUGE, asker.see(HUGE), HUGE_CLICK).mask == whole
    assert len(asker.seen) == 3
