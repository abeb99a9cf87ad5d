"""What a question is about is what is in sight, for who has come closer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.click.question import Click, Question
from engine.values import Box
from gui.canvas.view import View, fitted
from gui.click.part import holds, part_in_sight

SIZE, SCREEN = (3000, 4000), (800, 600)


def test_a_fitted_picture_is_asked_about_as_a_whole():
    assert part_in_sight(fitted(SIZE, SCREEN), SCREEN, SIZE) is None


def test_who_has_come_closer_asks_about_that_part_and_a_little_more():
    assert part_in_sight(View(1.0, -1000, -900), SCREEN, SIZE) == (880, 810, 1920, 1590)


def test_a_part_at_the_border_ends_there():
    assert part_in_sight(View(2.0, 100, 100), SCREEN, SIZE) == (0, 0, 410, 295)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question((Click(15, 15), Click(20, 20, False))), True),
        (Question((Click(15, 15), Click(31, 20, False))), False),
        (Question(box=Box(12, 12, 20, 20)), True),
        (Question(box=Box(5, 12, 20, 20)), False),
    ],
)
def test_a_part_holds_a_question_or_not(question, expected):
    assert holds((10, 10, 30, 30), question) is expected


@given(st.floats(0.01, 60), st.floats(-5000, 900), st.floats(-5000, 700))
def test_a_part_lies_in_the_frame_and_holds_what_is_in_sight(scale, x, y):
    view = View(scale, x, y)
    part = part_in_sight(view, SCREEN, SIZE)
    if part is not None:
        left, top, right, bottom = part
        assert 0 <= left < right <= SIZE[1]
        assert 0 <= top < bottom <= SIZE[0]
