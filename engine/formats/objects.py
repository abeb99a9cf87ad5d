"""Annotations that are parts of one object, and the object as one Region where a layout wants that.

Parts share their label and their group, and are outlines, or masks. A Box or a line is an object by
itself.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from engine.formats.registry import Carries
from engine.regions.map_strips import strips_of
from engine.regions.masks import join, region_to_mask
from engine.values import Annotation, Mask, Polygon, Region

GROUP = "group"
"""The attribute that parts of one object share; its value is any text."""
_MOST_PAIRS = 1 << 16
_Kind = TypeVar("_Kind", Polygon, Mask)


def group_of(annotation: Annotation) -> str | None:
    """What this Annotation shares with the other parts of its object."""
    return next((value for key, value in annotation.attributes if key == GROUP), None)


def with_own_groups(
    given: Iterable[Annotation], others: Iterable[Annotation]
) -> tuple[Annotation, ...]:
    """The given in groups that none of the others has: they are no parts of their objects."""
    found, own = tuple(given), {group_of(a) for a in others}
    taken = own | {group_of(a) for a in found}
    new: dict[str, str] = {}
    for group in (group_of(a) for a in found):
        if group is not None and group in own and group not in new:
            new[group] = next(str(n) for n in itertools.count(1) if str(n) not in taken)
            taken.add(new[group])
    return tuple(_regrouped(a, new) for a in found)


def with_own_ids(
    given: Iterable[Annotation], others: Iterable[Annotation]
) -> tuple[Annotation, ...]:
    """The given under ids that none of the others has."""
    taken = {a.id for a in others}
    return tuple(replace(a, id=uuid4().hex) if a.id in taken else a for a in given)


def without_group(annotation: Annotation) -> Annotation:
    """The same as an object by itself."""
    return _regrouped(annotation, {group_of(annotation) or "": ""})


def _regrouped(annotation: Annotation, groups: Mapping[str, str]) -> Annotation:
    """In the group that its own becomes, in none where that is empty."""
    group = group_of(annotation)
    if group is None or group not in groups:
        return annotation
    pairs = ((k, groups[group] if k == GROUP else v) for k, v in annotation.attributes)
    return replace(annotation, attributes=tuple(p for p in pairs if p != (GROUP, "")))


def objects_of(annotations: Iterable[Annotation]) -> list[list[Annotation]]:
    """The parts of each object, lowest first: outlines, or masks, of one label and group.

    A Box or a line is an object by itself, as is whatever has no group.
    """
    objects: dict[object, list[Annotation]] = {}
    for annotation in sorted(annotations, key=lambda a: a.z):
        group = group_of(annotation)
        is_part = group is not None and isinstance(annotation.region, Polygon | Mask)
        key = (type(annotation.region), annotation.label_id, group) if is_part else annotation.id
        objects.setdefault(key, []).append(annotation)
    return list(objects.values())


def regions_of(parts: Iterable[Annotation], kind: type[_Kind]) -> list[_Kind]:
    """The Regions of an object, if they are of this kind."""
    found: list[Region] = [part.region for part in parts]
    return [region for region in found if isinstance(region, kind)]


def joined(
    parts: Sequence[Annotation], size_hw: tuple[int, int], carries: Carries
) -> tuple[list[Annotation], str]:
    """The parts as one, without a group, for a Format that has none; and how, if it shows."""
    region, how = _one_region(parts, size_hw, carries)
    attributes = {key: value for part in reversed(parts) for key, value in part.attributes}
    attributes.pop(GROUP, None)
    return [replace(parts[0], region=region, attributes=tuple(attributes.items()))], how


def one_outline(parts: Sequence[Polygon]) -> Polygon:
    """One outline along all of them and their holes, by lines there and back that cover no pixel.

    What is inside an odd number of rings is inside (even-odd rule), as everywhere else.
    """
    first, *others = [ring for part in parts for ring in (part.points_xy, *part.holes)]
    ring = first
    for other in others:
        ring = _bridged(ring, other)
    return Polygon(ring)


def covered(annotations: Iterable[Annotation], size_hw: tuple[int, int]) -> set[str]:
    """The ids of those of which no pixel is seen, as others lie above them."""
    ordered = sorted(annotations, key=lambda a: a.z)
    stack = [(a.region, number) for number, a in enumerate(ordered, start=1)]
    counts = np.zeros(len(ordered) + 1, np.int64)
    for strip in strips_of(stack, size_hw):
        counts += np.bincount(strip.ravel(), minlength=len(counts))
    return {a.id for number, a in enumerate(ordered, start=1) if not counts[number]}


def _one_region(
    parts: Sequence[Annotation], size_hw: tuple[int, int], carries: Carries
) -> tuple[Region, str]:
    polygons = regions_of(parts, Polygon)
    if not polygons:
        return _union(regions_of(parts, Mask)) or parts[0].region, ""
    if carries.ring_points is None and carries.regions & {Polygon, Mask}:
        masks = [m for p in polygons if (m := region_to_mask(p, size_hw)) is not None]
        union = _union(masks)
        if union is None:
            return polygons[0], ""
        if Polygon not in carries.regions:
            return union, "written as its pixels"
        # Where parts overlap, one outline along all of them would cover neither.
        if sum(_count(mask) for mask in masks) > _count(union):
            return union, "its overlapping parts joined"
        return one_outline(polygons), f"its {len(polygons)} parts joined by lines without a width"
    # A box around all their points is all that is wanted.
    return Polygon(np.concatenate([polygon.points_xy for polygon in polygons])), ""


def _union(masks: Iterable[Mask]) -> Mask | None:
    union: Mask | None = None
    for mask in masks:
        union = join(union, mask)
    return union


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask.pixels))


def _bridged(ring: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both outlines as one, joined where two of their points are near; of many, some are looked at.

    Any two points would do: the line between them covers no pixel.
    """
    step = math.isqrt(len(ring) * len(other) // _MOST_PAIRS) + 1
    some, others = ring[::step], other[::step]
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None, :]
    i, j = np.unravel_index(int(np.argmin(squares - 2 * some @ others.T)), squares.shape)
    start, end = int(i) * step, int(j) * step
    around = np.concatenate([other[end:], other[: end + 1]])
    return np.concatenate([ring[: start + 1], around, ring[start:]])
