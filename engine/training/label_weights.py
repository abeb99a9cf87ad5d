"""Label weights by median frequency, so that rare labels count as much as common ones.

Eigen & Fergus: "Predicting Depth, Surface Normals and Semantic Labels with a Common Multi-Scale
Convolutional Architecture", ICCV 2015; SegNet and many after it use them.
"""

import numpy as np

from engine.datasets.dataset import ListDataset
from engine.jobs import CancelToken, Progress
from engine.values import IGNORE


def median_frequency(
    dataset: ListDataset, num_labels: int, *, progress: Progress, cancel: CancelToken
) -> tuple[float, ...]:
    """One weight per label: the median of all frequencies through the label's own.

    A frequency is the label's share of the pixels of those pictures in which it occurs; ignored
    pixels count nowhere. A label that never occurs weighs 1. The pass fills the dataset's cache, so
    the first epoch need not decode again.
    """
    pixels = np.zeros(num_labels)
    around = np.zeros(num_labels)  # pixels of the pictures in which the label occurs
    for index in range(len(dataset)):
        cancel.check()
        progress(index, len(dataset), "Counting the labels")
        ids = dataset.read(index)[1].ids
        if ids is None:
            continue
        counts = np.bincount(ids[ids != IGNORE].ravel(), minlength=num_labels)
        pixels += counts
        around += counts.sum() * (counts > 0)
    return weights_of(pixels, around)


def weights_of(pixels: np.ndarray, around: np.ndarray) -> tuple[float, ...]:
    """The weights from each label's pixels and those of the pictures it is in, (K,) both."""
    occurs = pixels > 0
    if not occurs.any():
        return (1.0,) * len(pixels)
    frequency = pixels[occurs] / around[occurs]
    weights = np.ones(len(pixels))
    weights[occurs] = np.median(frequency) / frequency
    return tuple(weights.tolist())
