"""What the overlay measurement paints, and that the plain way paints it too."""

import numpy as np

from engine.bench import live
from engine.painting.overlay import paint


def test_both_ways_paint_the_twelve_objects():
    prediction = live._twelve_objects()
    assert len(prediction.detections) == live.OBJECTS
    pixels = np.full((*live.FULL_HD, 3), 100, np.uint8)
    ours = paint(pixels, prediction, prediction.labels, opacity=0.5)
    plain = live._paint_plainly(pixels, prediction)
    for detection in prediction.detections:
        mask = detection.region
        y, x = mask.top + mask.pixels.shape[0] // 2, mask.left + mask.pixels.shape[1] // 2
        assert (ours[y, x] != 100).any()
        assert (plain[y, x] != 100).any()
    assert (pixels == 100).all()
