"""A Sample brought to what a Format can hold, with a remark for everything that it loses.

Writers therefore meet only what they can write, and none of them drops anything by itself.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import cv2
import numpy as np

from engine.formats.clipping import LEAST, clipped
from engine.formats.coco_ids import IMAGE
from engine.formats.lines import line_in
from engine.formats.objects import GROUP, covered, joined, objects_of, one_outline
from engine.formats.open_dataset import ORIGIN
from engine.formats.registry import Carries
from engine.formats.report import Report, sample_name
from engine.labels import is_background
from engine.regions.masks import box_of, mask_to_polygons, region_to_mask, tight
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    Label,
    Mask,
    Polygon,
    Polyline,
    Region,
    Sample,
    word_for,
)
from engine.words import counted

__all__ = ["GROUP", "NO_AREA", "adapt", "cannot_hold"]
NO_AREA = "a line or a point has no area"


def adapt(sample: Sample, carries: Carries, labels: Sequence[Label], report: Report) -> Sample:
    """The Sample as this Format can hold it, its objects noted as kept, converted or skipped.

    Proposals are left out: nobody accepted them. `size_hw` of the Sample must be known.
    """
    name = sample_name(sample.frame_id)
    if sample.proposals:
        report.skip(name, "proposals", "nobody accepted them yet", len(sample.proposals))
    known = {label.id for label in labels}
    nothing = {label.id for label in labels if carries.is_layered and is_background(label)}
    melts = not (carries.is_layered or carries.groups)
    found: list[tuple[_Noter, list[Annotation]]] = []
    for parts in [[a] for a in sample.annotations] if melts else objects_of(sample.annotations):
        noter = _Noter(report, name, parts[0])
        if len(parts) > 1 and not carries.groups:
            parts, how = joined(parts, sample.size_hw, carries)
            noter.convert(how)
        written: list[Annotation] = []
        for annotation in parts:
            if why := cannot_hold(annotation, carries, known):
                noter.skip(why)
            elif annotation.label_id in nothing:
                noter.skip("its label is the background, and this format holds objects")
            elif line_in(annotation.region) is not None and not carries.lines:
                noter.skip(NO_AREA)
            else:
                written += _adapted(annotation, sample.size_hw, carries, noter)
        found.append((noter, written))
    shown = found if melts or carries.is_layered else _uncovered(found, sample.size_hw)
    for noter, written in shown:
        noter.close(is_written=bool(written))
    result = tuple(annotation for _, written in shown for annotation in written)
    kept = tuple(p for p in sample.attributes if _holds(carries.sample_attributes, p[0]))
    lost = [pair[0] for pair in sample.attributes if pair not in kept and pair[0] != IMAGE]
    if lost:
        report.convert(name, "picture", f"without its attributes ({', '.join(lost)})", 0)
    return replace(sample, annotations=result, proposals=(), attributes=kept)


def _holds(names: bool | frozenset[str], name: str) -> bool:
    return names if isinstance(names, bool) else name in names


def cannot_hold(annotation: Annotation, carries: Carries, known: Collection[int]) -> str:
    """Why this Format has no place for an object that is there; empty where it has one.

    A picture written without it says of its pixels that nothing is there.
    """
    if annotation.label_id == IGNORE and not carries.ignored:
        return "this format has no place for ignored regions"
    if annotation.label_id not in known and annotation.label_id != IGNORE:
        return f"no label has the id {annotation.label_id}"
    if isinstance(annotation.region, Box) and not carries.regions & {Box, Polygon}:
        return "a box has no outline: draw a mask, or choose a format of boxes"
    return ""


class _Noter:
    """Notes what becomes of one object."""

    def __init__(self, report: Report, sample: str, annotation: Annotation) -> None:
        self._report, self._sample = report, sample
        self._what = word_for(annotation.region)
        self._changes: list[str] = []
        self._reasons: list[str] = []

    @property
    def is_skipped(self) -> bool:
        """Whether it, or a part of it, is not written."""
        return bool(self._reasons)

    def convert(self, how: str) -> None:
        """It is written, but not as it was, if this says how."""
        self._changes += [how] if how else []

    def skip(self, why: str) -> None:
        """It, or a part of it, is not written."""
        self._reasons.append(why)

    def close(self, *, is_written: bool) -> None:
        """The object is dealt with; parts of it that are written alike are noted once."""
        if not is_written:
            self._report.skip(self._sample, self._what, self._reasons[0])
            return
        changes = [*self._changes, *(f"without a part: {why}" for why in self._reasons)]
        if changes:
            self._report.convert(self._sample, self._what, ", ".join(dict.fromkeys(changes)))
        else:
            self._report.keep(self._sample)


def _uncovered(
    found: list[tuple[_Noter, list[Annotation]]], size_hw: tuple[int, int]
) -> list[tuple[_Noter, list[Annotation]]]:
    """Without the objects of which those above leave no pixel, in a layout of one for each."""
    hidden = covered((a for _, written in found for a in written), size_hw)
    shown = []
    for noter, written in found:
        left = [annotation for annotation in written if annotation.id not in hidden]
        if len(left) < len(written):
            noter.skip("objects above it cover all of it")
        shown.append((noter, left))
    return shown


def _adapted(
    annotation: Annotation, size_hw: tuple[int, int], carries: Carries, noter: _Noter
) -> list[Annotation]:
    regions = _regions(annotation.region, size_hw, carries, noter)
    if carries.is_clipped:
        regions = _inside(regions, size_hw, noter)
    if not regions:
        return []
    annotation = _bare(annotation, carries, noter)
    has_group = any(key == GROUP for key, _ in annotation.attributes)
    if len(regions) > 1 and carries.groups and not has_group:
        together = (*annotation.attributes, (GROUP, annotation.id))
        annotation = replace(annotation, attributes=together)
    return [
        annotation if region is annotation.region else replace(annotation, region=region)
        for region in regions
    ]


def _bare(annotation: Annotation, carries: Carries, noter: _Noter) -> Annotation:
    """Without what the Format cannot say of an object."""
    lost: list[str] = []
    holds_score = carries.scores or (carries.read_scores and annotation.origin == ORIGIN)
    if annotation.score is not None and not holds_score:
        annotation, lost = replace(annotation, score=None), [*lost, "score"]
    if annotation.track is not None and not carries.tracks:
        annotation, lost = replace(annotation, track=None), [*lost, "track"]
    kept = tuple(
        (key, value)
        for key, value in annotation.attributes
        if (carries.groups if key == GROUP else _holds(carries.attributes, key))
    )
    if kept != annotation.attributes:
        annotation, lost = replace(annotation, attributes=kept), [*lost, "attributes"]
    if lost:
        noter.convert(f"without its {' and '.join(lost)}")
    return annotation


def _regions(
    region: Region, size_hw: tuple[int, int], carries: Carries, noter: _Noter
) -> list[Region]:
    """The Region in a shape the Format has; several parts of one Mask become several."""
    if type(region) in carries.regions:
        return _fitting(region, size_hw, carries, noter)
    for kind, convert in _WAYS[type(region)]:
        if kind in carries.regions:
            return convert(region, size_hw, carries, noter)
    noter.skip("this format has no place for it")
    return []


def _fitting(
    region: Region, size_hw: tuple[int, int], carries: Carries, noter: _Noter
) -> list[Region]:
    if not isinstance(region, Polygon):
        return [region]
    if carries.ring_points is not None and (len(region.points_xy) != 4 or region.holes):
        noter.convert("written as the smallest rotated box around it")
        return [_rotated_box(region)]
    if region.holes and not carries.holes:
        if Mask in carries.regions:
            return _to_mask(region, size_hw, carries, noter)
        noter.convert(f"its {counted(len(region.holes), 'hole')} joined by lines without a width")
        return [one_outline([region])]
    return [region]


def _to_box(
    region: Region, size_hw: tuple[int, int], carries: Carries, noter: _Noter
) -> list[Region]:
    noter.convert("written as the box around it")
    return [box_of(region)]


def _to_mask(
    region: Region, size_hw: tuple[int, int], carries: Carries, noter: _Noter
) -> list[Region]:
    mask = region_to_mask(region, size_hw)
    if mask is None:
        noter.skip("it covers no pixel of the picture")
        return []
    noter.convert("written as its pixels")
    return [mask]


def _to_outline(
    region: Region, size_hw: tuple[int, int], carries: Carries, noter: _Noter
) -> list[Region]:
    if isinstance(region, Box):
        x1, y1, x2, y2 = region.xyxy
        if carries.ring_points is None:
            noter.convert("written as an outline of four points")
        return [Polygon(np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32))]
    parts: Sequence[Polygon] = mask_to_polygons(region) if isinstance(region, Mask) else ()
    if carries.ring_points is not None:
        noter.convert("written as the smallest rotated box around it")
        return [_rotated_box(*parts)] if parts else []
    is_one = len(parts) > 1 and not carries.groups and carries.is_layered
    how = f"written as {counted(len(parts), 'outline')} along its pixels"
    if is_one or (not carries.holes and any(part.holes for part in parts)):
        noter.convert(f"{how}, joined by lines without a width")
        return [one_outline(some) for some in ([parts] if is_one else [[p] for p in parts])]
    noter.convert(how)
    return list(parts)


def _rotated_box(*parts: Polygon) -> Polygon:
    points = np.concatenate([part.points_xy for part in parts])
    corners = cv2.boxPoints(cv2.minAreaRect(points))
    return Polygon(np.asarray(corners, dtype=np.float32))


Convert = Callable[[Region, tuple[int, int], Carries, _Noter], list[Region]]
_WAYS: dict[type[Region], tuple[tuple[type[Region], Convert], ...]] = {
    Box: ((Polygon, _to_outline),),
    Polygon: ((Mask, _to_mask), (Box, _to_box)),
    Mask: ((Polygon, _to_outline), (Box, _to_box)),
    Polyline: (),
}
"""The ways to bring a Region to another shape, the most faithful first."""


def _inside(regions: Sequence[Region], size_hw: tuple[int, int], noter: _Noter) -> list[Region]:
    """What of an object lies in the picture."""
    # What follows looks at the pixels several times.
    regions = [tight(r) or r if isinstance(r, Mask) else r for r in regions]
    found = [c for r in regions if (c := clipped(r, size_hw)) is not None]
    edges = [np.array([box_of(r).xyxy for r in some]) for some in (regions, found)]
    if not found and not noter.is_skipped:
        noter.skip("it lies outside the picture")
    elif len(found) < len(regions) or np.abs(edges[0] - edges[1]).max(initial=0) > LEAST:
        noter.convert("cut at the edge of the picture")
    return found
