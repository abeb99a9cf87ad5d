"""Annotations that are parts of one object, for layouts that write an object as a whole."""

from collections.abc import Iterable
from typing import TypeVar

from engine.formats.adapt import GROUP
from engine.values import Annotation, Box, Mask, Polygon, Region

_Kind = TypeVar("_Kind", Polygon, Mask)


def group_of(annotation: Annotation) -> str | None:
    """What this Annotation shares with the other parts of its object."""
    return dict(annotation.attributes).get(GROUP)


def objects_of(annotations: Iterable[Annotation]) -> list[list[Annotation]]:
    """The parts of each object, lowest first: outlines, or masks, of one label and group.

    A Box is an object by itself, as is whatever has no group.
    """
    objects: dict[object, list[Annotation]] = {}
    for annotation in sorted(annotations, key=lambda a: a.z):
        group = group_of(annotation)
        is_part = group is not None and not isinstance(annotation.region, Box)
        key = (type(annotation.region), annotation.label_id, group) if is_part else annotation.id
        objects.setdefault(key, []).append(annotation)
    return list(objects.values())


def regions_of(parts: Iterable[Annotation], kind: type[_Kind]) -> list[_Kind]:
    """The Regions of an object, if they are of this kind."""
    found: list[Region] = [part.region for part in parts]
    return [region for region in found if isinstance(region, kind)]
