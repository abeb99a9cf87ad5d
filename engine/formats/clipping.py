"""The part of a Region that lies in the picture."""

import numpy as np
from numpy.typing import NDArray

from engine.regions import boxes as box_math
from engine.regions.lines import parts_in
from engine.regions.masks import box_of, region_to_mask
from engine.values import Box, Mask, Polygon, Polyline, Region

LEAST = 1e-2
"""Pixels of a side below which nothing of a Region is left."""


def clipped(region: Region, size_hw: tuple[int, int]) -> Region | None:
    """The part of a Region in the picture; None where there is next to nothing."""
    if isinstance(region, Mask):
        return region_to_mask(region, size_hw)
    if isinstance(region, Polyline):
        return _cut_line(region, size_hw)
    clipped = box_math.clip([box_of(region).xyxy], size_hw)
    if not box_math.is_solid(clipped, LEAST).all():
        return None
    if isinstance(region, Box):
        return Box(*clipped[0].tolist())
    outer = _cut(region.points_xy, size_hw)
    if outer is None:
        return None
    holes = (_cut(hole, size_hw) for hole in region.holes)
    return Polygon(outer, tuple(hole for hole in holes if hole is not None))


def _cut_line(line: Polyline, size_hw: tuple[int, int]) -> Polyline | None:
    """The parts of a line in the picture, joined where there are several."""
    parts = parts_in(line.points_xy, (0, 0, size_hw[1], size_hw[0]))
    if not parts or np.array_equal(parts[0], line.points_xy):
        return line if parts else None
    return Polyline(np.concatenate(parts))


def _cut(ring: NDArray[np.float32], size_hw: tuple[int, int]) -> NDArray[np.float32] | None:
    """The part of an outline in the picture: cut at each of its four edges in turn.

    Where that makes several parts, they stay joined along the edge, which covers no pixel.
    """
    limit = np.array((size_hw[1], size_hw[0]), dtype=np.float32)
    if (ring >= 0).all() and (ring <= limit).all():
        return ring
    points = ring.astype(np.float64)
    for axis, sign in ((0, 1), (1, 1), (0, -1), (1, -1)):
        # The distance to the edge, more than 0 inside.
        inside = points[:, axis] if sign > 0 else limit[axis] - points[:, axis]
        after, inside_after = np.roll(points, -1, axis=0), np.roll(inside, -1)
        kept: list[NDArray[np.float64]] = []
        for start, end, a, b in zip(points, after, inside, inside_after, strict=True):
            if a >= 0:
                kept.append(start)
            if (a < 0) != (b < 0):
                kept.append(start + (end - start) * (a / (a - b)))
        if len(kept) < 3:
            return None
        points = np.array(kept)
    return np.clip(points, 0, limit).astype(np.float32)
