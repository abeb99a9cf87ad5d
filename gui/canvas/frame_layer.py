"""The frame's pixels as the screen needs them: sampled once per view, from a pyramid when small."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.mapped_pixels import let_go
from engine.painting.tone import PLAIN, Tone, shares_of
from gui.canvas.view import CRISP_FROM, Area, View

Pixels = NDArray[np.uint8]

GROUND = 0x17
"""The grey around the frame."""


MOST_KEPT = 1 << 25
"""A halved copy of more pixels is not kept: only what is in sight is halved, each time."""
GIANT = 3 << 27
"""Of a frame with more values than this, small copies are made of a part of its pixels."""
STRIP = 128


class Buffers:
    """Arrays used again and again: fresh memory of some megabytes costs more than filling it."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}

    def get(self, name: str, shape: tuple[int, ...], dtype: Any = np.uint8) -> NDArray[Any]:
        """The array of this name, its content left over from the last use."""
        size = math.prod(shape)
        array = self._arrays.get(name)
        if array is None or array.size < size or array.dtype != dtype:
            array = self._arrays[name] = np.zeros(size, dtype)
        return array[:size].reshape(shape)


def sample(source: Pixels, view: View, area: Area, out: Pixels, *, smooth: bool) -> None:
    """Fill `out` with what `source`, shown through `view`, looks like in this screen area.

    The view is that of the source itself: one unit is one of its pixels. What lies outside the
    source gets GROUND in a picture and 0 in a map of numbers.
    """
    ground = GROUND if out.ndim == 3 else 0
    height, width = source.shape[:2]
    is_still = view.scale == 1 and view.x % 1 == 0 and view.y % 1 == 0
    if not smooth and not is_still:
        _take_nearest(source, view, area, out, ground)
        return
    shown = Area(
        round(view.x) - area.x,
        round(view.y) - area.y,
        _length(width * view.scale),
        _length(height * view.scale),
    )
    if is_still or shown.clipped((area.height, area.width)) == shown:
        # Copying and resizing are several times faster than warping.
        inside = shown.clipped((area.height, area.width))
        if (inside.width, inside.height) != (area.width, area.height):
            out[:] = ground
        if not inside.is_empty:
            x, y, w, h = inside
            target = out[y : y + h, x : x + w]
            if is_still:
                target[:] = source[y - shown.y : y - shown.y + h, x - shown.x : x - shown.x + w]
            else:
                cv2.resize(source, (w, h), target, interpolation=cv2.INTER_LINEAR)
        return
    step = 1 / view.scale
    matrix = np.array(
        [
            [step, 0, (area.x + 0.5 - view.x) * step - 0.5],
            [0, step, (area.y + 0.5 - view.y) * step - 0.5],
        ]
    )
    cv2.warpAffine(
        source,
        matrix,
        (area.width, area.height),
        out,
        flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(ground,) * 4,
    )


def _length(length: float) -> int:
    """In whole pixels; of a frame a thousand times as wide as high a line is still to be seen."""
    return max(round(length), 1)


