"""A dataset as two tables of numbers, from which everything about it is counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.annotations.emptiness import is_marked_empty
from engine.formats.adapt import GROUP
from engine.jobs import CancelToken, Progress, no_progress
from engine.regions.masks import box_of
from engine.values import (
    Annotation,
    Box,
    FrameId,
    Label,
    Mask,
    Polygon,
    Polyline,
    Region,
    Sample,
    SampleState,
)

OBJECT = np.dtype(
    [
        ("picture", np.int32),
        ("label", np.uint8),
        ("kind", np.uint8),
        ("is_proposal", np.bool_),
        ("is_part", np.bool_),
        ("x1", np.float32),
        ("y1", np.float32),
        ("x2", np.float32),
        ("y2", np.float32),
        ("area", np.float32),
        ("score", np.float32),
    ]
)
"""One Region: the row of its picture, xyxy and area in pixels; the score is NaN without one.

A further part of an object that has several is marked as such, so that it is counted once.
"""

KINDS: tuple[type[Region], ...] = (Box, Polygon, Mask, Polyline)
"""What the numbers under `kind` mean."""


@dataclass(frozen=True, eq=False)
class DatasetTables:
    """Pictures by row, and all their objects.

    `sizes_hw` is (N, 2), 0 where nobody read the picture yet; `states` are indices of SampleState
    in its order.
    """

    labels: tuple[Label, ...]
    frame_ids: tuple[FrameId, ...]
    states: NDArray[np.uint8]
    sizes_hw: NDArray[np.int32]
    is_empty: NDArray[np.bool_]
    objects: NDArray[np.void] = field(repr=False)

    def __len__(self) -> int:
        return len(self.frame_ids)


def read_tables(
    samples: Iterable[Sample],
    labels: tuple[Label, ...],
    *,
    total: int = 0,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> DatasetTables:
    """Count every Sample once; none is kept."""
    order = {state: number for number, state in enumerate(SampleState)}
    frame_ids: list[FrameId] = []
    states: list[int] = []
    sizes: list[tuple[int, int]] = []
    empty: list[bool] = []
    objects: list[tuple[float | int | bool, ...]] = []
    chunks: list[NDArray[np.void]] = []
    for sample in samples:
        if cancel is not None:
            cancel.check()
        row = len(frame_ids)
        frame_ids.append(sample.frame_id)
        states.append(order[sample.state])
        sizes.append(sample.size_hw)
        empty.append(is_marked_empty(sample))
        for is_proposal, group in ((False, sample.annotations), (True, sample.proposals)):
            objects += [
                _row(row, is_proposal, is_part, annotation)
                for is_part, annotation in zip(_parts(group), group, strict=True)
            ]
        if len(objects) > 1 << 16:
            chunks.append(np.array(objects, OBJECT))
            objects = []
        progress(row + 1, total, "")
    chunks.append(np.array(objects, OBJECT))
    return DatasetTables(
        labels,
        tuple(frame_ids),
        np.array(states, np.uint8),
        np.array(sizes, np.int32).reshape(-1, 2),
        np.array(empty, np.bool_),
        np.concatenate(chunks),
    )


def _parts(annotations: Sequence[Annotation]) -> Iterator[bool]:
    """For each, whether it is a further part of an object before it."""
    known: set[tuple[int, str]] = set()
    for annotation in annotations:
        group = dict(annotation.attributes).get(GROUP)
        key = (annotation.label_id, group or annotation.id)
        yield key in known
        known.add(key)


def _row(
    row: int, is_proposal: bool, is_part: bool, annotation: Annotation
) -> tuple[float | int | bool, ...]:
    box, region = box_of(annotation.region), annotation.region
    score = np.nan if annotation.score is None else annotation.score
    kind = KINDS.index(type(region))
    return (row, annotation.label_id, kind, is_proposal, is_part, *box.xyxy, area_of(region), score)


def area_of(region: Region) -> float:
    """Pixels that a Region covers; of an outline by the shoelace formula, holes taken out."""
    if isinstance(region, Polyline):
        return 0.0
    if isinstance(region, Mask):
        return float(np.count_nonzero(region.pixels))
    if isinstance(region, Box):
        return (region.x2 - region.x1) * (region.y2 - region.y1)
    return max(_ring_area(region.points_xy) - sum(map(_ring_area, region.holes)), 0.0)


def _ring_area(points_xy: NDArray[np.float32]) -> float:
    x, y = (points_xy.astype(np.float64) - points_xy[0]).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
