"""Regions between two keyframes of one object: in straight lines, from the one to the other; pixels
as `engine.tracks.masks` mixes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.regions.masks import box_of, region_to_mask, tight
from engine.tracks.masks import masks_between
from engine.values import Box, Mask, Polygon, Polyline, Region

_TURNS = 64
"""So many places of an outline are tried as the one that meets the other's first corner."""

Ring = NDArray[np.float32]


def between(region: Region, later: Region, part: float) -> Region | None:
    """What lies that part of the way to a later Region; None where nothing can be said."""
    if part in (0.0, 1.0):
        return later if part else region
    return next(all_between(region, later, (part,)), None)


def all_between(region: Region, later: Region, parts: Iterable[float]) -> Iterator[Region]:
    """What lies each of these parts of the way; nothing where nothing can be said.

    Outlines of equally many corners move corner by corner. Others get each other's corners, where
    these would be along the outline. Where a Mask is one of the two, the pixels of both are mixed.
    """
    if not can_become(region, later):
        return iter(())
    if isinstance(region, Mask) or isinstance(later, Mask):
        first, last = _pixels_of(region), _pixels_of(later)
        return iter(()) if first is None or last is None else masks_between(first, last, parts)
    return (_moved(region, later, part) for part in parts)


def can_become(region: Region, later: Region) -> bool:
    """Whether something lies between the two: of one kind, with a partner for each hole of an
    outline, and for each point of a line. An outline and a Mask can become each other."""
    if isinstance(region, Polyline) and isinstance(later, Polyline):
        return region.points_xy.shape == later.points_xy.shape
    if isinstance(region, Polygon) and isinstance(later, Polygon):
        return len(region.holes) == len(later.holes)
    is_box = isinstance(region, Box), isinstance(later, Box)
    is_line = isinstance(region, Polyline) or isinstance(later, Polyline)
    return not is_line and is_box[0] == is_box[1]


def _pixels_of(region: Region) -> Mask | None:
    """Of a Mask or an outline; None where it has none."""
    if isinstance(region, Mask):
        return tight(region)
    right, bottom = np.ceil(box_of(region).xyxy[2:]).astype(int).tolist()
    return region_to_mask(region, (bottom, right))


def _moved(region: Region, later: Region, part: float) -> Region:
    """Between two Regions without a Mask that can become each other."""
    straight = straight_between(region, later, part)
    if straight is not None:
        return straight
    assert isinstance(region, Polygon)
    assert isinstance(later, Polygon)
    rings = [(region.points_xy, later.points_xy), *zip(region.holes, later.holes, strict=True)]
    mixed = [_mixed(*paired(a, b), part) for a, b in rings]
    return Polygon(mixed[0], tuple(mixed[1:]))


def straight_between(region: Region, later: Region, part: float) -> Box | Polygon | Polyline | None:
    """The same for two Boxes, and for two lines or outlines of equally many corners, these drawn
    in one direction."""
    if isinstance(region, Box) and isinstance(later, Box):
        mixed = [a + (b - a) * part for a, b in zip(region.xyxy, later.xyxy, strict=True)]
        return Box(*mixed)
    if isinstance(region, Polyline) and isinstance(later, Polyline):
        is_alike = region.points_xy.shape == later.points_xy.shape
        return Polyline(_mixed(region.points_xy, later.points_xy, part)) if is_alike else None
    if not isinstance(region, Polygon) or not isinstance(later, Polygon):
        return None
    if region.holes or later.holes or region.points_xy.shape != later.points_xy.shape:
        return None
    if signed_area(region.points_xy) * signed_area(later.points_xy) < 0:
        return None  # Half-way it would be a line.
    return Polygon(_mixed(region.points_xy, later.points_xy, part))


def expected(keys: Mapping[int, Region], index: int) -> Region | None:
    """Where an object with these keyframes should be in a frame: between two of them, or else as
    it was last known before, or first known after."""
    before = max((key for key in keys if key <= index), default=None)
    after = min((key for key in keys if key >= index), default=None)
    if before is None or after is None:
        known = after if before is None else before
        return None if known is None else keys[known]
    part = 0.0 if before == after else (index - before) / (after - before)
    return between(keys[before], keys[after], part) or keys[before]


def spans_at(keys: Sequence[int], index: int) -> tuple[tuple[int, int], ...]:
    """From keyframe to keyframe: the spans that a frame lies in or borders on."""
    return tuple((a, b) for a, b in pairwise(sorted(keys)) if a <= index <= b)


def paired(ring: Ring, later: Ring) -> tuple[Ring, Ring]:
    """Two outlines with each other's corners as well, equally many, the first ones partners."""
    if signed_area(ring) * signed_area(later) < 0:
        later = later[::-1]
    offset = _offset(ring, later)
    here, there = _places(ring), (_places(later) - offset) % 1.0
    # Along both outlines; what is nearly the same place is one corner.
    places = np.unique(np.round(np.concatenate([here, there]), 6) % 1.0)
    return _at(ring, places), _at(later, places + offset)


def signed_area(ring: Ring) -> float:
    """The area inside, negative where the corners go round the other way."""
    x, y = (ring - ring.mean(axis=0)).astype(np.float64).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _mixed(ring: Ring, later: Ring, part: float) -> Ring:
    return ring + (later - ring) * np.float32(part)


def _lengths(ring: Ring) -> NDArray[np.float64]:
    """How far along the outline each corner is, and at the end how long that is."""
    steps = np.diff(np.vstack([ring, ring[:1]]).astype(np.float64), axis=0)
    return np.concatenate([[0.0], np.hypot(*steps.T).cumsum()])


def _places(ring: Ring) -> NDArray[np.float64]:
    """The corners as parts of the way along the outline: 0 for the first, all below 1."""
    lengths = _lengths(ring)
    if lengths[-1] == 0:
        return np.arange(len(ring)) / len(ring)
    return np.asarray(lengths[:-1] / lengths[-1])


def _at(ring: Ring, places: NDArray[np.float64]) -> Ring:
    """The points at these parts of the way along an outline."""
    lengths, closed = _lengths(ring), np.vstack([ring, ring[:1]]).astype(np.float64)
    wanted = (places % 1.0) * lengths[-1]
    points = [np.interp(wanted, lengths, closed[:, axis]) for axis in (0, 1)]
    return np.stack(points, axis=1).astype(np.float32)


def _offset(ring: Ring, later: Ring) -> float:
    """Which part of the way along the later outline meets the first corner of the other."""
    even = np.arange(_TURNS) / _TURNS
    here, there = _at(ring, even), _at(later, even)
    here, there = here - here.mean(axis=0), there - there.mean(axis=0)
    gaps = [((here - np.roll(there, -turn, axis=0)) ** 2).sum() for turn in range(_TURNS)]
    return float(even[int(np.argmin(gaps))])
