"""Colour spaces that differ in what they make of light: shadows, shading and highlights."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
ColorSpace = Literal["hsv", "lab", "rgi", "hue", "intensity", "rgb"]


def in_space(pixels: Pixels, space: ColorSpace) -> Pixels:
    """RGB (h, w, 3) uint8 -> (h, w, C) uint8 with C 1 or 3, every channel stretched to 0..255."""
    if space == "rgb":
        return pixels
    if space == "lab":
        return _pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB))
    if space in ("hsv", "hue"):
        # FULL stretches the hue's 360 degrees to 0..255; plain HSV would end at 180.
        hsv = _pixels(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV_FULL))
        return hsv if space == "hsv" else hsv[..., :1]
    total = pixels.sum(axis=2, dtype=np.uint32)
    intensity = (total // 3).astype(np.uint8)
    if space == "intensity":
        return intensity[..., None]
    # Shares of red and green stay as they are in the shade. Black has none: it counts as grey.
    shares = (pixels[..., :2] * 255.0 + 85.0) / (total[..., None] + 1.0)
    return np.dstack([shares.astype(np.uint8), intensity])


def _pixels(array: object) -> Pixels:
    return np.asarray(array, np.uint8)
