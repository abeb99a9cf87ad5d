"""Pictures of rare labels come more than once in an epoch.

Gupta, Dollar, Girshick: "LVIS: A Dataset for Large Vocabulary Instance Segmentation", CVPR 2019,
section 5: a label that a share f of the pictures has is repeated max(1, root(t / f)) times, a
picture as often as the rarest of its labels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Repeats:
    """How often each sample comes in an epoch: `factors` (N,) float64, 1 and more.

    `len()` is how many an epoch has, the same for every epoch.
    """

    factors: NDArray[np.float64]

    def __len__(self) -> int:
        return round(float(self.factors.sum()))

    def draw(self, generator: np.random.Generator) -> NDArray[np.int64]:
        """An epoch's sample indices, in rising order: each as often as its factor says, and once
        more with the probability of what is left (systematic sampling)."""
        ends = np.cumsum(self.factors) * (len(self) / self.factors.sum())
        at = np.arange(len(self)) + generator.random()
        return np.searchsorted(ends, at, side="right").clip(max=len(self.factors) - 1)


def repeats_of(counts: NDArray[np.int32], threshold: float) -> Repeats | None:
    """The repeats of samples that have each label so often, (N, K); None with a threshold of 0."""
    if threshold == 0:
        return None
    present = counts > 0
    wanted = np.sqrt(threshold / np.maximum(present.mean(axis=0), 1 / max(1, len(counts))))
    factors = np.where(present, np.maximum(1.0, wanted), 1.0).max(axis=1, initial=1.0)
    return Repeats(factors)
