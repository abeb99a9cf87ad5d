"""At how many scales a frame is looked at."""

from hypothesis import given
from hypothesis import strategies as st

from engine.click.question import Click, Question
from engine.click.scales import closer_looks
from engine.values import Box

SIDES = st.integers(1, 20_000)


def test_frames_of_usual_sizes_are_looked_at_once():
    assert closer_looks(Question((Click(5, 5),)), (3000, 4000), (448, 448)) == []


def test_a_very_large_frame_is_looked_at_ever_closer():
    looks = closer_looks(Question((Click(10_000, 50),)), (20_000, 20_000), (448, 448))
    assert [(right - left, top) for left, top, right, _ in looks] == [
        (6666, 0),
        (2222, 0),
        (740, 0),
    ]


def test_a_box_tells_how_large_the_object_is():
    assert closer_looks(Question(box=Box(1, 1, 90, 90)), (20_000, 20_000), (448, 448)) == []


@given(SIDES, SIDES, st.floats(0, 1), st.floats(0, 1))
def test_each_look_lies_in_the_frame_and_shows_the_click(height, width, x, y):
    click = Click(x * (width - 1), y * (height - 1))
    for left, top, right, bottom in closer_looks(Question((click,)), (height, width), (96, 96)):
        assert 0 <= left <= click.x <= right <= width
        assert 0 <= top <= click.y <= bottom <= height
