"""Objects from elsewhere as new ones of a Sample: cut to its frame, and beside what is there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from engine.annotations.edits import shifted
from engine.formats.clipping import clipped
from engine.formats.objects import group_of, with_own_groups
from engine.regions.extents import are_inside, extents
from engine.regions.masks import tight
from engine.values import PERSON, Annotation, Mask, Region, Sample

STEP = 10.0
"""Pixels between an object and its copy on the same picture."""
_MOST_STEPS = 200
_WAYS = ((1, 1), (-1, -1), (1, -1), (-1, 1), (1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True)
class Placed:
    """New objects for a Sample, and how many of those given lie outside, or are there already."""

    annotations: tuple[Annotation, ...]
    outside: int = 0
    there: int = 0


def beside(sample: Sample, given: Sequence[Annotation]) -> Placed:
    """Where they were; where the very same object is there already, all a little further on."""
    there, inside = _keys(_all(sample)), _inside(sample, given)
    if any(_key(a) in there for a in inside):
        moved = _moved(sample, given, there)
        inside = _inside(sample, moved)
    placed = with_own_groups(_new(sample, inside), _all(sample))
    return Placed(placed, outside=len(given) - len(inside))


def missing(sample: Sample, given: Sequence[Annotation]) -> Placed:
    """Where they were, without those that are there already."""
    there, inside = _keys(sample.annotations), _inside(sample, given)
    new = [a for a in inside if _key(a) not in there]
    known = {group_of(a) for a in inside if _key(a) in there}  # Their other parts may be missing.
    others = [a for a in _all(sample) if group_of(a) not in known]
    placed = with_own_groups(_new(sample, new), others)
    return Placed(placed, len(given) - len(inside), len(inside) - len(new))


def _all(sample: Sample) -> tuple[Annotation, ...]:
    return (*sample.annotations, *sample.proposals)


def _key(annotation: Annotation) -> tuple[Region, int]:
    """What two objects share that are the same; empty rows around pixels make no difference."""
    region = annotation.region
    return (tight(region) or region) if isinstance(region, Mask) else region, annotation.label_id


def _keys(annotations: Iterable[Annotation]) -> set[tuple[Region, int]]:
    return {_key(a) for a in annotations}


def _inside(sample: Sample, given: Iterable[Annotation]) -> list[Annotation]:
    """What of them lies in the frame, whose size may not be known."""
    if 0 in sample.size_hw:
        return list(given)
    given = tuple(given)
    # The very same Region where all of it is inside.
    inside = are_inside(extents([a.region for a in given]), sample.size_hw).tolist()
    cut = (
        (a, a.region if is_whole else clipped(a.region, sample.size_hw))
        for a, is_whole in zip(given, inside, strict=True)
    )
    return [
        a if region is a.region else replace(a, region=region)
        for a, region in cut
        if region is not None
    ]


def _moved(
    sample: Sample, given: Sequence[Annotation], there: set[tuple[Region, int]]
) -> list[Annotation]:
    """All of them by the same step, the first that leads to a free place inside the frame."""
    edges = extents([a.region for a in given])
    (left, top), (right, bottom) = edges[:, :2].min(0).tolist(), edges[:, 2:].max(0).tolist()
    height, width = sample.size_hw
    steps = [(n * STEP * x, n * STEP * y) for n in range(1, _MOST_STEPS) for x, y in _WAYS]
    fitting = [
        (dx, dy)
        for dx, dy in steps
        if min(left + dx, top + dy) >= 0 and right + dx <= width and bottom + dy <= height
    ]
    for dx, dy in fitting:
        moved = [replace(a, region=shifted(a.region, dx, dy)) for a in given]
        if not any(_key(a) in there for a in moved):
            return moved
    return [replace(a, region=shifted(a.region, STEP, STEP)) for a in given]


def _new(sample: Sample, given: Iterable[Annotation]) -> tuple[Annotation, ...]:
    """Objects of their own that a person has drawn; no track is there twice in a picture."""
    tracks = {a.track for a in _all(sample)}
    return tuple(
        replace(
            a,
            id=uuid4().hex,
            origin=PERSON,
            score=None,
            track=None if a.track in tracks else a.track,
        )
        for a in given
    )
