"""Every edit as a function Sample -> Sample; an Edit pairs one with its text.

What a person changes becomes theirs: origin "person", no score, and a proposal so changed becomes
an annotation. An edit that changes nothing gives back the very same Sample.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.annotations.emptiness import with_mark
from engine.annotations.limits import all_inside, inside_frame, within
from engine.attributes import value_of, with_value
from engine.regions import masks
from engine.regions.extents import extents
from engine.tracks.keyframes import waiting
from engine.values import (
    PERSON,
    Annotation,
    Box,
    Mask,
    Polygon,
    Polyline,
    Region,
    Sample,
    SampleState,
)

Overlap = Literal["keep", "replace"]
"""Whether a painted mask leaves other masks' pixels alone or takes them over."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One undo step: the text shown, and what it does to a Sample."""

    text: str
    function: Callable[[Sample], Sample]

    def __call__(self, sample: Sample) -> Sample:
        """The Sample afterwards."""
        return self.function(sample)


def add(sample: Sample, annotations: Annotation | Iterable[Annotation]) -> Sample:
    """Add one or several drawn or pasted annotations on top, cut to the frame."""
    new = (annotations,) if isinstance(annotations, Annotation) else tuple(annotations)
    top = max((a.z for a in sample.annotations), default=0)
    cut = zip(new, all_inside([a.region for a in new], sample.size_hw), strict=True)
    kept = tuple(
        a if region is a.region and a.z >= top else replace(a, region=region, z=max(a.z, top))
        for a, region in cut
        if region is not None
    )
    return _drawn(sample, (*sample.annotations, *kept)) if kept else sample


def delete(sample: Sample, ids: Collection[str]) -> Sample:
    """Delete annotations and proposals."""
    return _without(sample, set(ids))


def move(sample: Sample, ids: Collection[str], dx: float, dy: float) -> Sample:
    """Move annotations together, as far as the frame lets all of them stay inside."""
    chosen = set(ids)
    moved = [a for a in (*sample.annotations, *sample.proposals) if a.id in chosen]
    if not moved:
        return sample
    regions = [a.region for a in moved]
    edges = extents([masks.tight(r) or r if isinstance(r, Mask) else r for r in regions])
    dx = within(dx, edges[:, 0].min(), edges[:, 2].max(), sample.size_hw[1])
    dy = within(dy, edges[:, 1].min(), edges[:, 3].max(), sample.size_hw[0])
    if any(isinstance(a.region, Mask) for a in moved):
        dx, dy = float(int(dx)), float(int(dy))  # towards zero, so that all stay inside
    if dx == dy == 0:
        return sample
    return _changed(sample, {a.id: _own(a, shifted(a.region, dx, dy)) for a in moved})


def set_region(sample: Sample, annotation_id: str, region: Region | None) -> Sample:
    """Give an annotation another Region, cut to the frame; None deletes it."""
    found = sample.find(annotation_id)
    inside = inside_frame(region, sample.size_hw) if region is not None else None
    if found is None or found.region == region:
        return sample
    if inside is None:
        return delete(sample, {annotation_id})
    return _changed(sample, {found.id: _own(found, inside)})


def set_regions(sample: Sample, regions: Mapping[str, Region]) -> Sample:
    """Give annotations other Regions, by their ids, cut to the frame; of what lies outside the
    annotation goes."""
    new: dict[str, Annotation] = {}
    gone: set[str] = set()
    changed = [a for a in _found(sample, regions) if regions[a.id] != a.region]
    cut = all_inside([regions[a.id] for a in changed], sample.size_hw)
    for annotation, inside in zip(changed, cut, strict=True):
        if inside is None:
            gone.add(annotation.id)
        else:
            new[annotation.id] = _own(annotation, inside)
    return _without(_changed(sample, new), gone)


def relabel(sample: Sample, ids: Collection[str], label_id: int) -> Sample:
    """Give annotations another label."""
    new = {
        a.id: replace(_own(a, a.region), label_id=label_id)
        for a in _found(sample, ids)
        if a.label_id != label_id
    }
    return _changed(sample, new)


def set_attribute(sample: Sample, ids: Collection[str], name: str, value: str) -> Sample:
    """Let annotations say this of themselves; "" takes it away."""
    new = {
        a.id: replace(_own(a, a.region), attributes=with_value(a.attributes, name, value))
        for a in _found(sample, ids)
        if value_of(a.attributes, name) != value
    }
    return _changed(sample, new)


def accept(sample: Sample, ids: Collection[str]) -> Sample:
    """Turn proposals into annotations; they keep their origin and score."""
    chosen = set(ids)
    return _changed(sample, {a.id: a for a in sample.proposals if a.id in chosen})


def accept_all(
    sample: Sample, min_score: float = 0.0, among: Collection[str] | None = None
) -> Sample:
    """Accept every proposal, of these if any are named, that has at least this score, or none."""
    good = {a.id for a in sample.proposals if a.score is None or a.score >= min_score}
    return accept(sample, good if among is None else good.intersection(among))


def reject(sample: Sample, ids: Collection[str]) -> Sample:
    """Remove proposals; annotations stay."""
    return _without(sample, {a.id for a in sample.proposals}.intersection(ids))


def reject_all(sample: Sample) -> Sample:
    """Remove every proposal."""
    return reject(sample, {a.id for a in sample.proposals})


def set_proposals(
    sample: Sample, proposals: Iterable[Annotation], size_hw: tuple[int, int] | None = None
) -> Sample:
    """Replace the waiting proposals of models; what was followed through a video goes on waiting,
    and what a person drew or accepted is never touched."""
    new = tuple(proposals)
    ids = {a.id for a in new}
    kept = tuple(a for a in waiting(sample) if a.id not in ids)
    is_untouched = sample.state in (SampleState.NEW, SampleState.PREDICTED)
    state = SampleState.PREDICTED if is_untouched else sample.state
    size = sample.size_hw if size_hw is None else size_hw
    return replace(sample, proposals=(*kept, *new), state=state, size_hw=size)


