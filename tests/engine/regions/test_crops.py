import numpy as np

from engine.regions import crops


def test_the_smallest_crop_holds_the_same_pixels():
    pixels = np.zeros((6, 8), bool)
    pixels[2:4, 3:7] = True
    small = crops.tight(crops.crop(10, 20, pixels))
    assert small is not None
    assert crops.bounds(small) == (13, 22, 17, 24)
    assert crops.tight(small) is small
    assert crops.tight(crops.crop(0, 0, np.zeros((3, 3), bool))) is None


def test_clipping_twice_is_clipping_once_and_outside_is_nothing():
    mask = crops.crop(-2, -1, np.ones((4, 5), bool))
    once = crops.clip_mask(mask, (2, 2))
    assert once is not None
    assert crops.bounds(once) == (0, 0, 2, 2)
    assert crops.clip_mask(once, (2, 2)) == once
    assert crops.clip_mask(crops.crop(9, 9, np.ones((2, 2), bool)), (5, 5)) is None
