import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.training.repeats import Repeats, repeats_of


def test_a_picture_comes_as_often_as_its_rarest_label_asks():
    counts = np.zeros((16, 2), np.int32)
    counts[:15, 0] = 3
    counts[14, 1] = 1
    # One picture of sixteen has label 1: root(0.25 * 16) = 2.
    found = repeats_of(counts, 0.25)
    np.testing.assert_allclose(found.factors, [1.0] * 14 + [2.0, 1.0])
    assert len(found) == 17


def test_a_threshold_of_zero_repeats_nothing():
    assert repeats_of(np.ones((1, 1), np.int32), 0.0) is None


@given(st.lists(st.floats(1, 5), min_size=1, max_size=40), st.integers(0, 100))
def test_every_epoch_draws_each_as_often_as_its_factor(factors, seed):
    repeats = Repeats(np.array(factors))
    drawn = repeats.draw(np.random.default_rng(seed))
    assert len(drawn) == len(repeats)
    counts = np.bincount(drawn, minlength=len(factors))
    stretched = np.array(factors) * len(repeats) / sum(factors)
    assert (np.abs(counts - stretched) < 1 + 1e-9).all()