def _take_nearest(source: Pixels, view: View, area: Area, out: Pixels, ground: int) -> None:
    """Each screen pixel shows the pixel its middle lies on.

    OpenCV's resizing and warping round in ways of their own, which depend on the area: a part
    that is rendered again would not fit what lies around it.
    """
    across, xs = _shown_pixels(view.x, view.scale, (area.x, area.width), source.shape[1])
    down, ys = _shown_pixels(view.y, view.scale, (area.y, area.height), source.shape[0])
    if (len(xs), len(ys)) != (area.width, area.height):
        out[:] = ground
    if len(xs) and len(ys):
        cut = source[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
        xs, ys = xs - xs[0], ys - ys[0]
        is_enlarged = len(ys) > len(cut)  # Columns are dear: as few rows as possible.
        out[down, across] = cut.take(xs, 1)[ys] if is_enlarged else cut[ys].take(xs, 1)


def _shown_pixels(
    start: float, scale: float, part: tuple[int, int], count: int
) -> tuple[slice, NDArray[np.intp]]:
    """Along one axis: which of the part's screen pixels show the source, and which of its
    `count` pixels each one shows."""
    screen = np.arange(part[0], part[0] + part[1])
    at = np.floor((screen + 0.5 - start) / scale).astype(np.intp)
    first, end = np.searchsorted(at, [0, count]).tolist()
    return slice(first, end), at[first:end]


def _span(start: float, length: float, *, is_smooth: bool) -> slice:
    """Along one axis: the screen pixels that `sample` fills from a frame."""
    if is_smooth:
        return slice(max(round(start), 0), max(round(start) + _length(length), 0))
    first, end = (max(math.ceil(edge - 0.5), 0) for edge in (start, start + length))
    return slice(first, end)


def spans(view: View, size_hw: tuple[int, int], *, is_smooth: bool) -> tuple[slice, slice]:
    """The screen's rows and columns that `sample` fills from a frame of this size."""
    down, across = (
        _span(start, size * view.scale, is_smooth=is_smooth)
        for start, size in zip((view.y, view.x), size_hw, strict=True)
    )
    return down, across


def _made_small(source: Pixels, size_wh: tuple[int, int], halvings: int) -> Pixels:
    """A giant, small: four by four of a hundred pixels look alike, and a strip at a time needs
    little memory beside it."""
    made = np.empty((size_wh[1], size_wh[0], 3), np.uint8)
    step = max(2 ** (halvings - 2), 1)
    for top in range(0, size_wh[1], STRIP):
        rows = made[top : top + STRIP]
        begin, end = top << halvings, (top + len(rows)) << halvings
        strip = np.ascontiguousarray(source[begin + step // 2 : end : step, step // 2 :: step])
        cv2.resize(strip, (size_wh[0], len(rows)), rows, interpolation=cv2.INTER_AREA)
        let_go(source)
    return made


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
        self._shares: NDArray[np.float64] | None = None

    def render(
        self, view: View, screen_wh: tuple[int, int], buffers: Buffers, tone: Tone = PLAIN
    ) -> Pixels:
        """The screen's picture of the frame: (h, w, 4) uint8, bytes as Qt's RGB32 wants them.

        It lies in the buffers, and is overwritten by the next call.
        """
        width = self.size_hw[1] * view.scale  # on the screen
        rows, columns = self.pixels.shape[:2]
        level = 0
        while columns >> (level + 1) >= width and rows >> (level + 1) and columns >> (level + 1):
            level += 1
        area = Area(0, 0, *screen_wh)
        inside = View(width / (columns >> level), view.x, view.y)
        if level and (rows >> level) * (columns >> level) > MOST_KEPT:
            source, inside = self._cut(level, inside, area)
        else:
            source = self._level(level)
        rgb = buffers.get("rgb", (area.height, area.width, 3))
        self._sample(source, inside, area, rgb, tone)
        if not tone.is_plain:
            self._tone(rgb, tone, view, is_smooth=inside.scale < CRISP_FROM)
        result: Pixels = buffers.get("frame", (area.height, area.width, 4))
        cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA, result)
        let_go(self.pixels)
        return result

    def _sample(self, source: Pixels, inside: View, area: Area, rgb: Pixels, tone: Tone) -> None:
        """Fill the screen's part of the frame, and the ground around it."""
        sample(source, inside, area, rgb, smooth=inside.scale < CRISP_FROM)

    def _shares_of(self, tone: Tone) -> NDArray[np.float64]:
        """How its greys are spread."""
        if self._shares is None:
            self._shares = shares_of(self.pixels)
        return self._shares

    def _tone(self, rgb: Pixels, tone: Tone, view: View, *, is_smooth: bool) -> None:
        """Change how bright the frame is on the screen, and not what is around it."""
        down, across = spans(view, self.size_hw, is_smooth=is_smooth)
        inside = rgb[down, across]
        if inside.size:
            toned = np.ascontiguousarray(inside)
            tone.apply(toned, tone.table(self._shares_of(tone) if tone.is_equalised else None))
            if toned is not inside:
                inside[:] = toned

    def _cut(self, level: int, view: View, area: Area) -> tuple[Pixels, View]:
        """The part of a level that is in sight, made for this once, and where it lies."""
        rows, columns = (side >> level for side in self.pixels.shape[:2])
        x1, y1 = (max(int(corner) - 1, 0) for corner in view.to_frame(0, 0))
        right, bottom = view.to_frame(area.width, area.height)
        x2, y2 = min(int(right) + 2, columns), min(int(bottom) + 2, rows)
        part = self.pixels[y1 << level : y2 << level, x1 << level : x2 << level]
        size = (x2 - x1, y2 - y1)
        how = cv2.INTER_NEAREST if self._is_live else cv2.INTER_AREA
        return cv2.resize(part, size, interpolation=how), view.moved(
            x1 * view.scale, y1 * view.scale
        )

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
                source = self._levels[nearest]
                if source.size > GIANT and source.dtype == np.uint8:
                    made = _made_small(source, size, level - nearest)
                else:
                    made = cv2.resize(source, size, interpolation=cv2.INTER_AREA)
            self._levels[level] = made
        return self._levels[level]
