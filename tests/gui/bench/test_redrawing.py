"""Which part of an outline the made-up person draws anew."""

import numpy as np
import pytest

from engine.values import Box, Mask
from gui.bench.application import opened_app
from gui.bench.person import Person
from gui.bench.redrawing import stretch_of


def rect(left, top, right, bottom):
    pixels = np.zeros((80, 100), np.bool_)
    pixels[top:bottom, left:right] = True
    return pixels


TRUTH = rect(20, 20, 60, 60)
BITTEN = TRUTH & ~rect(34, 20, 46, 40)
"""Of the upper side a part is wrong."""


@pytest.fixture
def person(qapp):
    with opened_app() as app:
        person = Person(app)
        person.begin(TRUTH)
        yield person


def test_the_shortest_stretch_that_is_enough_is_drawn(person):
    stretch = stretch_of(person, Mask(0, 0, BITTEN | rect(60, 40, 63, 42)), 4.0)
    assert stretch is not None
    assert stretch.is_easy
    assert stretch.share < 0.15
    assert {y for _, y in stretch.line} == {20.0}


def test_where_no_stretch_is_enough_all_is_drawn_in_one_go(person):
    stretch = stretch_of(person, Mask(0, 0, rect(36, 36, 44, 44)), 4.0)
    assert stretch is not None
    assert (stretch.share, stretch.iou) == (1.0, pytest.approx(1.0, abs=0.02))


def test_nothing_is_drawn_where_it_would_not_help(person):
    assert stretch_of(person, Mask(0, 0, TRUTH), 4.0) is None
    assert stretch_of(person, Box(20, 20, 60, 60), 4.0) is None
    assert stretch_of(person, None, 4.0) is None
