"""Superpixels: small regions of one colour, and which of them a line meets.

Achanta et al.: SLIC Superpixels Compared to State-of-the-Art Superpixel Methods, PAMI 2012.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.errors import AppError
from engine.regions.crops import crop
from engine.values import Mask

MOST_PIXELS = 800_000
"""A larger picture is divided at this size, and its superpixels are drawn larger."""
MOST_DIVIDED = 1 << 27
"""The number of its superpixel takes four bytes for each pixel, and more while it is found."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SuperpixelSettings:
    """How many superpixels a picture gets, and how much their shape counts beside their colour."""

    count: int = 400
    compactness: float = 10.0

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 < self.compactness < math.inf:
            raise ValueError("Superpixels need a count of 1 or more and a compactness above 0.")


def lab(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """RGB (h, w, 3) -> CIELAB (h, w, 3) float32, in which distances are as people see them."""
    levels = pixels.astype(np.float32) / 255
    result: NDArray[np.float32] = cv2.cvtColor(levels, cv2.COLOR_RGB2LAB)
    return result


def superpixels(
    pixels: NDArray[np.uint8], settings: SuperpixelSettings | None = None
) -> NDArray[np.int64]:
    """The superpixel of every pixel: (h, w) int64, numbered 0, 1, 2 ... without gaps."""
    from skimage.segmentation import slic

    settings = settings or SuperpixelSettings()
    colors = lab(pixels)
    ids: NDArray[np.int64] = slic(
        colors,
        n_segments=settings.count,
        # skimage stretches the colours to 0..1, whatever they are; their distances shall stay.
        compactness=settings.compactness / max(float(np.ptp(colors)), 1.0),
        max_num_iter=5,
        start_label=0,
        convert2lab=False,
    )
    return ids


class Superpixels:
    """A picture divided: which superpixel each pixel belongs to, (H, W) int32, and each as a Mask.

    Masks are cut out when they are first asked for, and kept.
    """

    def __init__(self, ids: NDArray[np.int32]) -> None:
        self.ids = ids
        self._masks: dict[int, Mask] = {}
        height, width = ids.shape
        rows = np.repeat(np.arange(height, dtype=np.int32), width)
        columns = np.tile(np.arange(width, dtype=np.int32), height)
        self._rects = np.full((int(ids.max()) + 1, 4), max(ids.shape), np.int32)
        self._rects[:, 2:] = 0
        for side, places in ((0, columns), (1, rows)):
            np.minimum.at(self._rects[:, side], ids.ravel(), places)
            np.maximum.at(self._rects[:, side + 2], ids.ravel(), places + 1)

    @property
    def size_hw(self) -> tuple[int, int]:
        """Of the picture."""
        return self.ids.shape[0], self.ids.shape[1]

    def at(self, point: Point) -> int | None:
        """The superpixel under a point; None outside the picture."""
        x, y = math.floor(point[0]), math.floor(point[1])
        height, width = self.ids.shape
        return int(self.ids[y, x]) if 0 <= x < width and 0 <= y < height else None

    def along(self, start: Point, end: Point) -> tuple[int, ...]:
        """Those that the line meets, in its order."""
        steps = max(math.ceil(2 * math.dist(start, end)), 1)
        x, y = np.floor(np.linspace(start, end, steps + 1)).astype(np.int64).T
        height, width = self.ids.shape
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        return tuple(dict.fromkeys(self.ids[y[inside], x[inside]].tolist()))

    def mask(self, number: int) -> Mask:
        """The pixels of one."""
        if number not in self._masks:
            left, top, right, bottom = self._rects[number].tolist()
            pixels = self.ids[top:bottom, left:right] == number
            self._masks[number] = crop(left, top, pixels)
        return self._masks[number]

    def around(self, number: int) -> tuple[int, ...]:
        """Those near one, itself not among them."""
        left, top, right, bottom = self._rects[number].tolist()
        x, y = (right - left) // 2, (bottom - top) // 2
        part = self.ids[max(top - y, 0) : bottom + y, max(left - x, 0) : right + x]
        return tuple(n for n in np.unique(part).tolist() if n != number)


def divide(pixels: NDArray[np.uint8], count: int) -> Superpixels:
    """A picture (H, W, 3) uint8 RGB of any size in about so many superpixels."""
    height, width = pixels.shape[:2]
    if height * width > MOST_DIVIDED:
        raise AppError(
            f"A picture of {width} x {height} pixels is too large to be divided into superpixels.",
            hint="Fill, Scissors and Smart look at a part of it only.",
        )
    scale = min(1.0, math.sqrt(MOST_PIXELS / (height * width)))
    seen = pixels
    if scale < 1:
        size_wh = max(1, round(width * scale)), max(1, round(height * scale))
        seen = cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA).astype(np.uint8)
    ids = superpixels(seen, SuperpixelSettings(count)).astype(np.int32)
    if scale < 1:
        ids = cv2.resize(ids, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.int32)
    return Superpixels(ids)
