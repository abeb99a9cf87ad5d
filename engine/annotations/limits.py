"""What of a Region lies in the frame, and how far it can go there. A size of 0 is not known
yet, and limits nothing."""

from collections.abc import Sequence

import numpy as np

from engine.formats.clipping import clipped
from engine.regions import masks
from engine.regions.extents import are_whole
from engine.values import Box, Mask, Polygon, Polyline, Region


def within(step: float, low: float, high: float, limit: int) -> float:
    """The step, cut so that low..high stays in 0..limit; a limit of 0 is not known yet."""
    if limit == 0 or high - low > limit:
        return step if limit == 0 else 0.0
    return float(min(max(step, -low), limit - high))


def all_inside(regions: Sequence[Region], size_hw: tuple[int, int]) -> list[Region | None]:
    """The part of each Region inside the frame; None where there is none."""
    if 0 in size_hw:
        return list(regions)
    whole = are_whole(regions, size_hw).tolist()
    return [
        r if is_whole else inside_frame(r, size_hw)
        for r, is_whole in zip(regions, whole, strict=True)
    ]


def inside_frame(region: Region, size_hw: tuple[int, int]) -> Region | None:
    """The part of a Region inside the frame; None when there is none."""
    if 0 in size_hw:
        return region
    height, width = size_hw
    if isinstance(region, Mask):
        return masks.clip_mask(region, size_hw)
    if isinstance(region, Polyline):
        return clipped(region, size_hw)
    if isinstance(region, Polygon):
        limit = np.array([width, height], dtype=np.float32)
        inside = Polygon(
            region.points_xy.clip(0, limit), tuple(hole.clip(0, limit) for hole in region.holes)
        )
        return inside if np.ptp(inside.points_xy, axis=0).all() else None
    x1, y1, x2, y2 = np.clip(region.xyxy, 0, (width, height, width, height)).tolist()
    return Box(x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None
