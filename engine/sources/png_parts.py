"""A very large PNG part by part: some of its rows as a picture of their own.

Pillow decodes a PNG whole, in several times its memory. So its rows are unpacked a few at a time,
and given to Pillow in a file that holds them and the row above, which their filters look at.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WHOLE = 1 << 25
"""One of up to so many pixels is decoded at once."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PART = 1 << 22  # Pixels.
_MODES = ("L", "P", "RGB", "I;16")
_CHANNELS = {0: 1, 2: 3, 3: 1}  # By kind of colour: grey, RGB, palette.


def has_parts(header: Image.Image, data: bytes) -> bool:
    """Whether it is so large that it is worth it, and laid out row by row, in whole bytes."""
    if header.format != "PNG" or header.width * header.height <= WHOLE:
        return False
    is_plain = header.mode in _MODES and "transparency" not in header.info
    return is_plain and data[24] in (8, 16) and data[25] in _CHANNELS and not data[28]


def arrays(data: bytes, header: Image.Image) -> Iterator[NDArray[Any]]:
    """The rows from top to bottom, some at a time: (h, W), or (h, W, 3) of colours.

    OSError where the file is damaged or ends too soon.
    """
    depth, kind = data[24:26]
    bytes_in_row = header.width * _CHANNELS[kind] * depth // 8
    rows = max(_PART // header.width, 1)
    colors = b"".join(view for name, view in chunks(data) if name == b"PLTE")
    above = bytes(bytes_in_row)
    unpacked = _unpacked(data, (bytes_in_row + 1) * rows)
    for top in range(0, header.height, rows):
        count = min(rows, header.height - top)
        packed = next(unpacked, b"")[: (bytes_in_row + 1) * count]
        if len(packed) < (bytes_in_row + 1) * count:
            raise OSError("truncated")
        head = struct.pack(">IIBBBBB", header.width, count + 1, depth, kind, 0, 0, 0)
        body = zlib.compress(b"\0" + above + packed, 0)
        parts = (SIGNATURE, chunk(b"IHDR", head), colors, chunk(b"IDAT", body), chunk(b"IEND", b""))
        with Image.open(io.BytesIO(b"".join(parts)), formats=["PNG"]) as image:
            found = np.asarray(image)[1:]
        above = found[-1].astype(found.dtype.newbyteorder(">")).tobytes()
        yield found


def chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """The kind of each chunk, and all its bytes. OSError where one is missing or was changed."""
    at, view, kind = len(SIGNATURE), memoryview(data), b""
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if at + 12 > len(data) or end > len(data):
            raise OSError("truncated")
        kind = data[at + 4 : at + 8]
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise OSError("checksum differs")
        yield kind, view[at:end]
        at = end


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk as it stands in a file."""
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum)))


def _unpacked(data: bytes, size: int) -> Iterator[bytes]:
    """What is packed in the file, so many bytes at a time; the last may be fewer."""
    unpacker, found = zlib.decompressobj(), bytearray()
    for kind, view in chunks(data):
        pending: bytes | memoryview = view[8:-4] if kind == b"IDAT" else b""
        while len(pending) and not unpacker.eof:
            found += unpacker.decompress(pending, size - len(found))
            pending = unpacker.unconsumed_tail
            if len(found) == size:
                yield bytes(found)
                found.clear()
    yield bytes(found + unpacker.flush())
