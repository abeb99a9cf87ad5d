"""How often a picture's label is met: by the best label, by one of the five best, per label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values import IGNORE

TOP = 5


@dataclass(frozen=True)
class ClassificationScores:
    """Shares in 0..1; `recall` per label is NaN where the label never occurs in the truth.

    `confusion[t][p]` counts the pictures of label index t that were called p.
    """

    top1: float
    top5: float
    recall: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]
    images: int


class ClassificationCounter:
    """Collects pictures, then scores them."""

    def __init__(self, num_labels: int) -> None:
        self._confusion = np.zeros((num_labels, num_labels), np.int64)
        self._among_best = 0
        self.count = 0

    def add(self, scores: NDArray[np.float32], truth: int) -> int | None:
        """Count one picture by its scores (K,); the truth's place among them, 0 the best.

        None for a truth of 255, which is counted as a picture but in no score.
        """
        self.count += 1
        if truth == IGNORE:
            return None
        best_first = np.argsort(-scores, kind="stable")
        place = int(np.flatnonzero(best_first == truth)[0])
        self._confusion[truth, best_first[0]] += 1
        self._among_best += place < TOP
        return place

    def scores(self) -> ClassificationScores:
        """The scores of all pictures so far; 0 where none had a label."""
        right, wanted = self._confusion.diagonal(), self._confusion.sum(axis=1)
        recall = np.full(len(right), np.nan)
        np.divide(right, wanted, out=recall, where=wanted > 0)
        labelled = max(int(wanted.sum()), 1)
        return ClassificationScores(
            top1=float(right.sum() / labelled),
            top5=self._among_best / labelled,
            recall=tuple(recall.tolist()),
            confusion=tuple(tuple(row) for row in self._confusion.tolist()),
            images=self.count,
        )
