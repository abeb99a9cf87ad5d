"""How well label maps agree: pixel accuracy, IoU per label, and per picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values import IGNORE


@dataclass(frozen=True)
class SemanticScores:
    """Shares in 0..1. `iou` and `mean_image_iou` hold one number per label, NaN if it never occurs.

    `iou` is over all pixels of all pictures. `mean_image_iou` is the mean over the pictures in
    which the label occurs, in the truth or in the prediction, of that picture's IoU.
    """

    pixel_accuracy: float
    mean_accuracy: float
    miou: float
    iou: tuple[float, ...]
    mean_image_iou: tuple[float, ...]
    images: int


class SemanticCounter:
    """Collects pictures, then scores them."""

    def __init__(self, num_labels: int) -> None:
        self._num_labels = num_labels
        self._matrices: list[NDArray[np.int64]] = []

    def add(self, predicted: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
        """Count one picture, two maps (H, W) of label indices, truth 255 left out; its own miou."""
        valid = truth != IGNORE
        k = self._num_labels
        pairs = truth[valid].astype(np.int64) * k + np.minimum(predicted[valid], k - 1)
        matrix = np.bincount(pairs, minlength=k * k).reshape(k, k)
        self._matrices.append(matrix)
        return _miou(matrix)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Pixels of each label in the truth (K) that were given each label (K)."""
        shape = (self._num_labels, self._num_labels)
        return sum(self._matrices, start=np.zeros(shape, np.int64))

    def scores(self) -> SemanticScores:
        """The scores of all pictures so far."""
        if not self._matrices:
            raise ValueError("No picture was counted.")
        matrices = np.stack(self._matrices)  # (pictures, truth, predicted)
        total = matrices.sum(axis=0)
        right, wanted = total.diagonal(), total.sum(axis=1)
        accuracy = _ratio(right, wanted)
        per_image = np.stack([_iou(matrix) for matrix in matrices])
        return SemanticScores(
            pixel_accuracy=float(right.sum() / max(total.sum(), 1)),
            mean_accuracy=_mean(accuracy),
            miou=_miou(total),
            iou=tuple(_iou(total).tolist()),
            mean_image_iou=tuple(_mean(column) for column in per_image.T),
            images=len(self._matrices),
        )


def _iou(matrix: NDArray[np.int64]) -> NDArray[np.float64]:
    both = matrix.diagonal()
    return _ratio(both, matrix.sum(axis=0) + matrix.sum(axis=1) - both)


def _miou(matrix: NDArray[np.int64]) -> float:
    """The mean IoU of the labels in the truth.

    A label absent from the truth says nothing of the model but its false alarms; it is left out, as
    in the PASCAL VOC and SegNet evaluations.
    """
    return _mean(np.where(matrix.sum(axis=1) > 0, _iou(matrix), np.nan))


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Part / whole, NaN where the whole is 0."""
    result = np.full(len(part), np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


def _mean(values: NDArray[np.float64]) -> float:
    """The mean of the numbers that are there; NaN if none is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
