"""Boxes that lie at an angle, as their corners (N, 4, 2) float32: x, y, in order around."""

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.regions import boxes

Corners = NDArray[np.float32]


def box_around(corners: Corners) -> NDArray[np.float32]:
    """(N, 4, 2) -> the boxes around them (N, 4) xyxy."""
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def iou(a: Corners, b: Corners) -> NDArray[np.float32]:
    """Overlap of every pair: (N, 4, 2) and (M, 4, 2) -> (N, M) in 0..1."""
    result = boxes.iou(box_around(a), box_around(b))
    first, second = np.nonzero(result)
    if len(first):
        of_a, of_b = shapely.polygons(a)[first], shapely.polygons(b)[second]
        shared = shapely.area(shapely.intersection(of_a, of_b))
        union = shapely.area(of_a) + shapely.area(of_b) - shared
        result[first, second] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return result


def suppress_rotated(
    corners: Corners,
    scores: NDArray[np.float32],
    labels: NDArray[np.int64],
    *,
    iou: float,
    limit: int,
) -> NDArray[np.int64]:
    """Indices of those that no stronger one of the same label overlaps more than `iou`, the best
    first, at most `limit`."""
    shapes, around = shapely.polygons(corners), box_around(corners)
    areas = shapely.area(shapes)
    waiting = np.argsort(-scores, kind="stable")
    is_gone = np.zeros(len(corners), bool)
    kept: list[int] = []
    while len(waiting) and len(kept) < limit:
        best, rest = int(waiting[0]), waiting[1:]
        kept.append(best)
        near = rest[(labels[rest] == labels[best]) & _meet(around[best], around[rest])]
        shared = shapely.area(shapely.intersection(shapes[best], shapes[near]))
        is_gone[near] = shared > iou * (areas[best] + areas[near] - shared)
        waiting = rest[~is_gone[rest]]
    return np.array(kept, np.int64)


def _meet(one: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the boxes (N, 4) xyxy share pixels with one (4,)."""
    is_met = (others[:, :2] < one[2:]) & (others[:, 2:] > one[:2])  # (N, 2)
    return np.asarray(is_met.all(axis=1), dtype=np.bool_)
