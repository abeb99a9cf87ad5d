import numpy as np

from engine.regions.crops import crop
from scripts.click_data import moved


def test_of_an_object_a_look_has_what_lies_in_it():
    mask = crop(10, 20, np.ones((30, 40), np.bool_))
    part = moved(mask, (30, 0, 130, 100))
    assert part is not None
    assert (part.left, part.top, part.pixels.shape) == (0, 20, (30, 20))
    assert moved(mask, (60, 60, 100, 100)) is None
