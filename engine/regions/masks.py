"""Regions as pixels and back: polygons, label maps; brush and run lengths are found here too.

A pixel belongs to a Polygon when its centre does (even-odd rule, then the holes are taken out),
so the outline of a Mask along its pixel edges gives exactly that Mask again.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.brush import flood_fill, paint_disc, paint_stroke, stroke_mask
from engine.regions.crops import (
    bounds,
    clip_mask,
    crop,
    join,
    join_all,
    mask_iou,
    shared_rect,
    subtract,
    tight,
)
from engine.regions.run_lengths import rle_decode, rle_encode
from engine.values import Box, LabelMap, Mask, Polygon, Polyline, Region

__all__ = [
    "box_of",
    "clip_mask",
    "flood_fill",
    "ids_in",
    "join",
    "join_all",
    "mask_iou",
    "mask_to_polygons",
    "masks_of",
    "paint_disc",
    "paint_stroke",
    "pixels_in",
    "polygon_to_mask",
    "rect_around",
    "region_to_mask",
    "rle_decode",
    "rle_encode",
    "shared_rect",
    "stroke_mask",
    "subtract",
    "tight",
]
_ROWS = 256
"""So many rows are filled at a time: there may not be room for a large outline twice."""
Rect = tuple[int, int, int, int]
"""Left, top, right, bottom."""
_THIN = 1e-3  # a line has no area, but a Box needs some


def box_of(region: Region) -> Box:
    """The smallest Box around a Region."""
    if isinstance(region, Box):
        return region
    if isinstance(region, Mask):
        return Box(*map(float, bounds(tight(region) or region)))
    x1, y1 = region.points_xy.min(axis=0).tolist()
    x2, y2 = region.points_xy.max(axis=0).tolist()
    return Box(x1, y1, max(x2, x1 + _THIN), max(y2, y1 + _THIN))


def region_to_mask(region: Region, size_hw: tuple[int, int]) -> Mask | None:
    """The pixels of any Region inside the frame; None when there are none, as of a line."""
    if isinstance(region, Mask):
        return clip_mask(region, size_hw)
    return pixels_in(region, (0, 0, size_hw[1], size_hw[0]))


def polygon_to_mask(polygon: Polygon, size_hw: tuple[int, int]) -> Mask | None:
    """The pixels whose centres lie inside; None when there are none in the frame."""
    return pixels_in(polygon, (0, 0, size_hw[1], size_hw[0]))


def pixels_in(region: Box | Polygon | Polyline, rect: Rect) -> Mask | None:
    """The pixels of what is drawn inside a rectangle of the frame; None when there are none."""
    if isinstance(region, Polygon):
        return _polygon_in(region, rect)
    if isinstance(region, Polyline):
        return None
    edges = np.array([region.xyxy]) - 0.5
    left, top, right, bottom = np.ceil(np.clip(edges, -1e6, 1e6)).astype(int)[0].tolist()
    left, top = max(left, rect[0]), max(top, rect[1])
    right, bottom = min(right, rect[2]), min(bottom, rect[3])
    if left >= right or top >= bottom:
        return None
    return crop(left, top, np.ones((bottom - top, right - left), dtype=np.bool_))


def _polygon_in(polygon: Polygon, limits: Rect) -> Mask | None:
    rect = rect_around(polygon.points_xy, limits)
    if rect is None:
        return None
    pixels, (left, top, _, _) = _fill(polygon.points_xy, rect), rect
    for hole in polygon.holes:
        inner = rect_around(hole, rect)
        if inner is not None:
            rows = slice(inner[1] - top, inner[3] - top)
            pixels[rows, inner[0] - left : inner[2] - left] &= ~_fill(hole, inner)
    return tight(crop(left, top, pixels))


def rect_around(ring: NDArray[np.float32], limits: Rect) -> Rect | None:
    """The whole pixels that an outline reaches within limits; None without any."""
    low, high = np.floor(ring.min(axis=0)), np.ceil(ring.max(axis=0))
    left, top = np.clip(low, limits[:2], limits[2:]).astype(int).tolist()
    right, bottom = np.clip(high, limits[:2], limits[2:]).astype(int).tolist()
    return (left, top, right, bottom) if left < right and top < bottom else None


def _fill(ring: NDArray[np.float32], rect: Rect) -> NDArray[np.bool_]:
    """Even-odd filling of one outline inside a rectangle of the frame: (h, w) bool."""
    left, top, right, bottom = rect
    start = ring.astype(np.float64)
    end = np.roll(start, -1, axis=0)
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    # An edge crosses the rows whose centre y it reaches: low <= y < high.
    first = np.ceil(np.clip(low, top, bottom) - 0.5).astype(np.int64)
    last = np.ceil(np.clip(high, top, bottom) - 0.5).astype(np.int64)
    first = np.maximum(first, top)
    count = np.maximum(last - first, 0)
    edge = np.repeat(np.arange(len(ring)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    rise = end[edge, 1] - start[edge, 1]
    slope = (end[edge, 0] - start[edge, 0]) / rise
    x = start[edge, 0] + (row + 0.5 - start[edge, 1]) * slope
    column = np.ceil(np.clip(x, left, right) - 0.5).astype(np.int64) - left
    is_within = column < right - left
    inside = np.zeros((bottom - top, right - left), dtype=np.bool_)
    cells = inside.view(np.uint8)
    np.bitwise_xor.at(cells, (row[is_within] - top, np.maximum(column[is_within], 0)), 1)
    for begin in range(0, len(cells), _ROWS):
        part = cells[begin : begin + _ROWS]
        part[:] = np.bitwise_xor.accumulate(part, axis=1)
    return inside


def mask_to_polygons(mask: Mask, tolerance: float = 0.0) -> tuple[Polygon, ...]:
    """One Polygon with its holes for each connected part, along the pixel edges.

    With tolerance 0 the polygons give exactly the mask again; a larger one drops points that
    lie no farther than that many pixels from the simpler outline.
    """
    doubled = np.repeat(np.repeat(mask.pixels.view(np.uint8), 2, axis=0), 2, axis=1)
    contours, tree = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if tree is None:
        return ()
    rings = [_ring(contour, (mask.left, mask.top), tolerance) for contour in contours]
    parents = tree.reshape(-1, 4)[:, 3].tolist()
    holes: dict[int, list[NDArray[np.float32]]] = {}
    for ring, parent in zip(rings, parents, strict=True):
        if parent >= 0:
            holes.setdefault(parent, []).append(ring)
    outer = [i for i, parent in enumerate(parents) if parent < 0]
    return tuple(Polygon(rings[i], tuple(holes.get(i, ()))) for i in outer)


def _ring(
    contour: NDArray[np.int32], origin_xy: tuple[int, int], tolerance: float
) -> NDArray[np.float32]:
    """A contour through the pixels of the doubled mask -> corners on pixel edges."""
    points = (2 * contour.reshape(-1, 2).astype(np.int64) + 3) // 4
    points = points[np.diff(points, axis=0, prepend=points[-1:]).any(axis=1)]
    before = np.diff(points, axis=0, prepend=points[-1:])
    after = np.concatenate([before[1:], before[:1]])
    is_corner = before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]
    ring = (points[is_corner] + origin_xy).astype(np.float32)
    if tolerance > 0:
        simpler = cv2.approxPolyDP(ring, tolerance, True).reshape(-1, 2)
        ring = simpler if len(simpler) >= 3 else ring
    return ring


def ids_in(ids: NDArray[np.uint8]) -> list[int]:
    """The different ids (H, W) uint8 in a map, sorted."""
    # Counting with numpy copies the map to eight bytes a pixel first.
    counts = cv2.calcHist([ids], [0], None, [256], [0, 256])
    found: list[int] = np.flatnonzero(counts).tolist()
    return found


def masks_of(label_map: LabelMap, background: int | None = 0) -> dict[int, Mask]:
    """One Mask for each label id in the map but background; 255 (ignore) is given too."""
    found: dict[int, Mask] = {}
    for label_id in ids_in(label_map.ids):
        mask = tight(crop(0, 0, label_map.ids == label_id)) if label_id != background else None
        if mask is not None:
            found[label_id] = mask
    return found
