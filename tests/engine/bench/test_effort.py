"""What the model of the hand says."""

import math

import pytest

from engine.bench.effort import BUTTON_S, KEY_S, QUICKEST_S, Effort


def test_a_click_far_away_on_something_small_takes_longer():
    near, far, small = Effort(), Effort(), Effort()
    near.click((100, 0), 20)
    far.click((800, 0), 20)
    small.click((100, 0), 4)
    assert near.seconds < small.seconds
    assert near.seconds < far.seconds
    assert near.actions == far.actions == small.actions == 1


def test_fitts_law_holds_as_it_was_measured():
    effort = Effort()
    effort.point((70, 0), 10)
    assert effort.seconds == pytest.approx(-0.107 + 0.223 * 3)
    effort.point((70, 0), 10)
    assert effort.seconds == pytest.approx(-0.107 + 0.223 * 3 + QUICKEST_S)


def test_a_drag_is_one_action_and_slower_than_pointing():
    drag, points = Effort(), Effort()
    drag.drag([(50, 0), (150, 0), (150, 100)], 10)
    for to in ((50, 0), (150, 0), (150, 100)):
        points.point(to, 10)
    assert drag.actions == 1
    assert drag.seconds > points.seconds + 2 * BUTTON_S
    assert drag.at == (150, 100)


def test_a_line_is_followed_as_the_steering_law_says():
    effort = Effort()
    effort.trace([(0, 0), (60, 0), (60, 40)], 10)
    begun = Effort()
    begun.point((0, 0), 10)
    bits = 100 / 10 / math.log(2)
    assert effort.seconds == pytest.approx(begun.seconds + 0.135 + 0.249 * bits + 2 * BUTTON_S)
    assert (effort.actions, effort.at) == (1, (60, 40))


def test_a_roll_of_the_wheel_is_one_action_and_a_held_key_none():
    effort = Effort()
    effort.roll(4)
    effort.hold()
    effort.key(2)
    assert effort.actions == 3
    assert effort.seconds == pytest.approx(7 * KEY_S)
