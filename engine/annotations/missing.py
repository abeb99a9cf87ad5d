"""Which of given annotations a Sample has already, though drawn or rounded a little otherwise."""

from collections.abc import Iterable

import numpy as np

from engine.annotations.accept import DUPLICATE_IOU, region_iou
from engine.regions.extents import extents
from engine.values import Annotation, Sample

_SAME_IOU = 0.9
"""Of two from one source: what overlaps by less was moved there; more is the rounding of a file."""


def missing_from(
    sample: Sample, annotations: Iterable[Annotation], size_hw: tuple[int, int]
) -> list[Annotation]:
    """Those that a Sample does not have, neither accepted nor proposed. What it has is one of them
    at most: that which it overlaps best."""
    given, there = list(annotations), [*sample.annotations, *sample.proposals]
    reach, reach_there = (extents([a.region for a in some]) for some in (given, there))
    left = np.ones(len(there), np.bool_)
    missing = []
    for annotation, (x1, y1, x2, y2) in zip(given, reach, strict=True):
        low, high = reach_there[:, :2], reach_there[:, 2:]
        near = left & (low <= (x2, y2)).all(axis=1) & (high >= (x1, y1)).all(axis=1)
        overlaps = {n: _overlap(annotation, there[n], size_hw) for n in np.flatnonzero(near)}
        best = max(overlaps, key=overlaps.__getitem__, default=None)
        if best is None or not _is_same(annotation, there[best], overlaps[best]):
            missing.append(annotation)
        else:
            left[best] = False
    return missing


def _overlap(one: Annotation, other: Annotation, size_hw: tuple[int, int]) -> float:
    return region_iou(one.region, other.region, size_hw) if one.label_id == other.label_id else 0.0


def _is_same(one: Annotation, other: Annotation, overlap: float) -> bool:
    return overlap > (_SAME_IOU if one.origin == other.origin else DUPLICATE_IOU)
