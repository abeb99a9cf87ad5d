"""One Region made another: grown, smoothed, simplified, its holes filled; and two made one.

What is worked out in pixels is exact, and stays what it was where it can: a Polygon remains one
unless its pixels fall apart, for it has a single outline. Lines and points have no pixels, and are
given back as they are.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.borders import inner, near, rounded
from engine.regions.brush import stroke_mask
from engine.regions.crops import (
    clip_mask,
    crop,
    join,
    shared_rect,
    subtract,
    tight,
    window,
)
from engine.regions.cutting import pieces
from engine.regions.masks import mask_to_polygons, polygon_to_mask, region_to_mask
from engine.regions.numbered import Runs, masks_of_runs, parts_of, runs_in
from engine.values import Box, Mask, Polygon, Polyline, Region

SMOOTHING = 2.0
"""Pixels: what is rounder than this stays, what juts out less goes."""
SIMPLER = 1.0
"""Pixels: so far a simpler outline may be from the old one, if nothing else is said."""

CUT = 0.75
"""Pixels on both sides of a cut: less, and pixels would touch across it at their corners."""

Size = tuple[int, int]
Point = tuple[float, float]


def like(region: Region, mask: Mask | None) -> Region | None:
    """These pixels as what the Region was: a Polygon where they hang together."""
    return mask if mask is None or not isinstance(region, Polygon) else to_polygon(mask)


def intersect(a: Mask | None, b: Mask | None) -> Mask | None:
    """The pixels that both have."""
    rect = shared_rect(a, b) if a is not None and b is not None else None
    if a is None or b is None or rect is None:
        return None
    return tight(crop(rect[0], rect[1], window(a, rect) & window(b, rect)))


def to_mask(region: Region, size_hw: Size) -> Region:
    """Exactly the pixels of a Region; a Region without any is given back."""
    return region_to_mask(region, size_hw) or region


def to_polygon(region: Region) -> Region:
    """The outline of a Mask, which has exactly its pixels; one of several parts is given back."""
    polygons = mask_to_polygons(region) if isinstance(region, Mask) else ()
    return polygons[0] if len(polygons) == 1 else region


def parts(region: Region, size_hw: Size) -> tuple[Region, ...]:
    """Each connected part by itself, the largest first; a Region of one part is given back."""
    mask = None if isinstance(region, Box) else region_to_mask(region, size_hw)
    if mask is None:
        return (region,)
    runs = runs_in(mask.pixels)
    numbers = parts_of(runs)
    areas = np.bincount(numbers, weights=runs.ends - runs.starts)
    if len(areas) == 1:
        return (region,)
    ranks = np.empty(len(areas), np.int64)
    ranks[np.argsort(-areas, kind="stable")] = np.arange(1, len(areas) + 1)
    order = np.argsort(ranks[numbers], kind="stable")
    ranked = Runs(ranks[numbers][order], runs.rows[order], runs.starts[order], runs.ends[order])
    found = (
        crop(mask.left + part.left, mask.top + part.top, part.pixels)
        for part in masks_of_runs(ranked)
    )
    return tuple(shape for part in found if (shape := like(region, part)) is not None)


def largest(region: Region, size_hw: Size) -> Region:
    """The largest connected part."""
    return parts(region, size_hw)[0]


def filled(region: Region) -> Region:
    """Without holes."""
    if isinstance(region, Polygon):
        return Polygon(region.points_xy) if region.holes else region
    if isinstance(region, Box | Polyline):
        return region
    holes = ~region.pixels
    for x, y in _edge_pixels(holes):
        if holes[y, x]:  # It leads to the outside, and so does all that hangs together with it.
            cv2.floodFill(holes.view(np.uint8), None, (x, y), 0, flags=4)
    if not holes.any():
        return region
    np.logical_or(holes, region.pixels, out=holes)
    return crop(region.left, region.top, holes)


def _edge_pixels(pixels: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where (x, y) those at the four edges are set."""
    bottom, right = pixels.shape[0] - 1, pixels.shape[1] - 1
    places = [(x, y) for y in (0, bottom) for x in np.flatnonzero(pixels[y]).tolist()]
    return places + [(x, y) for x in (0, right) for y in np.flatnonzero(pixels[:, x]).tolist()]


def grown(region: Region, by: int, size_hw: Size) -> Region:
    """With all pixels that are this near to it; without those near its border where `by` is
    negative. What would vanish is given back."""
    if isinstance(region, Box):
        return _grown_box(region, by, size_hw)
    mask = region_to_mask(region, size_hw)
    if mask is None or by == 0:
        return region
    found = near(mask, by, size_hw) if by > 0 else inner(mask, -by, size_hw)
    return like(region, found) or region


def smoothed(region: Region, size_hw: Size) -> Region:
    """With its corners and fringes rounded; what would vanish is given back."""
    mask = None if isinstance(region, Box) else region_to_mask(region, size_hw)
    if mask is None:
        return region
    wide = rounded(mask, SMOOTHING)
    return like(region, wide and clip_mask(wide, size_hw)) or region


