"""A color for each object, so that neighbours of one label can be told apart."""

import colorsys
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Color = tuple[int, int, int]

COUNT = 20
MOST = 600
"""More objects than this are colored without looking at their neighbours."""


def _palette() -> tuple[Color, ...]:
    """Hues that are far apart from one to the next, in turn light and strong."""
    looks = [
        colorsys.hsv_to_rgb(0.55 + n * 0.618034, (0.85, 0.6, 0.75)[n % 3], (0.9, 1.0, 0.8)[n % 3])
        for n in range(COUNT)
    ]
    return tuple((round(255 * r), round(255 * g), round(255 * b)) for r, g, b in looks)


PALETTE = _palette()


def track_color(track: int) -> Color:
    """Of what keeps its number from frame to frame: neighbouring numbers differ."""
    return PALETTE[track % COUNT]


def object_colors(keys: Sequence[str], boxes: NDArray[np.float32]) -> list[Color]:
    """A color for each object of these boxes (N, 4) xyxy.

    An object's key chooses it, so that it stays when others come and go. Only where an earlier
    neighbour has the same color the next one is taken.
    """
    count = len(keys)
    wanted = [zlib.crc32(key.encode()) % COUNT for key in keys]
    if count > MOST:
        return [PALETTE[number] for number in wanted]
    # A box as large fits between two that are no neighbours.
    gap = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0)[:, None, None]  # (N, 1, 1)
    low, high = boxes[:, None, :2] - gap, boxes[:, None, 2:] + gap  # (N, 1, 2)
    apart = (low >= boxes[None, :, 2:]) | (high <= boxes[None, :, :2])  # (N, N, 2)
    near: NDArray[np.bool_] = ~np.any(apart, axis=2)
    chosen: list[int] = []
    for number in range(count):
        taken = {chosen[other] for other in np.flatnonzero(near[number, :number]).tolist()}
        free = ((wanted[number] + step) % COUNT for step in range(COUNT))
        chosen.append(next((color for color in free if color not in taken), wanted[number]))
    return [PALETTE[number] for number in chosen]
