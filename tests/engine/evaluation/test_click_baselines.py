"""Outlines without a network: each of a bright disc on a dark ground."""

import numpy as np
import pytest

from engine.click.grab_cut import GrabCut
from engine.click.question import Click, Question
from engine.evaluation.click_baselines import SuperpixelOutliner
from engine.evaluation.clicks import AskedOutliner, overlap
from engine.values import Box


def grab_cut():
    return AskedOutliner(GrabCut())


def disc(size_hw=(80, 120), middle=(60.0, 40.0), radius=20.0):
    rows, columns = np.ogrid[: size_hw[0], : size_hw[1]]
    return (columns + 0.5 - middle[0]) ** 2 + (rows + 0.5 - middle[1]) ** 2 <= radius**2


def picture_of(truth):
    noise = np.random.default_rng(0).integers(0, 30, (*truth.shape, 3))
    return (noise + np.where(truth, 190, 40)[..., None]).astype(np.uint8)


@pytest.fixture(params=[grab_cut, SuperpixelOutliner], ids=lambda each: each.__name__)
def outliner(request):
    return request.param()


@pytest.mark.parametrize(("make", "least"), [(grab_cut, 0.95), (SuperpixelOutliner, 0.6)])
def test_a_box_around_a_disc_gives_the_disc(make, least):
    truth, outliner = disc(), make()
    outliner.begin(picture_of(truth))
    found = outliner.outline(Question(box=Box(38, 18, 82, 62)))
    assert found.shape == truth.shape
    assert found.dtype == np.bool_
    assert overlap(found, truth) > least


def test_clicks_correct_one_another(outliner):
    truth = disc()
    outliner.begin(picture_of(truth))
    question = Question((Click(60, 40),))
    first = outliner.outline(question)
    assert first[40, 60]
    question = question.with_click(Click(5.5, 5.5, is_positive=False))
    question = question.with_click(Click(68, 48))
    outliner.outline(Question(question.clicks[:2]))
    found = outliner.outline(question)
    assert found[40, 60]
    assert found[48, 68]
    assert not found[5, 5]


def test_the_same_question_has_the_same_answer(outliner):
    outliner.begin(picture_of(disc()))
    question = Question((Click(60, 40),))
    first = outliner.outline(question)
    outliner.outline(question.with_click(Click(3, 3, is_positive=False)))
    assert np.array_equal(outliner.outline(question), first)


@pytest.mark.parametrize("box", [Box(0, 0, 120, 80), Box(60, 40, 61, 41), Box(-9, -9, 300, 300)])
def test_a_box_of_everything_or_next_to_nothing_is_answered(outliner, box):
    outliner.begin(picture_of(disc()))
    assert outliner.outline(Question(box=box)).shape == (80, 120)


def test_the_last_pixels_can_be_clicked(outliner):
    outliner.begin(picture_of(disc()))
    outliner.outline(Question((Click(119.5, 79.5),)))
