"""Label weights by median frequency, so that rare labels count as much as common ones.

Eigen & Fergus: "Predicting Depth, Surface Normals and Semantic Labels with a Common Multi-Scale
Convolutional Architecture", ICCV 2015; SegNet and many after it use them.
"""

import numpy as np
from numpy.typing import NDArray


def median_frequency(counts: NDArray[np.int32]) -> tuple[float, ...]:
    """One weight per label, from its pixels in each picture (N, K): the median of all frequencies
    through the label's own.

    A frequency is the label's share of the pixels of those pictures in which it occurs; ignored
    pixels count nowhere. A label that never occurs weighs 1.
    """
    whole = counts.sum(axis=1, keepdims=True, dtype=np.int64)  # (N, 1)
    return weights_of(counts.sum(axis=0, dtype=np.int64), (whole * (counts > 0)).sum(axis=0))


def weights_of(pixels: NDArray[np.int64], around: NDArray[np.int64]) -> tuple[float, ...]:
    """The weights from each label's pixels and those of the pictures it is in, (K,) both."""
    occurs = pixels > 0
    if not occurs.any():
        return (1.0,) * len(pixels)
    frequency = pixels[occurs] / around[occurs]
    weights = np.ones(len(pixels))
    weights[occurs] = np.median(frequency) / frequency
    return tuple(weights.tolist())