def simplified(region: Region, size_hw: Size, by: float = SIMPLER) -> Region:
    """With fewer corners, no farther than `by` pixels from the old outline; what would vanish is
    given back."""
    if isinstance(region, Polygon):
        holes = (_simpler(hole, by) for hole in region.holes)
        simple = Polygon(_simpler(region.points_xy, by), tuple(holes))
        return simple if polygon_to_mask(simple, size_hw) is not None else region
    if isinstance(region, Box | Polyline):
        return region
    found: Mask | None = None
    for polygon in mask_to_polygons(region, by):
        found = join(found, polygon_to_mask(polygon, size_hw))
    return found or region


def _simpler(ring: NDArray[np.float32], by: float) -> NDArray[np.float32]:
    simple = cv2.approxPolyDP(np.array(ring), by, True).reshape(-1, 2)
    return simple.astype(np.float32) if len(simple) >= 3 else ring


def _grown_box(box: Box, by: int, size_hw: Size) -> Box:
    height, width = size_hw
    x1, y1 = max(box.x1 - by, 0.0), max(box.y1 - by, 0.0)
    x2, y2 = min(box.x2 + by, float(width)), min(box.y2 + by, float(height))
    return Box(x1, y1, x2, y2) if x1 < x2 and y1 < y2 else box


def split(region: Region, line: tuple[Point, Point], size_hw: Size) -> tuple[Region, ...]:
    """The pieces that a line cuts it into, the largest first and with what the line leaves whole;
    the Region alone where the line does not cross it. No pixel is lost."""
    if isinstance(region, Box):
        return (region,)
    if isinstance(region, Polygon) and (exact := _cut_outline(region, line)) is not None:
        return tuple(sorted(exact, key=lambda piece: -cv2.contourArea(piece.points_xy)))
    mask = region_to_mask(region, size_hw)
    # So wide that no two pixels on either side of the line touch one another.
    band = stroke_mask(line, CUT, size_hw)
    rest, gone = subtract(mask, band), intersect(mask, band)
    if mask is None or rest is None or gone is None:
        return (region,)
    found = [like(region, piece) for piece in pieces(mask, rest, gone)]
    return tuple(piece for piece in found if piece is not None) if len(found) > 1 else (region,)


def with_hole(region: Region, hole: Polygon, size_hw: Size) -> Region | None:
    """Without the pixels of an outline: a Polygon gets its very corners where it is all around
    them. None where nothing would be left; the Region itself where it has none of them."""
    if isinstance(region, Box | Polyline):
        return region
    if isinstance(region, Polygon) and _is_around(region, hole):
        return Polygon(region.points_xy, (*region.holes, hole.points_xy))
    mask = region_to_mask(region, size_hw)
    left = subtract(mask, polygon_to_mask(hole, size_hw))
    return region if left is mask else like(region, left)


def _is_around(polygon: Polygon, hole: Polygon) -> bool:
    """Whether an outline lies in the Polygon and meets neither its outline nor its holes."""
    ring = hole.points_xy
    ends = zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True)
    lines = [(tuple(start), tuple(end)) for start, end in ends]
    others = (polygon.points_xy, *polygon.holes)
    if any(_crossings(other, line) for line in lines for other in others):
        return False
    start = ring[0].astype(float).tolist()
    is_in = [cv2.pointPolygonTest(np.array(other), start, False) > 0 for other in others]
    swallowed = any(
        cv2.pointPolygonTest(ring, h[0].astype(float).tolist(), False) > 0 for h in polygon.holes
    )
    return is_in[0] and not any(is_in[1:]) and not swallowed


def _cut_outline(polygon: Polygon, line: tuple[Point, Point]) -> tuple[Polygon, Polygon] | None:
    """Both sides of a simple cut, to the last corner; None where the line crosses more or less."""
    crossings = _crossings(polygon.points_xy, line)
    if len(crossings) != 2 or any(_crossings(hole, line) for hole in polygon.holes):
        return None
    (i, start), (j, end) = crossings
    ring = polygon.points_xy
    sides = (
        np.concatenate([[start], ring[i + 1 : j + 1], [end]]),
        np.concatenate([[end], ring[j + 1 :], ring[: i + 1], [start]]),
    )
    if any(len(side) < 3 or cv2.contourArea(side.astype(np.float32)) < 1 for side in sides):
        return None
    made = []
    for side in sides:
        outline = side.astype(np.float32)
        holes = (
            hole
            for hole in polygon.holes
            if cv2.pointPolygonTest(outline, hole[0].astype(float).tolist(), False) >= 0
        )
        made.append(Polygon(outline, tuple(holes)))
    return made[0], made[1]


def _crossings(
    ring: NDArray[np.float32], line: tuple[Point, Point]
) -> list[tuple[int, NDArray[np.float64]]]:
    """Where a line crosses a ring: the corner before and the place, in the ring's order."""
    a = ring.astype(np.float64)
    along = np.roll(a, -1, axis=0) - a  # (N, 2)
    start, step = np.array(line[0]), np.subtract(line[1], line[0])
    between = a - start
    area = step[0] * along[:, 1] - step[1] * along[:, 0]
    area = np.where(np.abs(area) < 1e-9, np.nan, area)  # Along one another they do not cross.
    on_line = (between[:, 0] * along[:, 1] - between[:, 1] * along[:, 0]) / area
    on_edge = (between[:, 0] * step[1] - between[:, 1] * step[0]) / area
    is_met = (on_line >= 0) & (on_line <= 1) & (on_edge >= 0) & (on_edge < 1)
    return [(n, a[n] + on_edge[n] * along[n]) for n in np.flatnonzero(is_met).tolist()]
