"""A mask that is stretched over its box, or is a sum of maps -> the object's pixels."""

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from engine.preprocess import Placement
from engine.values import Mask
from models.contract import SharedMasks


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
    x, y = (left + 0.5 - whole[0]) * scale_x - 0.5, (top + 0.5 - whole[1]) * scale_y - 0.5
    matrix = np.array([[scale_x, 0, x], [0, scale_y, y]])
    shown = cv2.warpAffine(
        values,
        matrix,
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    pixels = shown >= 0.5
    return Mask(left, top, pixels) if pixels.any() else None


def paste_shared(
    shared: SharedMasks, source: int, visible: NDArray[np.float32], placement: Placement
) -> Mask | None:
    """The mask of one candidate in the `visible` part of its box, xyxy in frame pixels.

    Only the part of the maps around the box is summed up, and enlarged.
    """
    height, width = shared.maps.shape[1:]
    scale = np.array([width, height]) / placement.input_hw[::-1] * placement.scale_xy
    # The map's pixels that the centres of the frame's look up.
    first = np.floor((np.floor(visible[:2]) + 0.5) * scale - 0.5).astype(int)
    last = np.floor((np.ceil(visible[2:]) - 0.5) * scale - 0.5).astype(int) + 2
    left, top = first.clip(0, (width - 1, height - 1)).tolist()
    right, bottom = last.clip((left + 1, top + 1), (width, height)).tolist()
    part = shared.maps[:, top:bottom, left:right].float()  # (P, h, w)
    chances = torch.einsum("p,phw->hw", shared.shares[source].float(), part).sigmoid().numpy()
    whole = np.array([left, top, right, bottom]) / np.tile(scale, 2)
    return paste_mask(chances, whole.astype(np.float32), visible)
