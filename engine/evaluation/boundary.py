"""How well the borders of label maps agree; IoU hardly notices them on large objects.

Cheng, Girshick, Dollar, Berg, Kirillov: Boundary IoU: Improving Object-Centric Image Segmentation
Evaluation, CVPR 2021. Of each label only the band along its border is compared: the pixels of the
label at most `share` of the picture's diagonal away from any other.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.values import IGNORE

SHARE = 0.02
"""The band's width by the picture's diagonal, as in the paper."""


@dataclass(frozen=True)
class BoundaryScores:
    """Boundary IoU per label in 0..1, NaN if it never occurs, and the mean of those that do.

    Each is the mean over the pictures in which the label occurs, in the truth or in the prediction,
    so that a picture counts the same whatever its size.
    """

    iou: tuple[float, ...]
    mean: float


class BoundaryCounter:
    """Collects pictures, then scores them."""

    def __init__(self, num_labels: int, share: float = SHARE) -> None:
        self._num_labels = num_labels
        self._share = share
        self._rows: list[NDArray[np.float64]] = []

    def add(self, predicted: NDArray[np.uint8], truth: NDArray[np.uint8]) -> None:
        """Count one picture: two maps (H, W) of label indices; truth 255 is left out."""
        valid = truth != IGNORE
        width = band_width(truth.shape, self._share)
        row = np.full(self._num_labels, np.nan)
        for label in range(self._num_labels):
            ours, theirs = predicted == label, truth == label
            if not (ours & valid).any() and not theirs.any():
                continue
            one, other = (band(mask | ~valid, width) & valid for mask in (ours, theirs))
            union = np.count_nonzero(one | other)
            # One label everywhere, in both maps: no border, so none that is wrong.
            row[label] = np.count_nonzero(one & other) / union if union else 1.0
        self._rows.append(row)

    def scores(self) -> BoundaryScores:
        """The scores of all pictures so far."""
        if not self._rows:
            raise ValueError("No picture was counted.")
        iou = tuple(_mean(column) for column in np.stack(self._rows).T)
        return BoundaryScores(iou, _mean(np.array(iou)))


def band_width(size_hw: tuple[int, ...], share: float = SHARE) -> int:
    """The width in pixels of the band in a picture of this size; at least 1."""
    return max(1, round(share * math.hypot(size_hw[0], size_hw[1])))


def band(mask: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """The pixels of a mask (H, W) at most `width` rows or columns from its end.

    The picture's own edge is no end: nobody knows how the object goes on there.
    """
    side = 2 * width + 1
    inner = cv2.erode(
        mask.view(np.uint8), np.ones((side, side), np.uint8), borderType=cv2.BORDER_REPLICATE
    )
    result: NDArray[np.bool_] = mask & ~inner.view(np.bool_)
    return result


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
