"""A mask that is stretched over its box -> the object's pixels."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import Mask


def paste_mask(
    values: NDArray[np.float32], whole: NDArray[np.float32], visible: NDArray[np.float32]
) -> Mask | None:
    """Values (h, w) in 0..1 stretched over the `whole` box -> where they reach one half in the
    `visible` part of it, both boxes xyxy in the same pixels. None if nowhere."""
    left, top = int(visible[0]), int(visible[1])
    right, bottom = math.ceil(visible[2]), math.ceil(visible[3])
    if right <= left or bottom <= top:
        return None
    scale_x = values.shape[1] / (whole[2] - whole[0])
    scale_y = values.shape[0] / (whole[3] - whole[1])
    # Pixel centres looked up between the mask's pixel centres.
    x = (np.arange(left, right) + 0.5 - whole[0]) * scale_x - 0.5
    y = (np.arange(top, bottom) + 0.5 - whole[1]) * scale_y - 0.5
    grid_x, grid_y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    shown = cv2.remap(values, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    pixels = shown >= 0.5
    return Mask(left, top, pixels) if pixels.any() else None
