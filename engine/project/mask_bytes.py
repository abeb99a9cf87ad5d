"""The pixels of Masks as packed bits, zipped: of a large one that changed, only the rows that did.

It is one zlib stream, as of any other: the parts of it that are packed again end at whole bytes.
"""

import zlib
from collections import deque
from dataclasses import dataclass
from itertools import accumulate
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from engine.regions.changes import changed
from engine.values import Mask

LARGE = 1 << 24
"""Pixels from which on it is worth it."""
_BAND = 1 << 22
_BASE = 65521  # Of the checksum Adler-32.
_HEAD, _END = b"\x78\x01", b"\x03\x00"


@dataclass(frozen=True, slots=True)
class _Band:
    """Some rows, zipped by themselves; their checksum and their size before."""

    data: bytes
    checksum: int
    size: int


# Of the last Masks, as long as somebody has them: an Edit mostly changes one of these.
_packed: deque[tuple[ref[NDArray[np.bool_]], tuple[int, int], tuple[_Band, ...]]] = deque(maxlen=4)


def pack(mask: Mask) -> bytes:
    """All pixels, row by row."""
    if mask.pixels.size < LARGE:
        return zlib.compress(np.packbits(mask.pixels).data, 1)
    bands = _bands(mask)
    checksum = list(accumulate(bands, _joined, initial=_Band(b"", 1, 0)))[-1].checksum
    return b"".join((_HEAD, *(band.data for band in bands), _END, checksum.to_bytes(4, "big")))


def _bands(mask: Mask) -> tuple[_Band, ...]:
    height, width = mask.pixels.shape
    rows = 8 * max(_BAND // width // 8, 1)  # So that all but the last are whole bytes.
    known, same = _known(mask)
    bands = []
    for number, top in enumerate(range(0, height, rows)):
        first, last = same
        is_known = known and (top + rows <= first or top >= last)
        bands.append(known[number] if is_known else _band(mask, top, top + rows))
    _packed.append((ref(mask.pixels), (mask.left, mask.top), tuple(bands)))
    return tuple(bands)


def _known(mask: Mask) -> tuple[tuple[_Band, ...], tuple[int, int]]:
    """What is known of a Mask before, and the rows in which this one differs from it."""
    for pixels, corner, bands in reversed(tuple(_packed)):
        before = pixels()
        if before is None or corner != (mask.left, mask.top) or before.shape != mask.pixels.shape:
            continue
        rect = changed(Mask(*corner, before), mask)
        return bands, (0, 0) if rect is None else (rect[1] - mask.top, rect[3] - mask.top)
    return (), (0, 0)


def _band(mask: Mask, top: int, bottom: int) -> _Band:
    data = np.packbits(mask.pixels[top:bottom]).data
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    return _Band(packed, zlib.adler32(data), len(data))


def _joined(first: _Band, second: _Band) -> _Band:
    """The checksum and the size of both, one behind the other (zlib's `adler32_combine`)."""
    low1, high1 = first.checksum & 0xFFFF, first.checksum >> 16
    low2, high2 = second.checksum & 0xFFFF, second.checksum >> 16
    low = (low1 + low2 - 1) % _BASE
    high = (second.size * (low1 - 1) + high1 + high2) % _BASE
    return _Band(b"", high << 16 | low, first.size + second.size)
