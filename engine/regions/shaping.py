"""One Region made another: grown, smoothed, simplified, its holes filled; and two made one.

What is worked out in pixels is exact, and stays what it was where it can: a Polygon remains one
unless its pixels fall apart, for it has a single outline.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import bounds, clip_mask, crop, join, shared_rect, tight, window
from engine.regions.masks import mask_to_polygons, polygon_to_mask, region_to_mask
from engine.values import Box, Mask, Polygon, Region

SMOOTHING = 2.0
"""Pixels: what is rounder than this stays, what juts out less goes."""
SIMPLER = 1.0
"""Pixels: so far a simpler outline may be from the old one."""

Size = tuple[int, int]


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
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(mask.pixels.view(np.uint8))
    if count <= 2:
        return (region,)
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable") + 1
    found = [tight(crop(mask.left, mask.top, numbers == number)) for number in order.tolist()]
    return tuple(shape for part in found if (shape := like(region, part)) is not None)


def largest(region: Region, size_hw: Size) -> Region:
    """The largest connected part."""
    return parts(region, size_hw)[0]


def filled(region: Region) -> Region:
    """Without holes."""
    if isinstance(region, Polygon):
        return Polygon(region.points_xy) if region.holes else region
    if isinstance(region, Box):
        return region
    beside = np.pad(~region.pixels, 1, constant_values=True).view(np.uint8)
    _, numbers = cv2.connectedComponents(beside, connectivity=4)
    pixels = (numbers != numbers[0, 0])[1:-1, 1:-1]
    return Mask(region.left, region.top, pixels)


def grown(region: Region, by: int, size_hw: Size) -> Region:
    """With all pixels that are this near to it; without those near its border where `by` is
    negative. What would vanish is given back."""
    if isinstance(region, Box):
        return _grown_box(region, by, size_hw)
    mask = region_to_mask(region, size_hw)
    if mask is None or by == 0:
        return region
    if by > 0:
        wide = np.pad(mask.pixels, by)
        far = cv2.distanceTransform((~wide).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        found = clip_mask(crop(mask.left - by, mask.top - by, far <= by), size_hw)
    else:
        # The border of the picture is no border of the object: what lies beyond was cut off.
        wide = _with_margin(mask, size_hw)
        near = cv2.distanceTransform(wide.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        found = tight(crop(mask.left, mask.top, (near > -by)[1:-1, 1:-1] & mask.pixels))
    return like(region, found) or region


def smoothed(region: Region, size_hw: Size) -> Region:
    """With its corners and fringes rounded; what would vanish is given back."""
    mask = None if isinstance(region, Box) else region_to_mask(region, size_hw)
    if mask is None:
        return region
    more = round(3 * SMOOTHING)
    wide = np.pad(mask.pixels, more).astype(np.float32)
    soft = cv2.GaussianBlur(wide, (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    found = clip_mask(crop(mask.left - more, mask.top - more, soft > 0.5), size_hw)
    return like(region, found) or region


def simplified(region: Region, size_hw: Size) -> Region:
    """With fewer corners; what would vanish is given back."""
    if isinstance(region, Polygon):
        holes = (_simpler(hole) for hole in region.holes)
        simple = Polygon(_simpler(region.points_xy), tuple(holes))
        return simple if polygon_to_mask(simple, size_hw) is not None else region
    if isinstance(region, Box):
        return region
    found: Mask | None = None
    for polygon in mask_to_polygons(region, SIMPLER):
        found = join(found, polygon_to_mask(polygon, size_hw))
    return found or region


def _simpler(ring: NDArray[np.float32]) -> NDArray[np.float32]:
    simple = cv2.approxPolyDP(np.array(ring), SIMPLER, True).reshape(-1, 2)
    return simple.astype(np.float32) if len(simple) >= 3 else ring


def _grown_box(box: Box, by: int, size_hw: Size) -> Box:
    height, width = size_hw
    x1, y1 = max(box.x1 - by, 0.0), max(box.y1 - by, 0.0)
    x2, y2 = min(box.x2 + by, float(width)), min(box.y2 + by, float(height))
    return Box(x1, y1, x2, y2) if x1 < x2 and y1 < y2 else box


def _with_margin(mask: Mask, size_hw: Size) -> NDArray[np.bool_]:
    """The pixels and one more on each side (h + 2, w + 2): beyond the picture's border they go on
    as they are, elsewhere there is nothing."""
    wide = np.pad(mask.pixels, 1)
    left, top, right, bottom = bounds(mask)
    if left == 0:
        wide[:, 0] = wide[:, 1]
    if top == 0:
        wide[0] = wide[1]
    if right == size_hw[1]:
        wide[:, -1] = wide[:, -2]
    if bottom == size_hw[0]:
        wide[-1] = wide[-2]
    return wide
