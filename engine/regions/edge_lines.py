"""Lines that follow the edges of a picture: from one point to any other near it.

Mortensen and Barrett: "Intelligent scissors", SIGGRAPH 1995, after OpenCV.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

SIDE = 400
"""Pixels of the part around the start in which lines follow edges, at the size it is looked at."""
CANNY = 32, 100
STEEPEST = 200.0
"""Edges are found above the first of both thresholds; a steeper one than this is no stronger."""

FAINT = 80.0
"""What changes less is no edge to click on: of Sobel, to which a step of one level gives four."""


@dataclass(frozen=True, slots=True)
class EdgeStart:
    """Where lines begin; `step` is how many pixels of the picture are one that is looked at."""

    point: Point
    step: float = 1.0


class EdgeLines:
    """All lines from one start. It takes a while to make; each line is then known at once."""

    def __init__(self, pixels: NDArray[np.uint8], start: EdgeStart) -> None:
        self.start = start
        height, width = pixels.shape[:2]
        half = SIDE / 2 * start.step
        x, y = start.point
        self._left, self._top = max(int(x - half), 0), max(int(y - half), 0)
        right, bottom = min(int(x + half) + 1, width), min(int(y + half) + 1, height)
        part = pixels[
            self._top : max(bottom, self._top + 1), self._left : max(right, self._left + 1)
        ]
        size_wh = [max(2, round(side / start.step)) for side in part.shape[1::-1]]
        self._scale_xy = size_wh[0] / part.shape[1], size_wh[1] / part.shape[0]
        self._size_wh = size_wh
        seen = cv2.resize(np.array(part), size_wh, interpolation=cv2.INTER_AREA)
        self._scissors = cv2.segmentation.IntelligentScissorsMB()
        self._scissors.setEdgeFeatureCannyParameters(*CANNY)
        self._scissors.setGradientMagnitudeMaxLimit(STEEPEST)
        self._scissors.applyImage(seen)
        self._scissors.buildMap(self._seen(start.point))

    def to(self, point: Point) -> tuple[Point, ...]:
        """From the start to a point, both among them; straight on beyond what was looked at."""
        found = self._scissors.getContour(self._seen(point)).reshape(-1, 2)  # (N, 2)
        way = (found + 0.5) / self._scale_xy + (self._left, self._top)
        inner: list[Point] = [(float(x), float(y)) for x, y in way[1:-1]]
        inside = point == self._nearest(point)
        last = () if inside or not len(way) else ((float(way[-1, 0]), float(way[-1, 1])),)
        return (self.start.point, *inner, *last, point)

    def _seen(self, point: Point) -> tuple[int, int]:
        """The pixel looked at that is nearest to a point of the picture."""
        x = int((point[0] - self._left) * self._scale_xy[0])
        y = int((point[1] - self._top) * self._scale_xy[1])
        return min(max(x, 0), self._size_wh[0] - 1), min(max(y, 0), self._size_wh[1] - 1)

    def _nearest(self, point: Point) -> Point:
        """The nearest point of the part that was looked at."""
        right = self._left + self._size_wh[0] / self._scale_xy[0]
        bottom = self._top + self._size_wh[1] / self._scale_xy[1]
        return min(max(point[0], self._left), right), min(max(point[1], self._top), bottom)


def nearest_edge(pixels: NDArray[np.uint8], point: Point, reach: float) -> Point:
    """The middle of the pixel within reach where the picture changes most; the point itself where
    it changes nowhere."""
    height, width = pixels.shape[:2]
    far = max(int(reach), 1)
    x, y = min(max(int(point[0]), 0), width - 1), min(max(int(point[1]), 0), height - 1)
    left, top = max(x - far - 1, 0), max(y - far - 1, 0)
    part = pixels[top : y + far + 2, left : x + far + 2].astype(np.float32)
    change = np.hypot(cv2.Sobel(part, cv2.CV_32F, 1, 0), cv2.Sobel(part, cv2.CV_32F, 0, 1))
    change = change.reshape(*part.shape[:2], -1).max(2)  # (h, w), of the channel that changes most
    rows, columns = np.ogrid[top : top + len(change), left : left + change.shape[1]]
    distance = np.hypot(columns + 0.5 - point[0], rows + 0.5 - point[1])
    # Of edges that are equally steep the nearest is meant.
    change = np.where(distance <= far, change * (1 - 0.5 * distance / (far + 1)), 0)
    if change.max() < FAINT:
        return point
    row, column = np.unravel_index(int(change.argmax()), change.shape)
    return left + int(column) + 0.5, top + int(row) + 0.5
