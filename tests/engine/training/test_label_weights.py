import numpy as np
import pytest

from engine.training.label_weights import weights_of


def test_weights_are_the_median_frequency_through_the_labels_own():
    # Three labels in two pictures of 100 pixels: 0 in both, 1 in one, 2 in one.
    pixels, around = np.array([120.0, 20, 60]), np.array([200.0, 100, 100])
    frequencies = np.array([0.6, 0.2, 0.6])
    assert weights_of(pixels, around) == pytest.approx((0.6 / frequencies).tolist())


def test_a_label_that_never_occurs_weighs_one():
    assert weights_of(np.array([10.0, 0, 5]), np.array([15.0, 0, 15]))[1] == 1
    assert weights_of(np.zeros(2), np.zeros(2)) == (1, 1)
