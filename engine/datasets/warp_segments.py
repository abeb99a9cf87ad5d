"""Segments of proposals moved with their picture, each on the grid of its own box."""

import cv2
import numpy as np
from numpy.typing import NDArray


def warp_segments(
    segments: NDArray[np.bool_],
    boxes: NDArray[np.float32],
    matrix: NDArray[np.float64],
    moved: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Segments (P, s, s), each stretched over its box (P, 4) xyxy -> the same stretched over the
    `moved` boxes (P, 4), which lie around what the matrix (3, 3) makes of the first."""
    side = segments.shape[1]
    back = np.linalg.inv(matrix)
    result = np.zeros_like(segments)
    for place, (segment, box, after) in enumerate(zip(segments, boxes, moved, strict=True)):
        # From a cell of the new grid to the picture, back to the frame, to a cell of the old one.
        to_cell = np.linalg.inv(_from_cell(box, side)) @ back @ _from_cell(after, side)
        flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        found = cv2.warpAffine(segment.view(np.uint8), to_cell[:2], (side, side), flags=flags)
        result[place] = found.view(np.bool_)
    return result


def _from_cell(box: NDArray[np.float32], side: int) -> NDArray[np.float64]:
    """The map (3, 3) from a cell (column, row) of a box's grid to its centre in the picture."""
    step_x, step_y = (box[2] - box[0]) / side, (box[3] - box[1]) / side
    left, top = box[0] + step_x / 2, box[1] + step_y / 2
    return np.array([[step_x, 0, left], [0, step_y, top], [0, 0, 1]], np.float64)
