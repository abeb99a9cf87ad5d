import numpy as np

from engine.datasets.warp_masks import warp_masks
from engine.values import Mask


def test_a_mask_may_be_moved_until_one_pixel_is_left_to_look_at():
    mask = Mask(0, 0, np.ones((3, 3), bool))
    away = np.array([[1.0, 0, -3.5], [0, 1, -3.5], [0, 0, 1]])
    assert warp_masks([mask], away, (8, 8)) == [None]
    nearly = np.array([[1.0, 0, -2.0], [0, 1, -2.0], [0, 0, 1]])
    (left,) = warp_masks([mask], nearly, (8, 8))
    assert left == Mask(0, 0, np.ones((1, 1), bool))
