"""Pictures of which several label files say something, and not all the same: one is shown."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.annotations.missing import missing_from
from engine.errors import AppError
from engine.formats.open_dataset import OpenDataset
from engine.formats.report import Report
from engine.jobs import CancelToken
from engine.labels import same_labels
from engine.look import LabelsAt, OpenedLabels
from engine.regions.masks import box_of
from engine.values import IGNORE, Annotation, Box, FrameId, Sample

_LOOKED_AT = 20
"""So many pictures of two layouts are compared, spread over all that both name."""


@dataclass(frozen=True, slots=True)
class Contested:
    """Labels of so many pictures that are not shown, as others are, which say something else."""

    shown: LabelsAt
    hidden: LabelsAt
    count: int


def contested(
    opened: OpenedLabels, edited: Collection[FrameId], cancel: CancelToken
) -> tuple[Contested, ...]:
    """For each layout the first one that stands before it and differs from it. Pictures that were
    edited here are decided."""
    rows = [(at, dataset, _said(dataset)) for at, dataset in opened.chosen]
    others = [(at, at.opened, _said(at.opened)) for at in opened.others if at.opened is not None]
    found: list[Contested] = []
    for place, (at, dataset, frames) in enumerate([*rows, *others]):
        for first, shown, known in rows[:place]:
            cancel.check()
            shared = [i for i in frames if i in known and i not in edited]
            is_alike = shown.is_layered is dataset.is_layered
            if is_alike and any(_differ(shown, dataset, i) for i in _some(shared)):
                found.append(Contested(first, at, len(shared)))
                break
    return tuple(found)


def _said(dataset: OpenDataset) -> dict[FrameId, None]:
    return {i: None for i in dataset.frame_ids if i not in dataset.unlabelled}


def _some(frames: Sequence[FrameId]) -> Sequence[FrameId]:
    return frames[:: max(1, -(-len(frames) // _LOOKED_AT))]


def _differ(one: OpenDataset, other: OpenDataset, frame_id: FrameId) -> bool:
    """Whether a picture has objects in one that are not in the other. What cannot be read says
    nothing."""
    try:
        samples = one.read(frame_id, Report()), other.read(frame_id, Report())
    except AppError:
        return False
    ids = {IGNORE: IGNORE} | {i: x.id for i, x in same_labels(other.labels, one.labels).items()}
    has_boxes = any(isinstance(a.region, Box) for sample in samples for a in sample.annotations)
    mine, theirs = ([*_plain(sample, as_boxes=has_boxes)] for sample in samples)
    if any(a.label_id not in ids for a in theirs):
        return True
    theirs = [replace(a, label_id=ids[a.label_id]) for a in theirs]
    return any(
        missing_from(replace(samples[0], annotations=tuple(there)), given, samples[0].size_hw)
        for there, given in ((mine, theirs), (theirs, mine))
    )


def _plain(sample: Sample, *, as_boxes: bool) -> Iterator[Annotation]:
    """Its objects, where they are: as boxes if one of the layouts knows no more."""
    for a in sample.annotations:
        yield Annotation(box_of(a.region) if as_boxes else a.region, a.label_id, origin=a.origin)
