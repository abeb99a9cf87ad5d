"""Tiles along a border give what the whole gives."""

import numpy as np
import pytest

from engine.regions import borders
from engine.regions.borders import near, rounded


@pytest.fixture
def pixels():
    noise = np.random.default_rng(4).random((90, 70)) > 0.93
    noise[20:60, 10:50] = True
    noise[30:34, 22:25] = False
    return noise


@pytest.mark.parametrize("by", [1, 3, 9, 40])
def test_what_is_near_is_so_by_tiles_as_by_the_whole(monkeypatch, pixels, by):
    rows, columns = np.nonzero(pixels)
    y, x = np.mgrid[:90, :70]
    squares = (y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2
    expected = squares.min(axis=2) <= by * by
    assert np.array_equal(near(pixels, by), expected)
    monkeypatch.setattr(borders, "TILE", 16)
    assert np.array_equal(near(pixels, by), expected)


def test_corners_are_rounded_alike(monkeypatch, pixels):
    whole = rounded(pixels, 2.0)
    assert not np.array_equal(whole, pixels)
    monkeypatch.setattr(borders, "TILE", 16)
    assert np.array_equal(rounded(pixels, 2.0), whole)


def test_nothing_and_everything_stay_as_they_are():
    for value in (False, True):
        assert (near(np.full((5, 6), value), 2) == value).all()
        assert (rounded(np.full((5, 6), value), 2.0) == value).all()
