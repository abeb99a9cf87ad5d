"""The frame's pixels as the screen needs them: sampled once per view, from a pyramid when small."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gui.canvas.view import CRISP_FROM, Area, View

Pixels = NDArray[np.uint8]


def sample(source: Pixels, view: View, area: Area, *, smooth: bool, border: int = 0) -> Pixels:
    """What `source`, shown through `view`, looks like in this screen area.

    The view is that of the source itself: one unit is one of its pixels.
    """
    height, width = source.shape[:2]
    if view.scale == 1 and view.x % 1 == 0 and view.y % 1 == 0:
        return _shifted(source, int(view.x), int(view.y), area, border)
    shown = Area(
        round(view.x), round(view.y), round(width * view.scale), round(height * view.scale)
    )
    if shown.clipped((area.y + area.height, area.x + area.width)) == shown and (
        shown.x >= area.x and shown.y >= area.y and shown.width and shown.height
    ):
        # All of it is visible: resizing is twice as fast as warping.
        method = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
        small = cv2.resize(source, (shown.width, shown.height), interpolation=method)
        return _shifted(small, shown.x, shown.y, area, border)
    step = 1 / view.scale
    matrix = np.array(
        [
            [step, 0, (area.x + 0.5 - view.x) * step - 0.5],
            [0, step, (area.y + 0.5 - view.y) * step - 0.5],
        ]
    )
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST)
    return cv2.warpAffine(
        source,
        matrix,
        (area.width, area.height),
        flags=flags,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(border,) * 4,
    )


def _shifted(source: Pixels, x: int, y: int, area: Area, border: int) -> Pixels:
    """The source laid at (x, y), cut to the area, the rest filled with `border`."""
    result = np.full((area.height, area.width, *source.shape[2:]), border, np.uint8)
    x1, y1 = max(x, area.x), max(y, area.y)
    x2 = min(x + source.shape[1], area.x + area.width)
    y2 = min(y + source.shape[0], area.y + area.height)
    if x1 < x2 and y1 < y2:
        cut = source[y1 - y : y2 - y, x1 - x : x2 - x]
        result[y1 - area.y : y2 - area.y, x1 - area.x : x2 - area.x] = cut
    return result


class FrameLayer:
    """One frame and its halved copies, made when a view first needs them.

    `size_hw` is the frame's true size where `pixels` are only a smaller preview of it.
    """

    def __init__(
        self, pixels: Pixels, *, size_hw: tuple[int, int] | None = None, is_live: bool = False
    ) -> None:
        self.pixels = pixels
        self.size_hw = size_hw or (pixels.shape[0], pixels.shape[1])
        self._is_live = is_live
        self._levels: dict[int, Pixels] = {0: pixels}

    def render(self, view: View, screen_wh: tuple[int, int], border: int) -> Pixels:
        """The screen's picture of the frame: (h, w, 4) uint8, bytes as Qt's RGB32 wants them."""
        width = self.size_hw[1] * view.scale  # on the screen
        rows, columns = self.pixels.shape[:2]
        level = 0
        while columns >> (level + 1) >= width and rows >> (level + 1) and columns >> (level + 1):
            level += 1
        source = self._level(level)
        inside = View(width / source.shape[1], view.x, view.y)
        area = Area(0, 0, *screen_wh)
        rgb = sample(source, inside, area, smooth=inside.scale < CRISP_FROM, border=border)
        result: Pixels = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA)
        return result

    def _level(self, level: int) -> Pixels:
        if level not in self._levels:
            if self._is_live:
                # Seen for some milliseconds only: skipping pixels costs nothing.
                step = 2**level
                made = np.ascontiguousarray(self.pixels[::step, ::step])
            else:
                nearest = max(known for known in self._levels if known < level)
                rows, columns = self.pixels.shape[:2]
                size = (columns >> level, rows >> level)
                made = cv2.resize(self._levels[nearest], size, interpolation=cv2.INTER_AREA)
            self._levels[level] = made
        return self._levels[level]
