"""How somebody who sees an object's true outline draws it: with the fewest corners, and by strokes
over what is wrong. Outlines are (H, W) bool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.clicks import Outline, overlap
from engine.regions.brush import stroke_mask
from engine.regions.masks import mask_to_polygons, polygon_to_mask
from engine.values import Mask, Polygon

Point = tuple[float, float]
Place = Callable[[Point], Point]
"""Where the pointer really comes to be: it stands on whole pixels of the screen."""

GOAL = 0.90
"""An outline is done at this IoU."""
GOALS_OF_PARTS = (0.90, 0.92, 0.94, 0.96, 0.98)
"""Of which the outline and the holes of an object may need one that is higher."""
FINER = 0.9
FINEST = 0.2
STROKE_STEP = 0.5
"""Of a stroke's radius: so far its simpler line may be from the middle of what is wrong."""


@dataclass(frozen=True)
class Corners:
    """A polygon to click, and how far a corner may be from where it is meant."""

    points: tuple[Point, ...]
    tolerance: float


@dataclass(frozen=True)
class Correction:
    """A stroke of a brush, or a dab: one point."""

    points: tuple[Point, ...]
    radius: float
    is_erasing: bool


def whole_mask(mask: Mask | None, size_hw: tuple[int, int]) -> Outline:
    """A Mask as an outline of its frame."""
    found = np.zeros(size_hw, np.bool_)
    if mask is not None:
        rows, columns = mask.pixels.shape
        found[mask.top : mask.top + rows, mask.left : mask.left + columns] = mask.pixels
    return found


def corners_of(truth: Outline, place: Place, goal: float = GOAL) -> Corners | None:
    """Corners by Douglas and Peucker at the largest tolerance that reaches the goal; None where one
    polygon cannot."""
    rows, columns = truth.shape
    rings = mask_to_polygons(Mask(0, 0, truth))
    if not rings:
        return None
    ring = max(rings, key=lambda each: len(each.points_xy)).points_xy
    tolerance = float(max(np.ptp(ring, axis=0))) / 2
    while tolerance > FINEST:
        simple = cv2.approxPolyDP(ring, tolerance, True).reshape(-1, 2)  # (N, 2)
        points = tuple(place((float(x), float(y))) for x, y in simple)
        if len(points) >= 3:
            mask = polygon_to_mask(Polygon(np.array(points, np.float32)), (rows, columns))
            if overlap(truth, whole_mask(mask, (rows, columns))) >= goal:
                return Corners(points, tolerance)
        tolerance *= FINER
    return None


def without_holes(truth: Outline) -> Outline:
    """An object with its holes filled."""
    found, _ = cv2.findContours(truth.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(truth.shape, np.uint8)
    cv2.drawContours(filled, found, -1, 1, cv2.FILLED)
    return filled.view(np.bool_)


def holes_of(truth: Outline) -> list[Outline]:
    """The holes of an object, the largest first."""
    hollow = without_holes(truth) & ~truth
    count, parts = cv2.connectedComponents(hollow.view(np.uint8), connectivity=4)
    holes = [parts == number for number in range(1, count)]
    return sorted(holes, key=lambda hole: -int(hole.sum()))


def goal_of_parts(truth: Outline, place: Place) -> float:
    """The IoU that the outline and each hole must have alone to be good enough together; the
    highest, where none is enough."""
    filled, holes = without_holes(truth), holes_of(truth)
    for goal in GOALS_OF_PARTS:
        found = _inside(corners_of(filled, place, goal), truth)
        for hole in holes:
            if overlap(truth, found) < GOAL:
                found &= ~_inside(corners_of(hole, place, goal), truth)
        if overlap(truth, found) >= GOAL:
            return goal
    return GOALS_OF_PARTS[-1]


def _inside(corners: Corners | None, truth: Outline) -> Outline:
    if corners is None:
        return np.zeros_like(truth)
    size_hw = truth.shape[0], truth.shape[1]
    polygon = Polygon(np.array(corners.points, np.float32))
    return whole_mask(polygon_to_mask(polygon, size_hw), size_hw)


def outline_ring(truth: Outline) -> list[Point]:
    """The points of an object's outline, a pixel apart, in order."""
    found, _ = cv2.findContours(truth.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    ring = max(found, key=len).reshape(-1, 2)  # (N, 2)
    return [(float(x) + 0.5, float(y) + 0.5) for x, y in ring]


def farthest_from(line: Sequence[Point], ring: Sequence[Point]) -> float:
    """How far a line leaves an outline, at the most."""
    a, b = np.array(line, np.float32), np.array(ring, np.float32)
    return float(np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)).min(axis=1).max())


