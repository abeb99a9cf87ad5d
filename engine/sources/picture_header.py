"""What a picture file claims is judged before anything of it is decoded.

A few bytes may claim pixels of gigabytes, so the sizes in the header decide whether a decoder,
which believes them, is asked at all.
"""

import io
import os
import struct
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image

from engine.errors import SourceError
from engine.mapped_pixels import MAPPED_FROM
from engine.sources.tiff_parts import parts_of, tags

MAX_PIXELS = 20_000 * 20_000
"""A header that claims more pixels is refused, whatever kind it is."""
MOST_BYTES = 1 << 30
"""The largest file that is read."""
MOST_MEMORY = 1 << 32
"""What decoding may take, in bytes, beside the file itself: 4 GB, for scenes of satellites."""

KINDS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TGA", "TIFF", "WEBP")
"""Pillow's names of what is opened, by content; it knows many more, some of which run programs."""

# Bytes that decoding takes at its most for each pixel, the result among them, as measured.
_COSTS = {"AVIF": 24, "GIF": 12, "JPEG2000": 30, "TIFF": 12, "WEBP": 20}
_USUAL_COST = 8
_FAST_COST = 7
_MAPPED_COST = 3  # In a file; what is in memory of it is let go.
_COEFFICIENTS = 6  # A progressive JPEG is kept whole until its last scan.
_DEEP_COST = 26

# So much of it a file may take however small it is, and so much more for each byte that it has:
# real pictures need 100 bytes for one, blank ones up to 1000 (deflate cannot do more).
_FREE = 1 << 29
_GAIN = 500

_JPEGS = ("JPEG", "MPO")
_MOST_TAGS = 1000
_MOST_EXIF = 1 << 17
_MOST_SCANS = 200

# Our own bounds replace Pillow's, which warns at a third of MAX_PIXELS.
Image.MAX_IMAGE_PIXELS = None


