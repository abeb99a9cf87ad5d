"""Large Masks are packed again where they changed, and come back exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.project import mask_bytes, regions
from engine.regions.crops import crop, join, subtract
from engine.values import Mask


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(mask_bytes, "LARGE", 1)
    monkeypatch.setattr(mask_bytes, "_BAND", 200)
    mask_bytes._packed.clear()


def _back(mask):
    return regions.decode(*regions.encode(mask))


@pytest.mark.parametrize("shape", [(50, 37), (1, 5), (8, 16), (17, 3)])
def test_a_mask_in_bands_comes_back(shape):
    mask = Mask(-3, 4, np.random.default_rng(1).random(shape) > 0.5)
    assert _back(mask) == mask
    assert _back(Mask(-3, 4, np.zeros(shape, bool))).pixels.any() == np.False_


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30), st.booleans()), max_size=8))
def test_what_strokes_make_of_it_comes_back(strokes):
    mask = crop(0, 0, np.ones((70, 40), bool))
    assert _back(mask) == mask
    for top, left, erases in strokes:
        stroke = crop(left, top, np.ones((9, 7), bool))
        mask = (subtract if erases else join)(mask, stroke)
        assert _back(mask) == mask


def _packed_again(before):
    """Which bands of the last Mask are not those of this one."""
    *_, (_, _, now) = mask_bytes._packed
    return [n for n, (old, new) in enumerate(zip(before, now, strict=True)) if old is not new], now


def test_only_what_changed_is_packed_again():
    mask = crop(5, 5, np.tri(400, 300, dtype=bool) | np.eye(400, 300, dtype=bool))
    regions.encode(mask)
    *_, (_, _, bands) = mask_bytes._packed
    assert len(bands) == 50
    painted = join(mask, crop(200, 40, np.ones((5, 5), bool)))
    assert _back(painted) == painted
    again, bands = _packed_again(bands)
    assert again == [4]
    erased = subtract(painted, crop(8, 205, np.ones((3, 3), bool)))
    assert _back(erased) == erased
    assert _packed_again(bands)[0] == [25]
