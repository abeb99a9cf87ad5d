"""Paints lines and zones with what they have counted."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.counters import Counter, Place, Tally
from engine.painting.captions import Color, caption

COLOR: Color = (255, 214, 10)
SEAM: Color = (25, 25, 25)
ARROW = 14
"""How far the arrow that points forward reaches, in pixels of what shows the frame."""


def text_of(tally: Tally) -> str:
    """The name and both numbers: `gate  → 3  ← 1`, `room  2 (5)`."""
    first, second = tally.totals
    if tally.counter.is_zone:
        return f"{tally.counter.name}  {first} ({second})"
    return f"{tally.counter.name}  → {first}  ← {second}"


def outline(counter: Counter) -> tuple[Place, ...]:
    """The points to draw a line through; a zone ends where it begins."""
    return (*counter.points, counter.points[0]) if counter.is_zone else counter.points


def arrow(counter: Counter, length: float) -> tuple[Place, ...]:
    """An arrow's shaft and tip that point forward from the middle of a line; nothing for a zone."""
    if counter.is_zone:
        return ()
    (x1, y1), (x2, y2) = counter.points
    long = math.hypot(x2 - x1, y2 - y1)
    along_x, along_y = (x2 - x1) / long * length, (y2 - y1) / long * length
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    tip_x, tip_y = x - along_y, y + along_x
    back_x, back_y = x - along_y * 0.6, y + along_x * 0.6
    one = (back_x + along_x * 0.3, back_y + along_y * 0.3)
    other = (back_x - along_x * 0.3, back_y - along_y * 0.3)
    return (x, y), (tip_x, tip_y), one, (tip_x, tip_y), other


def paint_tallies(
    pixels: NDArray[np.uint8], tallies: Sequence[Tally], width: int, size: int
) -> None:
    """Into the pixels (H, W, 3): each with its numbers where it begins."""
    for tally in tallies:
        for places in (outline(tally.counter), arrow(tally.counter, ARROW * width)):
            points = np.round(np.array(places, np.float32)).astype(np.int32).reshape(-1, 1, 2)
            for color, wider in ((SEAM, 2), (COLOR, 0)):
                cv2.polylines(pixels, [points], False, color, width + wider, cv2.LINE_AA)
        text = caption(text_of(tally), size, COLOR)
        x, y = tally.counter.points[0]
        left = max(0, min(round(x), pixels.shape[1] - text.shape[1]))
        top = max(0, min(round(y), pixels.shape[0] - text.shape[0]))
        place = pixels[top : top + text.shape[0], left : left + text.shape[1]]
        place[:] = text[: place.shape[0], : place.shape[1]]
