"""Regions as bytes in the database, and back exactly."""

import json
import struct
import zlib

import numpy as np

from engine.errors import ProjectError
from engine.project.mask_bytes import pack
from engine.values import Box, Mask, Polygon, Polyline, Region

Attributes = tuple[tuple[str, str], ...]

_ODD = (ValueError, TypeError, OverflowError, MemoryError, IndexError)
_BOX = struct.Struct("<4d")
_MASK = struct.Struct("<2i2I")


def encode(region: Region) -> tuple[str, bytes]:
    """Kind and data: a Box as four numbers, outlines as float32, pixels as packed bits."""
    if isinstance(region, Box):
        return "box", _BOX.pack(*region.xyxy)
    if isinstance(region, Mask):
        height, width = region.pixels.shape
        try:
            head = _MASK.pack(region.left, region.top, height, width)
        except struct.error as error:
            message = f"A mask at {region.left}, {region.top} is too far away to be stored."
            raise ProjectError(message, hint="Its corner has at most 32 bits.") from error
        return "mask", head + pack(region)
    if isinstance(region, Polyline):
        return "line", region.points_xy.tobytes()
    rings = (region.points_xy, *region.holes)
    head = struct.pack(f"<I{len(rings)}I", len(rings), *map(len, rings))
    return "polygon", head + b"".join(ring.tobytes() for ring in rings)


def decode(kind: str, data: bytes) -> Region:
    """The Region that these bytes were made from."""
    try:
        if kind == "box":
            return Box(*_BOX.unpack(data))
        if kind == "line":
            return Polyline(np.frombuffer(data, dtype="<f4").reshape(-1, 2))
        return _mask(data) if kind == "mask" else _polygon(data)
    except (struct.error, zlib.error, *_ODD) as error:
        hint = "Repair the project, or put a backup in its place."
        raise ProjectError("A region in the project is damaged.", hint=hint) from error


def _mask(data: bytes) -> Mask:
    left, top, height, width = _MASK.unpack_from(data)
    bits = np.frombuffer(zlib.decompress(data[_MASK.size :]), dtype=np.uint8)
    pixels = np.unpackbits(bits, count=height * width).view(np.bool_).reshape(height, width)
    pixels.flags.writeable = False
    return Mask(left, top, pixels)


def _polygon(data: bytes) -> Polygon:
    (count,) = struct.unpack_from("<I", data)
    lengths = struct.unpack_from(f"<{count}I", data, 4)
    points = np.frombuffer(data, dtype="<f4", offset=4 + 4 * count).reshape(-1, 2)
    if count == 1:
        return Polygon(points)
    outline, *holes = np.split(points, np.cumsum(lengths)[:-1])
    return Polygon(outline, tuple(holes))


def attributes_text(attributes: Attributes) -> str:
    """Attributes as JSON; nothing for none."""
    return json.dumps(attributes) if attributes else ""


def attributes_of(text: str) -> Attributes:
    """Attributes from JSON: pairs of texts."""
    if not text:
        return ()
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("attributes are a list")
    pairs = tuple((name, value) for name, value in found)
    if not all(isinstance(part, str) for pair in pairs for part in pair):
        raise ValueError("attributes are texts")
    return pairs
