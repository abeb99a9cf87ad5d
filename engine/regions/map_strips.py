"""What is seen where Regions lie over one another, a strip of the frame at a time.

So a map of a very large frame is never in memory as a whole, unless somebody wants all of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import window
from engine.regions.extents import extents
from engine.regions.masks import pixels_in
from engine.values import Annotation, LabelMap, Mask, Region

PIXELS = 1 << 22
"""Of a strip, if a row has fewer."""
Size = tuple[int, int]


def strips_of(
    stack: Sequence[tuple[Region, int]], size_hw: Size, undrawn: int = 0
) -> Iterator[NDArray[Any]]:
    """The numbers (h, W) that are seen, from top to bottom, in as few bytes as the highest needs:
    each Region covers those before it."""
    height, width = size_hw
    kind = np.min_scalar_type(max([undrawn, *(number for _, number in stack)]))
    reach = extents([region for region, _ in stack])
    rows = max(PIXELS // width, 1)
    for top in range(0, height, rows):
        strip = np.full((min(rows, height - top), width), undrawn, kind)
        bottom = top + len(strip)
        for index in np.flatnonzero((reach[:, 1] < bottom) & (reach[:, 3] > top)).tolist():
            _paint(strip, top, *stack[index])
        yield strip


def _paint(strip: NDArray[Any], top: int, region: Region, number: int) -> None:
    """Write the number where the Region is, in a strip that begins at this row of the frame."""
    height, width = strip.shape
    rect = (0, top, width, top + height)
    mask = region if isinstance(region, Mask) else pixels_in(region, rect)
    pixels = None if mask is None else window(mask, rect)
    if mask is None or pixels is None or not pixels.size:
        return
    row, column = max(mask.top - top, 0), max(mask.left, 0)
    part = strip[row : row + pixels.shape[0], column : column + pixels.shape[1]]
    np.copyto(part, number, where=pixels)


def id_strips(
    annotations: Iterable[Annotation], size_hw: Size, background: int = 0
) -> Iterator[NDArray[np.uint8]]:
    """Every pixel's label id: higher z covers lower, later covers earlier."""
    ordered = sorted(annotations, key=lambda a: a.z)
    return strips_of([(a.region, a.label_id) for a in ordered], size_hw, background)


def label_map_of(annotations: Iterable[Annotation], size_hw: Size, background: int = 0) -> LabelMap:
    """The same as a whole."""
    ids, top = np.empty(size_hw, dtype=np.uint8), 0
    for strip in id_strips(annotations, size_hw, background):
        ids[top : top + len(strip)] = strip
        top += len(strip)
    ids.flags.writeable = False
    return LabelMap(ids)
