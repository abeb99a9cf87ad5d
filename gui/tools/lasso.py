"""What lies wholly in a band or in a line drawn around it."""

import numpy as np
from numpy.typing import NDArray

from engine.regions.masks import polygon_to_mask
from engine.regions.transforms import outer_points
from engine.values import Box, Polygon
from gui.tools.scene import Scene

FINEST = 1024
"""A lasso is looked at as so many pixels at most, across and down."""


def in_band(band: Box, scene: Scene) -> tuple[str, ...]:
    """The ids of what is shown and lies wholly in the Box."""
    found = scene.shown
    return tuple(found[number].id for number in _numbers_in(band, scene))


def in_lasso(ring: NDArray[np.float32], scene: Scene) -> tuple[str, ...]:
    """The ids of what is shown and has all its corners within a closed line (N >= 3, 2)."""
    (x1, y1), (x2, y2) = ring.min(axis=0).tolist(), ring.max(axis=0).tolist()
    if x1 == x2 or y1 == y2:
        return ()
    numbers = _numbers_in(Box(x1, y1, x2, y2), scene)
    if not numbers:
        return ()
    fine = FINEST / max(x2 - x1, y2 - y1)
    size_hw = (FINEST + 1, FINEST + 1)
    mask = polygon_to_mask(Polygon((ring - (x1, y1)) * fine), size_hw)
    if mask is None:
        return ()
    inside = np.zeros(size_hw, np.bool_)
    height, width = mask.pixels.shape
    inside[mask.top : mask.top + height, mask.left : mask.left + width] = mask.pixels
    points = [outer_points(scene.shown[number].region) for number in numbers]
    starts = np.cumsum([0, *(len(each) for each in points[:-1])])
    at = ((np.concatenate(points) - (x1, y1)) * fine).astype(int).clip(0, FINEST)
    is_in = np.logical_and.reduceat(inside[at[:, 1], at[:, 0]], starts)
    return tuple(
        scene.shown[number].id for number, yes in zip(numbers, is_in.tolist(), strict=True) if yes
    )


def _numbers_in(band: Box, scene: Scene) -> list[int]:
    bounds = scene.bounds
    is_in = (bounds[:, 0] >= band.x1) & (bounds[:, 1] >= band.y1)
    is_in &= (bounds[:, 2] <= band.x2) & (bounds[:, 3] <= band.y2)
    found: list[int] = np.flatnonzero(is_in).tolist()
    return found