def set_state(sample: Sample, state: SampleState) -> Sample:
    """Say how far the work on this Sample has come."""
    return sample if sample.state is state else replace(sample, state=state)


def set_size(sample: Sample, size_hw: tuple[int, int]) -> Sample:
    """Note the size of the picture, once somebody has read it."""
    return sample if sample.size_hw == size_hw else replace(sample, size_hw=size_hw)


def paint(sample: Sample, annotation: Annotation, mask: Mask, overlap: Overlap = "keep") -> Sample:
    """Add a stroke to an annotation's pixels, or begin it with them.

    `annotation` is one of the Sample, or a new one whose own region is not used.
    """
    found = sample.find(annotation.id)
    stroke = masks.clip_mask(mask, sample.size_hw) if 0 not in sample.size_hw else mask
    if stroke is None:
        return sample
    before = masks.region_to_mask(found.region, sample.size_hw) if found else None
    region = masks.join(before, stroke)
    if overlap == "replace":
        others = {a.id for a in sample.annotations if not isinstance(a.region, Box)}
        sample = erase(sample, others - {annotation.id}, stroke)
    if region is None or (found and region is before):
        return sample
    if found is None:
        return add(sample, replace(annotation, region=region))
    return _changed(sample, {found.id: _own(found, region)})


def erase(sample: Sample, ids: Collection[str], mask: Mask) -> Sample:
    """Take a stroke away from Masks and Polygons; what has no pixels left is deleted."""
    new: dict[str, Annotation] = {}
    gone: set[str] = set()
    for annotation in (*sample.annotations, *sample.proposals):
        if annotation.id not in ids or not _may_share(annotation.region, mask):
            continue
        before = masks.region_to_mask(annotation.region, sample.size_hw)
        after = masks.subtract(before, mask)
        if after is None:
            gone.add(annotation.id)
        elif after is not before:
            new[annotation.id] = _own(annotation, after)
    return _without(_changed(sample, new), gone)


def to_front(sample: Sample, ids: Collection[str]) -> Sample:
    """Draw these annotations over all others."""
    top = max((a.z for a in sample.annotations if a.id not in ids), default=None)
    return sample if top is None else _restack(sample, ids, top + 1)


def to_back(sample: Sample, ids: Collection[str]) -> Sample:
    """Draw these annotations below all others."""
    bottom = min((a.z for a in sample.annotations if a.id not in ids), default=None)
    return sample if bottom is None else _restack(sample, ids, bottom - 1)


def shifted(region: Region, dx: float, dy: float) -> Region:
    """The same Region elsewhere; Masks move by whole pixels."""
    if isinstance(region, Box):
        return Box(region.x1 + dx, region.y1 + dy, region.x2 + dx, region.y2 + dy)
    if isinstance(region, Mask):
        return Mask(region.left + round(dx), region.top + round(dy), region.pixels)
    step = np.array([dx, dy])
    if isinstance(region, Polyline):
        return Polyline(region.points_xy + step)
    return Polygon(region.points_xy + step, tuple(hole + step for hole in region.holes))


def _restack(sample: Sample, ids: Collection[str], z: int) -> Sample:
    stacked = tuple(replace(a, z=z) if a.id in ids else a for a in sample.annotations)
    return sample if stacked == sample.annotations else _drawn(sample, stacked)


def _found(sample: Sample, ids: Collection[str]) -> list[Annotation]:
    """The annotations and proposals with these ids, in the order of the Sample."""
    wanted = set(ids)
    return [a for a in (*sample.annotations, *sample.proposals) if a.id in wanted]


def _own(annotation: Annotation, region: Region) -> Annotation:
    """The annotation as a person has changed it."""
    return replace(annotation, region=region, origin=PERSON, score=None)


def _drawn(sample: Sample, annotations: tuple[Annotation, ...]) -> Sample:
    if annotations:
        sample = with_mark(sample, on=False)  # It is not empty any more.
    return replace(sample, annotations=annotations, state=SampleState.CORRECTED)


def _changed(sample: Sample, new: dict[str, Annotation]) -> Sample:
    """With these annotations in place of their older selves; changed proposals are accepted."""
    if not new:
        return sample
    kept = tuple(new.get(a.id, a) for a in sample.annotations)
    accepted = tuple(new[a.id] for a in sample.proposals if a.id in new)
    waiting = tuple(a for a in sample.proposals if a.id not in new)
    return _drawn(replace(sample, proposals=waiting), (*kept, *accepted))


def _without(sample: Sample, ids: Collection[str]) -> Sample:
    kept = tuple(a for a in sample.annotations if a.id not in ids)
    waiting = tuple(a for a in sample.proposals if a.id not in ids)
    if len(kept) == len(sample.annotations) and len(waiting) == len(sample.proposals):
        return sample
    return _drawn(replace(sample, proposals=waiting), kept)


def _may_share(region: Region, mask: Mask) -> bool:
    """Whether a Mask or Polygon is near enough to another Mask to share pixels with it."""
    if isinstance(region, Mask):
        return masks.shared_rect(region, mask) is not None
    if isinstance(region, Box | Polyline):
        return False
    height, width = mask.pixels.shape
    x1, y1 = region.points_xy.min(axis=0).tolist()
    x2, y2 = region.points_xy.max(axis=0).tolist()
    is_beside = x2 < mask.left or x1 > mask.left + width
    return not (is_beside or y2 < mask.top or y1 > mask.top + height)
