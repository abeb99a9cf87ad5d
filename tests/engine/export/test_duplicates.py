import cv2
import numpy as np

from engine.export.duplicates import fingerprint, near_duplicates


def scene(seed):
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 255, (12, 12, 3), np.uint8), (320, 240), interpolation=1)


def test_copies_in_other_sizes_and_qualities_are_found():
    picture = scene(1)
    small = cv2.resize(picture, (160, 120), interpolation=cv2.INTER_AREA)
    code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    poor = cv2.imdecode(code, cv2.IMREAD_COLOR)
    prints = [fingerprint(p) for p in (picture, scene(2), small, scene(3), poor)]
    groups = near_duplicates(prints)
    assert groups[0] == groups[2] == groups[4]
    assert len({groups[0], groups[1], groups[3]}) == 3


def test_unknown_pictures_stay_alone():
    assert len(set(near_duplicates([None, None, fingerprint(scene(1))]))) == 3
    assert near_duplicates([]) == []
