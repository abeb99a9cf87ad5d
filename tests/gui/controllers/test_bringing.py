"""The work of its Jobs; the whole way is in tests/gui/links/test_bring.py."""

import numpy as np

from gui.controllers.bringing import MOST_SIDE, shrunk


def test_a_huge_picture_is_shown_small():
    assert shrunk(np.zeros((3000, 9000, 3), np.uint8)).shape == (683, MOST_SIDE, 3)
    assert shrunk(np.zeros((1, 9000, 3), np.uint8)).shape == (1, MOST_SIDE, 3)
    small = np.zeros((30, 90, 3), np.uint8)
    assert shrunk(small) is small
