"""Masks as other tools pack them into JSON: a zipped PNG, and Label Studio's run lengths."""

import base64
import binascii
import io
import warnings
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.sources.picture_header import MAX_PIXELS

_MOST_BYTES = 32 << 20
_BROKEN = (
    *(OSError, UnidentifiedImageError, SyntaxError, EOFError, OverflowError, MemoryError),
    *(zlib.error, binascii.Error, ValueError),
)
_MOST_MASK_PIXELS = 1 << 26
_WORD = 8


def unzip_png(text: str) -> NDArray[np.bool_]:
    """A mask (h, w) from the base64 text of a zipped PNG: where it is opaque, or not 0.

    ValueError for anything else.
    """
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        if unpacker.unconsumed_tail:
            raise ValueError("too large")
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            warnings.simplefilter("ignore")
            if not 0 < picture.width * picture.height <= MAX_PIXELS:
                raise ValueError("too large")
            is_clear = picture.mode in ("RGBA", "LA") or "transparency" in picture.info
            values = (
                np.asarray(picture.convert("RGBA"))[..., 3] if is_clear else np.asarray(picture)
            )
    except _BROKEN:
        raise ValueError("its bitmap is damaged") from None
    return np.asarray(values.any(axis=2) if values.ndim == 3 else values != 0, dtype=np.bool_)


def unpack_brush(counts: list[int], size_hw: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask (h, w) from the bytes of Label Studio's brush: where its RGBA picture is opaque.

    The bytes are a stream of bits: how many values there are (32 bits), the bits of a value less
    one (5), four lengths less one (4 each); then runs, each of one bit that says whether a single
    value repeats, two bits that choose one of the lengths, the count less one in so many bits, and
    the value or the values. ValueError for anything else.
    """
    height, width = size_hw
    if height * width > _MOST_MASK_PIXELS:
        raise ValueError("its mask is too large")
    if not all(isinstance(c, int) and 0 <= c <= 255 for c in counts):
        raise ValueError("its run lengths are no bytes")
    bits = _Bits(bytes(counts))
    total, word = bits.take(32), bits.take(5) + 1
    lengths = [bits.take(4) + 1 for _ in range(4)]
    if word != _WORD or total != 4 * height * width:
        raise ValueError("its mask is no RGBA picture of its size")
    values = np.empty(total, dtype=np.uint8)
    done = 0
    while done < total:
        repeats = bits.take(1)
        count = bits.take(lengths[bits.take(2)]) + 1
        if done + count > total:
            raise ValueError("its run lengths do not fit its size")
        values[done : done + count] = bits.take(_WORD) if repeats else bits.bytes(count)
        done += count
    return np.asarray(values[3::4].reshape(height, width) > 0, dtype=np.bool_)


class _Bits:
    """Numbers from a stream of bits, the highest bit first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        """The number in the next bits, up to 32 of them."""
        end = self._at + count
        if end > 8 * len(self._data):
            raise ValueError("its run lengths are cut off")
        chunk = self._data[self._at >> 3 : (end + 7) >> 3]
        number = int.from_bytes(chunk, "big") >> (-end & 7)
        self._at = end
        return number & ((1 << count) - 1)

    def bytes(self, count: int) -> NDArray[np.uint8]:
        """So many numbers of eight bits."""
        end = self._at + 8 * count
        if end > 8 * len(self._data):
            raise ValueError("its run lengths are cut off")
        chunk = np.frombuffer(self._data[self._at >> 3 : (end + 7) >> 3], dtype=np.uint8)
        bits = np.unpackbits(chunk)[self._at & 7 :][: 8 * count]
        self._at = end
        return np.packbits(bits)
