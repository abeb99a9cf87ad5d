"""Where a Mask differs from the one that it was made of: what is done anew for a stroke then costs
the pixels of the stroke, however large the Mask is."""

from collections import deque
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from engine.values import Mask

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in the frame."""
_BLOCK = 1 << 20  # Pixels that are compared at a time.
_Pixels = NDArray[np.bool_]
# The last changes of Masks that are still there: enough for what one Edit does.
_noted: deque[tuple[ref[_Pixels], ref[_Pixels], Rect | None]] = deque(maxlen=32)


def note(before: Mask, after: Mask, rect: Rect | None) -> None:
    """Remember that two Masks of the same crop are alike outside of this part of the frame."""
    _noted.append((ref(before.pixels), ref(after.pixels), rect))


def changed(before: Mask, after: Mask) -> Rect | None:
    """The part of the frame outside of which two Masks are alike; None where they are the same.

    It is seldom more than what differs: of Masks with other crops, all that either covers.
    """
    if _crop(before) != _crop(after):
        a, b = _crop(before), _crop(after)
        return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
    if before.pixels is after.pixels:
        return None
    for first, second, rect in reversed(tuple(_noted)):
        one, other = first(), second()
        if (one is before.pixels and other is after.pixels) or (
            one is after.pixels and other is before.pixels
        ):
            return rect
    rect = _compared(before, after)
    note(before, after, rect)
    return rect


def _crop(mask: Mask) -> Rect:
    height, width = mask.pixels.shape
    return mask.left, mask.top, mask.left + width, mask.top + height


def _compared(before: Mask, after: Mask) -> Rect | None:
    """The rows from the first that differs to the last."""
    height, width = after.pixels.shape
    rows = max(_BLOCK // width, 1)
    differing = [
        top
        for top in range(0, height, rows)
        if not np.array_equal(before.pixels[top : top + rows], after.pixels[top : top + rows])
    ]
    if not differing:
        return None
    bottom = min(differing[-1] + rows, height)
    return after.left, after.top + differing[0], after.left + width, after.top + bottom
