import numpy as np
import pytest

from engine.training.label_weights import median_frequency, weights_of


def test_weights_are_the_median_frequency_through_the_labels_own():
    # Three labels in two pictures of 100 pixels: 0 in both, 1 in one, 2 in one.
    pixels, around = np.array([120.0, 20, 60]), np.array([200.0, 100, 100])
    frequencies = np.array([0.6, 0.2, 0.6])
    assert weights_of(pixels, around) == pytest.approx((0.6 / frequencies).tolist())


def test_a_label_that_never_occurs_weighs_one():
    assert weights_of(np.array([10.0, 0, 5]), np.array([15.0, 0, 15]))[1] == 1
    assert weights_of(np.zeros(2), np.zeros(2)) == (1, 1)


def test_pictures_without_a_label_do_not_count_for_it():
    # The same three labels: 0 in both pictures, 1 and 2 in one each.
    counts = np.array([[80, 20, 0], [40, 0, 60]], np.int32)
    assert median_frequency(counts) == pytest.approx((1.0, 3.0, 1.0))
