"""Which pictures are nearly the same: bursts, resized copies, frames saved one by one."""

from collections import defaultdict
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 16
_NEAR = 2.5
"""Mean difference of the small grey pictures, of 255, up to which two are nearly the same."""

Fingerprint = NDArray[np.uint8]
"""A picture as (SIDE, SIDE) grey values."""


def fingerprint(pixels: NDArray[np.uint8]) -> Fingerprint:
    """(H, W, 3) RGB -> its fingerprint."""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def near_duplicates(prints: Sequence[Fingerprint | None]) -> list[int]:
    """A group number for each picture; nearly equal ones share it, unknown ones stay alone."""
    parent = list(range(len(prints)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    known = [i for i, p in enumerate(prints) if p is not None]
    table = np.array([prints[i] for i in known], dtype=np.int16).reshape(-1, SIDE * SIDE)
    for members in _candidates(table):
        # Each is compared with the next ones of its bucket; chains join bursts of any length.
        for position, member in enumerate(members[:-1]):
            others = members[position + 1 :]
            far = np.abs(table[others] - table[member]).mean(axis=1)
            for other in others[far <= _NEAR]:
                parent[root(known[int(other)])] = root(known[int(member)])
    return [root(i) for i in range(len(prints))]


def _candidates(table: NDArray[np.int16]) -> list[NDArray[np.int64]]:
    """Buckets of pictures that agree in a quarter of the signs of their coarse gradients."""
    if not len(table):
        return []
    coarse = table.reshape(-1, 8, SIDE // 8, 8, SIDE // 8).mean(axis=(2, 4))  # (N, 8, 8)
    signs = np.diff(coarse, axis=2, append=coarse[:, :, :1]) > 1  # (N, 8, 8)
    bits = np.packbits(signs.reshape(len(table), 64), axis=1)  # (N, 8)
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for i, row in enumerate(bits):
        for band in range(4):
            buckets[band, row[2 * band : 2 * band + 2].tobytes()].append(i)
    return [np.array(members) for members in buckets.values() if len(members) > 1]