def open_header(file: BinaryIO, path: Path) -> Image.Image:
    """The picture in `file`, not decoded; SourceError where it claims too much."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(32)
    if start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        _check_tags(file, start)
    if (webp_hw := _webp_size(start)) is not None:
        # Pillow makes room for two whole frames as it opens one.
        _check_pixels(webp_hw, path)
        _check_memory(webp_hw, _COSTS["WEBP"], size, path)
    file.seek(0)
    image = Image.open(file, formats=KINDS)
    if image.format == "PNG" and "exif" not in image.info and (exif := _png_exif(file)):
        image.info["exif"] = exif
    _check_pixels((image.height, image.width), path)
    return image


def check_memory(image: Image.Image, data: bytes, path: Path, *, cost: int | None = None) -> None:
    """SourceError where decoding would take too much memory, OSError where it would take hours.

    `cost` is in bytes a pixel, where it is not the usual decoder that is asked.
    """
    if image.format in _JPEGS and data.count(b"\xff\xda") > _MOST_SCANS:
        raise OSError("damaged: more scans than any JPEG needs")
    if image.format == "TIFF":
        _check_tile(image)
    cost = cost_of(image, data) if cost is None else cost
    _check_memory((image.height, image.width), cost, len(data), path)


def cost_of(image: Image.Image, data: bytes) -> int:
    """How many bytes of memory decoding takes at most for each pixel, the result among them."""
    cost = _COSTS.get(image.format or "", _USUAL_COST)
    if is_deep(image, data):
        cost = max(cost, _DEEP_COST)
    elif is_mapped(image, data):
        cost = _MAPPED_COST
    elif is_plain(image):
        cost = _FAST_COST
    if image.format in _JPEGS and image.info.get("progressive"):
        cost += _COEFFICIENTS
    return cost


def is_plain(image: Image.Image) -> bool:
    """Whether this is a JPEG or PNG that needs nothing but decoding: 8 bits, no transparency."""
    usual = image.format in ("JPEG", "PNG") and image.mode in ("L", "RGB")
    return usual and "transparency" not in image.info


def is_mapped(image: Image.Image, data: bytes) -> bool:
    """Whether its pixels come into a file, and none of them need to be in memory for that."""
    if image.width * image.height <= MAPPED_FROM or is_deep(image, data):
        return False
    return is_plain(image) or bool(parts_of(image))


def is_deep(image: Image.Image, data: bytes) -> bool:
    """Whether the file holds more than 8 bits a channel."""
    if image.format == "PNG":
        return data[24] == 16
    if image.format == "TIFF":
        return max(tags(image, _BITS) or (1,)) > 8
    return image.mode.startswith(("I", "F"))


def orientation(image: Image.Image) -> int:
    """How the stored pixels lie, 1 to 8 as EXIF counts them."""
    # Pillow itself turns TIFF files upright, and reports their upright size.
    if image.format == "TIFF" or len(image.info.get("exif", b"")) > _MOST_EXIF:
        return 1
    try:
        # Pillow's own way for PNG would decode the picture, as EXIF may stand behind the pixels.
        value = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, MemoryError):
        return 1  # Broken metadata does not make the pixels unreadable.
    except (struct.error, EOFError):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


_BITS, _TILE_WIDTH, _TILE_LENGTH = 258, 322, 323


def _check_pixels(size_hw: tuple[int, int], path: Path) -> None:
    height, width = size_hw
    if height * width > MAX_PIXELS:
        raise SourceError(
            f"The picture {path.name} claims {width} x {height} pixels, more than can be opened.",
            hint=f"Cut it into parts of at most {MAX_PIXELS // 1_000_000} megapixels.",
        )


def _check_memory(size_hw: tuple[int, int], cost: int, size: int, path: Path) -> None:
    height, width = size_hw
    needed = height * width * cost
    message = (
        f"Opening the {width} x {height} pixels of {path.name} would take"
        f" {needed / 1e9:.1f} GB of memory."
    )
    if needed > MOST_MEMORY:
        most = MOST_MEMORY // cost // 1_000_000
        hint = f"Cut it into parts of at most {most} megapixels, or save it as JPEG."
        raise SourceError(message, hint=hint)
    if needed > _FREE + _GAIN * size:
        hint = f"It has only {size} bytes: it is blank, or made to fill the memory. Leave it out."
        raise SourceError(message, hint=hint)


def _check_tile(image: Image.Image) -> None:
    """OSError where one tile is far larger than the whole picture: it is decoded whole."""
    tile = max(tags(image, _TILE_WIDTH), default=0) * max(tags(image, _TILE_LENGTH), default=0)
    if tile > max(1 << 22, 4 * image.width * image.height):
        raise OSError("damaged: a tile is larger than the picture")


def _check_tags(file: BinaryIO, start: bytes) -> None:
    """OSError where a TIFF has more tags than anybody writes: each may name the same megabytes."""
    order = "<" if start[:2] == b"II" else ">"
    is_big = b"+" in start[:4]
    (at,) = struct.unpack_from(order + ("Q" if is_big else "I"), start, 8 if is_big else 4)
    file.seek(min(at, 1 << 40))
    raw = file.read(8 if is_big else 2)
    if int.from_bytes(raw, "little" if order == "<" else "big") > _MOST_TAGS:
        raise OSError("damaged: too many tags")


def _png_exif(file: BinaryIO) -> bytes:
    """What a PNG's EXIF chunk holds, wherever it stands; nothing without one."""
    place, at, found = file.tell(), 8, b""
    while not found:
        file.seek(at)
        start = file.read(8)
        if len(start) < 8 or start[4:] == b"IEND":
            break
        size = int.from_bytes(start[:4], "big")
        if start[4:] == b"eXIf":
            found = file.read(min(size, _MOST_EXIF + 1))
        at += 12 + size
    file.seek(place)
    return found


def _webp_size(start: bytes) -> tuple[int, int] | None:
    """Height and width that a WebP's first chunk states; None for another kind of file."""
    if start[:4] != b"RIFF" or start[8:12] != b"WEBP" or len(start) < 30:
        return None
    if start[12:16] == b"VP8X":
        width, height = (
            int.from_bytes(side, "little") + 1 for side in (start[24:27], start[27:30])
        )
        return height, width
    if start[12:16] == b"VP8L":
        bits = int.from_bytes(start[21:25], "little")
        return 1 + (bits >> 14 & 0x3FFF), 1 + (bits & 0x3FFF)
    width, height = struct.unpack_from("<HH", start, 26)
    return height & 0x3FFF, width & 0x3FFF


def header_of(data: bytes, path: Path) -> Image.Image:
    """The same of a file's bytes."""
    return open_header(io.BytesIO(data), path)
