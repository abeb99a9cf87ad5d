"""Where the four pictures of a mosaic lie: around a random cross, each as a whole."""

import numpy as np
from numpy.typing import NDArray

from engine.datasets.augment import Augment, draw_matrix
from engine.preprocess import Placement

NEAREST_TO_EDGE = 0.3
"""The cross is at least this share of the input away from each edge."""

Area = tuple[int, int, int, int]
"""Left, top, right, bottom, in input pixels."""


def draw_areas(size_hw: tuple[int, int], generator: np.random.Generator) -> list[Area]:
    """The four parts of an input of this size around a random cross."""
    height, width = size_hw
    middle_x, middle_y = (
        int(side * generator.uniform(NEAREST_TO_EDGE, 1 - NEAREST_TO_EDGE))
        for side in (width, height)
    )
    columns, rows = ((0, middle_x), (middle_x, width)), ((0, middle_y), (middle_y, height))
    return [(left, top, right, bottom) for top, bottom in rows for left, right in columns]


def draw_place(
    augment: Augment, placement: Placement, area: Area, generator: np.random.Generator
) -> NDArray[np.float64]:
    """A random map (3, 3) from frame to input coordinates that puts the frame into its area.

    The frame covers the area (times the drawn scale) and its corner lies at the cross, so nothing
    is cut there: an object is cut by the input's edge or not at all (Bochkovskiy et al., YOLOv4,
    2020, figure 3).
    """
    left, top, right, bottom = area
    content_h, content_w = placement.content_hw
    cover = max((right - left) / content_w, (bottom - top) / content_h)
    matrix = np.diag([cover, cover, 1.0]) @ draw_matrix(augment, placement, generator)
    height, width = placement.size_hw
    corners = np.array([(0, 0, 1), (width, 0, 1), (0, height, 1), (width, height, 1)])
    moved = corners @ matrix[:2].T  # (4, 2)
    x = right - moved[:, 0].max() if left == 0 else left - moved[:, 0].min()
    y = bottom - moved[:, 1].max() if top == 0 else top - moved[:, 1].min()
    result: NDArray[np.float64] = np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) @ matrix
    return result
