"""What two models say of one frame, seen over one another: areas lie below, boxes above."""

import numpy as np
from numpy.typing import NDArray

from engine.painting.overlay import paint
from engine.values import Box, Prediction


def bottom_first(first: Prediction, second: Prediction) -> tuple[Prediction, Prediction]:
    """The one below, then the one above: what covers pixels would hide lines under it."""
    if _covers(second) and not _covers(first):
        return second, first
    return first, second


def paint_both(
    pixels: NDArray[np.uint8], first: Prediction, second: Prediction
) -> NDArray[np.uint8]:
    """A copy of the pixels (H, W, 3) with both painted over it."""
    for each in bottom_first(first, second):
        pixels = paint(pixels, each, each.labels)
    return pixels


def _covers(prediction: Prediction) -> bool:
    """Whether it tints pixels."""
    objects = prediction.detections
    return prediction.label_map is not None or any(not isinstance(d.region, Box) for d in objects)
