import cv2
import numpy as np
import pytest

from engine.datasets.border_weights import border_weights


def test_a_gap_between_two_objects_weighs_as_in_the_paper():
    ids = np.zeros((40, 60), np.uint8)
    ids[:, 10:20] = 1
    ids[:, 24:40] = 1
    weights = border_weights(ids, 10.0)
    # Column 21 is 2 from the left object's last column, and 3 from the right one's first.
    assert weights[20, 21] == pytest.approx(1 + 10 * np.exp(-((2 + 3) ** 2) / 50), rel=1e-5)
    assert (weights[ids == 1] == 1).all()
    assert weights[20, 59] < 1.001


def test_one_object_alone_has_no_border_to_learn():
    ids = np.zeros((40, 40), np.uint8)
    ids[10:20, 10:20] = 1
    assert border_weights(ids, 10.0).max() < 1.01


def test_objects_of_two_labels_are_two_objects_and_ignored_pixels_none():
    ids = np.zeros((20, 40), np.uint8)
    ids[:, 5:15], ids[:, 17:30] = 1, 2
    assert border_weights(ids, 10.0)[10, 15] > 5
    ids[:, 17:30] = 255
    assert border_weights(ids, 10.0)[10, 15] < 1.01


def test_the_nearest_two_of_many_count():
    ids = np.zeros((60, 60), np.uint8)
    generator = np.random.default_rng(0)
    for y, x in generator.integers(2, 55, (12, 2)):
        ids[y : y + 3, x : x + 3] = 1
    found = border_weights(ids, 10.0)
    count, parts = cv2.connectedComponents((ids == 1).astype(np.uint8))
    distances = np.sort(
        [
            cv2.distanceTransform((parts != p).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            for p in range(1, count)
        ],
        axis=0,
    )
    wanted = 1 + 10 * np.exp(-((distances[0] + distances[1]) ** 2) / 50) * (ids == 0)
    np.testing.assert_allclose(found, wanted, atol=0.02)
