import numpy as np

from engine.regions.crops import crop
from scripts.click_data import LEAST_SIDE, closer_look, moved


def test_a_small_object_is_seen_closer_with_what_is_around_it():
    left, top, right, bottom = closer_look((90, 40, 130, 100), (200, 270))
    assert left < 90
    assert top < 40
    assert right > 130
    assert bottom > 100
    assert right - left >= LEAST_SIDE


def test_a_closer_look_stays_in_the_picture():
    left, top, right, bottom = closer_look((0, 180, 12, 200), (200, 270))
    assert (left, bottom) == (0, 200)
    assert right - left == bottom - top == LEAST_SIDE


def test_a_large_object_is_seen_well_in_the_whole_picture():
    assert closer_look((20, 20, 220, 180), (200, 270)) is None


def test_of_an_object_a_look_has_what_lies_in_it():
    mask = crop(10, 20, np.ones((30, 40), np.bool_))
    part = moved(mask, (30, 0, 130, 100))
    assert part is not None
    assert (part.left, part.top, part.pixels.shape) == (0, 20, (30, 20))
    assert moved(mask, (60, 60, 100, 100)) is None
