"""Colour spaces: every channel uses its whole byte, and light goes where the paper wants it."""

import numpy as np
import pytest

from engine.region_proposals.colors import in_space

SPACES = {"hsv": 3, "lab": 3, "rgi": 3, "hue": 1, "intensity": 1, "rgb": 3}


@pytest.mark.parametrize("space", SPACES)
def test_a_space_has_its_channels_in_bytes(space):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    found = in_space(pixels, space)
    assert found.shape == (20, 30, SPACES[space])
    assert found.dtype == np.uint8
    assert np.ptp(found) > 150


def test_shares_and_hue_stay_in_the_shade():
    light = np.full((1, 1, 3), (200, 120, 40), np.uint8)
    dark = light // 2
    for space, channels in (("rgi", slice(0, 2)), ("hue", slice(0, 1))):
        a, b = (in_space(p, space)[0, 0, channels].astype(int) for p in (light, dark))
        assert np.abs(a - b).max() <= 2


def test_black_and_grey_have_no_color():
    for level in (0, 90, 255):
        share = in_space(np.full((1, 1, 3), level, np.uint8), "rgi")[0, 0, :2]
        assert share.tolist() == [85, 85]
