"""A picture divided into superpixels: each pixel is in one, and a line meets those it crosses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.regions import superpixels as module
from engine.regions.superpixels import Superpixels, divide

IDS = np.repeat(np.repeat(np.arange(6, dtype=np.int32).reshape(2, 3), 10, 0), 10, 1)
GRID = Superpixels(IDS)


def test_each_is_its_pixels_and_all_are_the_picture():
    joined = np.zeros(IDS.shape, np.int32)
    for number in range(6):
        mask = GRID.mask(number)
        height, width = mask.pixels.shape
        assert mask.pixels.all()
        joined[mask.top : mask.top + height, mask.left : mask.left + width] += 1
    assert (joined == 1).all()


def test_outside_the_picture_there_is_none():
    assert GRID.at((29.9, 19.9)) == 5
    for point in ((-0.1, 5.0), (30.0, 5.0), (5.0, 20.0)):
        assert GRID.at(point) is None


def test_a_line_meets_what_it_crosses_in_order():
    assert GRID.along((5, 5), (25, 5)) == (0, 1, 2)
    assert GRID.along((5, 5), (5, 5)) == (0,)
    assert GRID.along((-50, -50), (-5, -5)) == ()


def test_near_one_are_those_beside_it():
    assert GRID.around(0) == (1, 3, 4)


coordinates = st.floats(-40, 60)


@given(coordinates, coordinates, coordinates, coordinates)
def test_a_line_meets_its_ends_whatever_they_are(x1, y1, x2, y2):
    met = GRID.along((x1, y1), (x2, y2))
    assert len(set(met)) == len(met)
    for point in ((x1, y1), (x2, y2)):
        assert GRID.at(point) is None or GRID.at(point) in met


@pytest.mark.parametrize("most", [module.MOST_PIXELS, 500])
def test_a_border_of_colors_is_one_of_superpixels(monkeypatch, most):
    monkeypatch.setattr(module, "MOST_PIXELS", most)
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, 30:] = (220, 60, 20)
    found = divide(pixels, 24)
    assert found.size_hw == (40, 60)
    left, right = set(found.ids[:, :28].ravel()), set(found.ids[:, 32:].ravel())
    assert not left & right
    assert len(left | right) > 4
