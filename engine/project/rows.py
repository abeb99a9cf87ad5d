"""Annotations and Samples as rows of the database, and back."""

from collections.abc import Sequence
from typing import Any

from engine.project import regions
from engine.values import Annotation, Mask, Region, Sample

COLUMNS = "id, position, is_proposal, label, origin, score, track, z, attributes, region"
MARKS = ", ".join("?" * 10)
_LARGE = 1 << 22

Row = tuple[Any, ...]
"""An annotation as `COLUMNS` has it; the last is the number of its Region."""


def row_of(annotation: Annotation, position: int, is_proposal: int, region: int) -> Row:
    """An annotation as a row."""
    a = annotation
    attributes = regions.attributes_text(a.attributes)
    score = None if a.score is None else float(a.score)
    flags = (position, is_proposal, a.label_id, a.origin, score, a.track, a.z)
    return (a.id, *flags, attributes, region)


def annotation_of(row: Sequence[Any], region: Region) -> Annotation:
    """The annotation of a row."""
    annotation_id, _, _, label, origin, score, track, z, attributes, _ = row
    extra = regions.attributes_of(attributes)
    return Annotation(region, label, origin, score, track, z, extra, annotation_id)


def flags_of(sample: Sample) -> Row:
    """What a frame's row says of its Sample."""
    return (*sample.size_hw, sample.state.value, regions.attributes_text(sample.attributes))


def region_of(number: int, kind: str, data: bytes) -> tuple[int, Region]:
    """The Region of a row, with its number."""
    return number, regions.decode(kind, data)


def is_size(height: object, width: object) -> bool:
    """Whether a picture may be so large."""
    return isinstance(height, int) and isinstance(width, int) and min(height, width) >= 0


def is_same(a: Region, b: Region) -> bool:
    """Whether two Regions are equal; large masks are not compared pixel by pixel for that."""
    if a is b or not (isinstance(a, Mask) and isinstance(b, Mask) and a.pixels.size > _LARGE):
        return a is b or a == b
    return False
