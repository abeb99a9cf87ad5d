"""How often each label occurs in a list: what its weights can have learned, and what is rare."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import ListDataset
from engine.datasets.truth import Truth
from engine.errors import DatasetError, SourceError
from engine.jobs import CancelToken, Progress
from engine.values import IGNORE, Label


def label_counts(
    dataset: ListDataset, *, progress: Progress, cancel: CancelToken
) -> NDArray[np.int32]:
    """Of each sample the objects of each label, (N, K) int32; the pixels in a label map, and 1 for
    the label that the whole picture has.

    A sample that cannot be read has none: an epoch says what is wrong with it.
    """
    found = np.zeros((len(dataset), len(dataset.labels)), np.int32)
    text = "Counting the labels"
    for index in range(len(dataset)):
        cancel.check()
        progress(index, len(dataset), text)
        try:
            truth = dataset.truth(index)
        except (DatasetError, SourceError):
            continue
        found[index] = _counts(truth, len(dataset.labels))
    progress(len(dataset), len(dataset), text)
    return found


def by_name(
    counts: NDArray[np.int32], labels: Sequence[Label], *, of_maps: bool = False
) -> dict[str, int]:
    """The sums of the counts (N, K), as a card keeps them; of label maps the pictures count that
    have a label."""
    totals = (counts > 0 if of_maps else counts).sum(axis=0, dtype=np.int64).tolist()
    return {label.name: total for label, total in zip(labels, totals, strict=True)}


def _counts(truth: Truth, labels: int) -> NDArray[np.int64]:
    """How often one sample has each label, (K,)."""
    if truth.ids is not None:
        return np.bincount(truth.ids.ravel(), minlength=IGNORE + 1)[:labels]
    indices = truth.indices if truth.label is None else np.array([truth.label])
    return np.bincount(indices[indices != IGNORE], minlength=labels)
