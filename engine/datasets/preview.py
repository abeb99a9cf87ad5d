"""Training samples as a person sees them: changed at random, with their labels painted over."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import ListDataset
from engine.datasets.truth import Truth
from engine.jobs import CancelToken, Progress
from engine.painting.overlay import paint
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    FrameId,
    Label,
    LabelMap,
    Prediction,
    Region,
    Sample,
)

OPACITY = 0.4


@dataclass(frozen=True, eq=False)
class AugmentedSample:
    """One sample as the network is shown it.

    `pixels` (h, w, 3) uint8 RGB, at most the input's size; `painted` the same with its labels over
    it; `truth` the labels themselves, in pixels of these.
    """

    index: int
    pixels: NDArray[np.uint8]
    painted: NDArray[np.uint8]
    truth: Truth


def preview(
    dataset: ListDataset, count: int, *, seed: int, progress: Progress, cancel: CancelToken
) -> list[AugmentedSample]:
    """`count` samples of a list drawn at random, the same for the same seed.

    A list with fewer gives each several times, changed in another way.
    """
    order = np.random.default_rng(seed).permutation(len(dataset)).tolist()
    shown = []
    for number in range(count):
        cancel.check()
        progress(number, count, "")
        round_, place = divmod(number, len(order))
        dataset.epoch = seed * count + round_  # what the random changes depend on
        pixels, truth = dataset.changed(order[place])
        # A picture in its letterbox may be smaller than the map of its labels.
        truth = _cut(truth, pixels.shape[:2])
        shown.append(
            AugmentedSample(order[place], pixels, _painted(pixels, truth, dataset.labels), truth)
        )
    return shown


def _cut(truth: Truth, size_hw: tuple[int, ...]) -> Truth:
    if truth.ids is None:
        return truth
    return Truth(ids=truth.ids[: size_hw[0], : size_hw[1]])


def _painted(
    pixels: NDArray[np.uint8], truth: Truth, labels: tuple[Label, ...]
) -> NDArray[np.uint8]:
    frame, size_hw = FrameId("preview"), (pixels.shape[0], pixels.shape[1])
    if truth.ids is not None:
        seen = Prediction(frame, size_hw, labels, label_map=LabelMap(truth.ids))
        return paint(pixels, seen, labels, opacity=OPACITY)
    if truth.label is not None:
        ranking = ((labels[truth.label].id, 1.0),) if truth.label < len(labels) else ()
        return paint(pixels, Prediction(frame, size_hw, labels, ranking=ranking), labels)
    regions: Sequence[Region] | None = truth.masks
    if regions is None:
        regions = tuple(Box(*map(float, box)) for box in truth.boxes)
    annotations = tuple(
        Annotation(region, label_id=labels[index].id)
        for region, index in zip(regions, truth.indices, strict=True)
        if index != IGNORE
    )
    sample = Sample(frame, size_hw, annotations)
    return paint(pixels, sample, labels, by_object=truth.masks is not None)
