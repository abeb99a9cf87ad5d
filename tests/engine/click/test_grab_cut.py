"""GrabCut asked by a box and clicks: of a bright disc on a dark ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.click.grab_cut import AROUND, CutAnswer, GrabCut, part_of
from engine.click.question import Click, Question
from engine.regions.crops import mask_iou
from engine.regions.grab_cut import Cut, disc
from engine.regions.masks import clip_mask
from engine.values import Box, Mask

SIZE = (80, 120)
DISC = disc(SIZE, (60.0, 40.0), 20.0)
TWO = DISC | disc(SIZE, (15.0, 15.0), 8.0)
BOX = Question(box=Box(36, 16, 84, 64))


def picture_of(truth):
    noise = np.random.default_rng(0).integers(0, 30, (*truth.shape, 3))
    pixels = (noise + np.where(truth, 190, 40)[..., None]).astype(np.uint8)
    pixels.flags.writeable = False  # as those of every Frame
    return pixels


def asked(pixels, question):
    asker, answer = GrabCut(), None
    whole = asker.see(pixels)
    for step in question.steps:
        answer = asker.ask(pixels, whole, step, answer)
    return answer


@pytest.mark.parametrize("times", [1, 8])
def test_a_box_around_a_disc_gives_the_disc(times):
    """Also of a picture that is cut smaller than it is."""
    truth = np.kron(DISC, np.ones((times, times), np.bool_))
    box = Box(*(times * side for side in BOX.box.xyxy))
    answer = asked(picture_of(truth), Question(box=box))
    assert mask_iou(answer.mask, Mask(0, 0, truth)) > 0.95


def test_by_a_click_only_what_hangs_together_with_it_is_found():
    answer = asked(picture_of(TWO), Question((Click(60, 40),)))
    assert mask_iou(answer.mask, Mask(0, 0, DISC)) > 0.9
    both = asked(picture_of(TWO), Question((Click(60, 40), Click(15, 15))))
    assert mask_iou(both.mask, Mask(0, 0, TWO)) > 0.9


def test_a_click_beside_the_object_takes_it_away():
    pixels = picture_of(TWO)
    question = Question(box=Box(2, 2, 90, 70))
    first = asked(pixels, question)
    answer = asked(pixels, question.with_click(Click(15, 15, is_positive=False)))
    assert first.mask.pixels.sum() > answer.mask.pixels.sum()


def test_where_all_has_one_color_nothing_is_found():
    pixels = np.full((*SIZE, 3), 90, np.uint8)
    assert asked(pixels, BOX).mask is None
    pixels[DISC] = 200
    assert mask_iou(asked(pixels, BOX.with_click(Click(60, 40))).mask, Mask(0, 0, DISC)) > 0.9


def test_after_nothing_was_found_the_next_click_begins_anew():
    pixels, asker = picture_of(DISC), GrabCut()
    whole = asker.see(pixels)
    empty = CutAnswer(None, part_of(BOX, SIZE), Cut(np.zeros((48, 74), np.uint8)))
    question = BOX.with_click(Click(60, 40))
    assert mask_iou(asker.ask(pixels, whole, question, empty).mask, Mask(0, 0, DISC)) > 0.9


def test_an_answer_leaves_the_one_it_goes_on_from_alone():
    pixels, asker = picture_of(DISC), GrabCut()
    whole = asker.see(pixels)
    first = asker.ask(pixels, whole, BOX)
    before = first.cut.copy()
    asker.ask(pixels, whole, BOX.with_click(Click(50, 40, is_positive=False)), first)
    assert np.array_equal(first.cut.state, before.state)
    assert np.array_equal(first.cut.inside, before.inside)


def test_what_is_cut_holds_the_surroundings_of_the_box_and_all_clicks():
    left, _, right, _ = part_of(BOX, (1000, 1000))
    assert left < 36 - AROUND * 48 + 1
    assert right > 84 + AROUND * 48 - 1
    assert part_of(BOX.with_click(Click(500, 2)), (1000, 1000))[1:3] == (0, 501)
    assert part_of(BOX, SIZE)[3] == 80
    assert part_of(Question((Click(1, 1),)), SIZE) == (0, 0, 120, 80)


sides = st.floats(0, 119.5)


@settings(max_examples=25)
@given(sides, sides, sides, sides, st.booleans(), st.booleans())
def test_whatever_is_asked_the_outline_lies_in_the_picture(x1, y1, x2, y2, has_box, is_positive):
    x1, x2 = sorted((x1, x2 + 0.25))
    y1, y2 = sorted((y1 * 0.66, y2 * 0.66 + 0.25))
    box = Box(x1, y1, x2, y2) if has_box and x1 < x2 and y1 < y2 else None
    question = Question((Click(x1, y1), Click(x2, y2, is_positive)), box)
    answer = asked(picture_of(DISC), question)
    if answer.mask is not None:
        assert answer.mask.pixels.any()
        assert clip_mask(answer.mask, SIZE) == answer.mask
