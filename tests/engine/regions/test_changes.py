"""Where Masks differ."""

import numpy as np

from engine.regions import changes
from engine.regions.changes import changed
from engine.regions.crops import crop, join, subtract
from engine.values import Mask


def _square(left, top, side):
    return crop(left, top, np.ones((side, side), bool))


def test_a_stroke_is_known_as_what_changed_both_ways():
    mask = crop(10, 20, np.tri(40, dtype=bool))
    painted = join(mask, _square(40, 22, 3))
    erased = subtract(painted, _square(12, 40, 4))
    # Comparing would give whole rows.
    assert changed(mask, painted) == changed(painted, mask) == (40, 22, 43, 25)
    assert changed(painted, erased) == (12, 40, 16, 44)
    assert changed(mask, mask) is None
    assert changed(mask, Mask(10, 20, mask.pixels)) is None


def test_other_masks_are_compared_once(monkeypatch):
    monkeypatch.setattr(changes, "_BLOCK", 40)
    pixels = np.zeros((40, 40), bool)
    mask = Mask(1, 2, pixels)
    pixels[7, 3] = pixels[9, 30] = True
    assert changed(mask, Mask(1, 2, pixels)) == (1, 9, 41, 12)
    assert changed(mask, Mask(1, 2, np.zeros((40, 40), bool))) is None


def test_masks_of_other_crops_differ_wherever_either_is():
    assert changed(_square(0, 0, 3), _square(5, 1, 3)) == (0, 0, 8, 4)
