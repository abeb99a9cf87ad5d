"""Edits that give selected annotations another shape: pure functions Sample -> Sample."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce
from uuid import uuid4

from engine.annotations import edits
from engine.formats.objects import without_group
from engine.regions import masks, shaping
from engine.values import Mask, Polygon, Polyline, Region, Sample

Shape = Callable[[Region], Region]


def reshape(sample: Sample, ids: Sequence[str], shape: Shape) -> Sample:
    """Give each of these annotations the shape that comes of its Region."""
    chosen = set(ids)
    found = (a for a in (*sample.annotations, *sample.proposals) if a.id in chosen)
    return edits.set_regions(sample, {a.id: shape(a.region) for a in found})


def fill_holes(sample: Sample, ids: Sequence[str]) -> Sample:
    """Without holes."""
    return reshape(sample, ids, shaping.filled)


def keep_largest(sample: Sample, ids: Sequence[str]) -> Sample:
    """Of each, its largest part."""
    return reshape(sample, ids, partial(shaping.largest, size_hw=sample.size_hw))


def grow(sample: Sample, ids: Sequence[str], by: int) -> Sample:
    """By so many pixels all around; less than none shrinks."""
    return reshape(sample, ids, partial(shaping.grown, by=by, size_hw=sample.size_hw))


def smooth(sample: Sample, ids: Sequence[str]) -> Sample:
    """With rounded outlines."""
    return reshape(sample, ids, partial(shaping.smoothed, size_hw=sample.size_hw))


def simplify(sample: Sample, ids: Sequence[str], by: float = shaping.SIMPLER) -> Sample:
    """With fewer corners: so many pixels a new outline may be from the old one."""
    return reshape(sample, ids, partial(shaping.simplified, size_hw=sample.size_hw, by=by))


def to_masks(sample: Sample, ids: Sequence[str]) -> Sample:
    """As the pixels they are."""
    return reshape(sample, ids, partial(shaping.to_mask, size_hw=sample.size_hw))


def to_polygons(sample: Sample, ids: Sequence[str]) -> Sample:
    """As outlines with exactly their pixels; a Mask of several parts stays one."""
    return reshape(sample, ids, shaping.to_polygon)


def split_parts(sample: Sample, ids: Sequence[str]) -> Sample:
    """An annotation for each part; the largest stays what it was."""
    for annotation_id in ids:
        found = sample.find(annotation_id)
        if found is not None:
            sample = replace_by(sample, annotation_id, shaping.parts(found.region, sample.size_hw))
    return sample


def replace_by(sample: Sample, annotation_id: str, regions: Sequence[Region]) -> Sample:
    """The annotation with the first of these Regions, and others like it with the rest, which are
    objects by themselves: in no track and no group."""
    after = edits.set_region(sample, annotation_id, regions[0])
    found = after.find(annotation_id)
    if found is None or after is sample:
        return sample
    alone = without_group(replace(found, track=None))
    more = [replace(alone, region=region, id=uuid4().hex) for region in regions[1:]]
    return edits.add(after, more) if more else after


def make_hole(sample: Sample, annotation_id: str, hole: Polygon) -> Sample:
    """Without the pixels of an outline; as it is where nothing would be left."""
    found = sample.find(annotation_id)
    region = found and shaping.with_hole(found.region, hole, sample.size_hw)
    return edits.set_region(sample, annotation_id, region) if region else sample


def unite(sample: Sample, ids: Sequence[str]) -> Sample:
    """All in the first of them."""
    return _combined(sample, ids, masks.join_all)


def intersect(sample: Sample, ids: Sequence[str]) -> Sample:
    """What all share in the first of them; as it is where they share nothing."""
    return _combined(sample, ids, partial(reduce, shaping.intersect))


def subtract(sample: Sample, ids: Sequence[str]) -> Sample:
    """The first without the others, which stay; as it is where nothing would be left of it."""
    return _combined(sample, ids, partial(reduce, masks.subtract), keeps_others=True)


def _combined(
    sample: Sample,
    ids: Sequence[str],
    combine: Callable[[list[Mask | None]], Mask | None],
    *,
    keeps_others: bool = False,
) -> Sample:
    given = [a for a in map(sample.find, ids) if a is not None]
    found = [
        a for a in given if not isinstance(a.region, Polyline)
    ]  # They have no pixels, and stay.
    if len(found) < 2:
        return sample
    pixels = [masks.region_to_mask(a.region, sample.size_hw) for a in found]
    mask = combine(pixels)
    region = shaping.like(found[0].region, mask)
    if region is None or (mask == pixels[0] and keeps_others):
        return sample
    after = edits.set_region(sample, found[0].id, region)
    return after if keeps_others else edits.delete(after, {a.id for a in found[1:]})