def correction_of(truth: Outline, found: Outline, place: Place) -> tuple[Correction, float] | None:
    """The stroke or dab over the largest error that helps most, and the IoU after it; None where
    neither helps."""
    lacking, spare = largest_part(truth & ~found), largest_part(found & ~truth)
    is_erasing = int(spare.sum()) > int(lacking.sum())
    error = spare if is_erasing else lacking
    if not error.any():
        return None
    tries = [_stroke(error, share, is_erasing, place) for share in (0.5, 0.75, 1.0)]
    tries.append(_dab(error, is_erasing, place))
    scored = [(after(truth, found, each), each) for each in tries]
    best, correction = max(scored, key=lambda pair: pair[0])
    return (correction, best) if best > overlap(truth, found) else None


def after(truth: Outline, found: Outline, correction: Correction) -> float:
    """The IoU once that is done."""
    rows, columns = truth.shape
    mask = stroke_mask(correction.points, correction.radius, (rows, columns))
    painted = whole_mask(mask, (rows, columns))
    return overlap(truth, found & ~painted if correction.is_erasing else found | painted)


def largest_part(area: Outline) -> Outline:
    """The connected part with the most pixels."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(area.view(np.uint8), connectivity=4)
    if count < 2:
        return area
    return np.asarray(parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def mostly_inside(ids: NDArray[np.int32], truth: Outline) -> Outline:
    """Of a divided picture (H, W) the parts of which at least half lies in the truth."""
    whole = np.bincount(ids.ravel())
    inside = np.bincount(ids.ravel(), weights=truth.ravel().astype(np.float64))
    return np.asarray((2 * inside >= np.maximum(whole, 1))[ids])


def depth_of(area: Outline) -> NDArray[np.float32]:
    """How far each pixel of an area is from its outside."""
    padded = np.pad(area.view(np.uint8), 1)
    found: NDArray[np.float32] = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return found[1:-1, 1:-1]


def middle_way(area: Outline) -> list[tuple[int, int]]:
    """Rows and columns from end to end of a connected area, along its middle."""
    from skimage.graph import MCP_Geometric

    depth = depth_of(area)
    cost = np.where(area, 1 / (1 + depth) ** 2, -1.0)  # Below nothing, there is no way.
    begin = np.unravel_index(int(depth.argmax()), depth.shape)
    for _ in range(2):  # The farthest from anywhere is one end, the farthest from that the other.
        ways = MCP_Geometric(np.where(area, 1.0, -1.0))
        far, _ = ways.find_costs([begin])
        end, begin = begin, np.unravel_index(int(np.where(area, far, -1).argmax()), far.shape)
    ways = MCP_Geometric(cost)
    ways.find_costs([begin], [end])
    return [(int(y), int(x)) for y, x in ways.traceback(end)]


def middle_line(area: Outline) -> list[Point]:
    """The same as a simple line, which stays within half of the area's depth there."""
    depth, way = depth_of(area), middle_way(area)
    near = max(float(np.median([depth[y, x] for y, x in way])) * STROKE_STEP, 1.0)
    line = np.array([(x + 0.5, y + 0.5) for y, x in way], np.float32)[:, None]
    simple = cv2.approxPolyDP(line, near, False).reshape(-1, 2)  # (N, 2)
    return [(float(x), float(y)) for x, y in simple]


def _stroke(error: Outline, share: float, is_erasing: bool, place: Place) -> Correction:
    depth, way = depth_of(error), middle_way(error)
    radius = max(float(np.quantile([depth[y, x] for y, x in way], share)), 0.5)
    line = np.array([(x + 0.5, y + 0.5) for y, x in way], np.float32)[:, None]
    simple = cv2.approxPolyDP(line, radius * STROKE_STEP, False).reshape(-1, 2)  # (N, 2)
    return Correction(tuple(place((float(x), float(y))) for x, y in simple), radius, is_erasing)


def _dab(error: Outline, is_erasing: bool, place: Place) -> Correction:
    depth = depth_of(error)
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return Correction((place((x + 0.5, y + 0.5)),), max(float(depth[y, x]), 0.5), is_erasing)
