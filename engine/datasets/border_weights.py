"""Pixels between objects that nearly touch count more, so that a network learns to part them.

Ronneberger, Fischer, Brox: "U-Net", MICCAI 2015, equation 2.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import IGNORE

SIGMA = 5.0
"""How far apart in pixels, as in the paper."""
REACH = 4 * SIGMA
"""Beyond it the weight adds less than a thousandth."""


def border_weights(ids: NDArray[np.uint8], weight: float) -> NDArray[np.float32]:
    """What each pixel counts, (H, W) float32: 1, and at background pixels up to `weight` more.

    `ids` (H, W) are label ids, 0 for background and 255 ignored; an object is a region of one id
    that hangs together. d1 and d2 are the distances to the nearest two objects:
    1 + weight * exp(-(d1 + d2)^2 / (2 SIGMA^2)).
    """
    near = np.full((2, *ids.shape), 2 * REACH, np.float32)
    for label in np.unique(ids[(ids != 0) & (ids != IGNORE)]):
        count, parts = cv2.connectedComponents((ids == label).astype(np.uint8))
        for part in range(1, count):
            _nearer(near, parts == part)
    sums = near.sum(axis=0)
    extra = weight * np.exp(-np.square(sums) / (2 * SIGMA**2)) * (ids == 0)
    return (1 + extra).astype(np.float32)


def _nearer(near: NDArray[np.float32], part: NDArray[np.bool_]) -> None:
    """Take one object into the two smallest distances (2, H, W), around the object alone."""
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    reach = int(np.ceil(REACH))
    around = (
        slice(max(0, rows[0] - reach), rows[-1] + reach + 1),
        slice(max(0, columns[0] - reach), columns[-1] + reach + 1),
    )
    distance = cv2.distanceTransform(
        (~part[around]).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    first, second = near[0][around], near[1][around]
    second[...] = np.minimum(second, np.maximum(first, distance))
    first[...] = np.minimum(first, distance)
