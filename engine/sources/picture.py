"""Reads one picture file of any common kind as upright RGB, or says why it cannot.

OpenCV decodes what it does fast and well, JPEG and PNG; Pillow all else. Both are given nothing
whose header claims too much (`picture_header`).
"""

import struct
import tempfile
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.errors import SourceError
from engine.folders import cache_folder
from engine.mapped_pixels import let_go, letting_go, room_for
from engine.regular_files import open_regular, read_regular
from engine.sources import picture_header, png_parts, tiff_parts
from engine.sources.deep_picture import over_white, read_deep
from engine.sources.picture_header import MOST_BYTES, check_memory, header_of, open_header

HUGE_PIXELS = 1 << 24
"""Larger pictures take long to decode: a preview is worth its time."""
PREVIEW_SIDE = 1024

BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, ArithmeticError, LookupError, TypeError,
    RuntimeError, MemoryError, struct.error, zlib.error, cv2.error,
)  # fmt: skip
"""What Pillow and OpenCV raise for damaged files."""
_HINT = "It may be damaged or no picture. Export it again as PNG or JPEG."
_STRIP = 1 << 17  # Pixels that are turned into RGB at a time: memory for so few is reused.
_PART = 1 << 24  # Of a turned picture, so many pixels are put in order at a time.
_SMALL = 1 << 19  # A picture of up to so many is turned at once.
_AS_STORED = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
_TRANSPARENT = ("RGBA", "LA", "PA", "RGBa", "La")
# All that OpenCV is shown of a PNG: it has failed on the rest (animation) or has no use for it.
_PNG_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The pixels (H, W, 3) uint8 RGB, upright: 16 bits scaled to 8, transparency over white."""
    data = _read_bytes(path)
    try:
        with header_of(data, path) as header:
            return _in_order(_whole(data, header, path))
    except BROKEN as error:
        raise _unreadable(path, error) from error


def read_thumbnail(path: Path, side: int) -> NDArray[np.uint8]:
    """The picture upright with its longer side at most `side`; large JPEGs decode at a fraction."""
    data = _read_bytes(path)
    try:
        with header_of(data, path) as image:
            if image.format != "JPEG" or image.mode not in ("L", "RGB"):
                return shrunk(_whole(data, image, path), side)
            orientation = picture_header.orientation(image)
            check_memory(image, data, path)
            image.draft("RGB", (side, side))
            pixels = np.asarray(image.convert("RGB"))
            return shrunk(upright(pixels, orientation), side)
    except BROKEN as error:
        raise _unreadable(path, error) from error


def is_huge(path: Path) -> bool:
    """Whether this is a JPEG that takes long to decode, and not to decode small.

    What is wrong with a file, `read_picture` says.
    """
    if path.suffix.lower() not in (".jpg", ".jpeg", ".jpe", ".jfif"):
        return False
    try:
        height, width = picture_size(path)
    except SourceError:
        return False
    return height * width > HUGE_PIXELS


def read_preview(path: Path) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """A quickly decoded small version of a huge JPEG, and its true (h, w)."""
    size_hw = picture_size(path)
    return read_thumbnail(path, max(max(size_hw) // 8, PREVIEW_SIDE)), size_hw


def picture_size(path: Path) -> tuple[int, int]:
    """Height and width of the upright picture, from the header alone."""
    try:
        with (
            open_regular(path, MOST_BYTES, SourceError) as file,
            open_header(file, path) as image,
        ):
            width, height = image.size
            is_turned = picture_header.orientation(image) >= 5
            return (width, height) if is_turned else (height, width)
    except BROKEN as error:
        raise _unreadable(path, error) from error


def _read_bytes(path: Path) -> bytes:
    try:
        data = read_regular(path, MOST_BYTES, SourceError)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not data:
        raise SourceError(f"The picture {path.name} is empty (0 bytes).", hint="Copy it again.")
    return data


def _unreadable(path: Path, error: BaseException) -> SourceError:
    if isinstance(error, FileNotFoundError):
        return SourceError(
            f"The picture {path} does not exist.", hint="It may have been moved or renamed."
        )
    if isinstance(error, PermissionError | IsADirectoryError):
        return SourceError(f"Cannot read the picture {path}: {error.strerror}.")
    return SourceError(f"Cannot read the picture {path.name}: {_reason(error)}.", hint=_HINT)


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory"
    text = str(error)
    if isinstance(error, UnidentifiedImageError):
        return "unknown kind of file"
    return "the file is truncated" if "truncated" in text.lower() else "the file is damaged"


def upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Undo an EXIF orientation 1..8 of rows and columns, whatever follows them."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _in_order(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same, row by row from the first; of a large picture that is a second file."""
    if pixels.flags.c_contiguous:
        return pixels
    height, width = pixels.shape[:2]
    copy = room_for((height, width))
    rows = max(1, _PART // width)
    for top in range(0, height, rows):
        copy[top : top + rows] = pixels[top : top + rows]
        let_go(copy)
        let_go(pixels)
    return copy


def _whole(data: bytes, header: Image.Image, path: Path) -> NDArray[np.uint8]:
    """The pixels, upright."""
    check_memory(header, data, path)
    pixels, orientation = _decode(data, header)
    return upright(pixels, orientation)


def _decode(data: bytes, header: Image.Image) -> tuple[NDArray[np.uint8], int]:
    """The pixels as stored, and the orientation they still have to be turned by."""
    orientation = picture_header.orientation(header)
    if picture_header.is_mapped(header, data):
        return _decode_mapped(data, header), orientation
    if header.format == "PNG":
        data = b"".join(_still_png(data))
    if picture_header.is_deep(header, data):
        pixels, turn = read_deep(data, header)
        return pixels, orientation if turn == 1 else turn
    # OpenCV is faster, but fills what is missing of a JPEG with grey; Pillow refuses it.
    if picture_header.is_plain(header) and (header.format == "PNG" or _has_end(data)):
        # Turned into RGB by the decoder: afterwards it would cost as much again in memory.
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), _AS_STORED)
        if decoded is not None:
            return np.asarray(decoded, dtype=np.uint8), orientation
    return _as_rgb(header), orientation


def _decode_mapped(data: bytes, header: Image.Image) -> NDArray[np.uint8]:
    """The pixels as stored, in a file; memory holds a part of them at a time."""
    pixels = room_for((header.height, header.width))
    if header.format == "TIFF":
        for top, part in tiff_parts.pictures(data, header):
            _fill(pixels[top : top + part.height], part)
            let_go(pixels)
        return pixels
    if header.format == "PNG" or _has_end(data):
        # OpenCV decodes into an array of ours from a named file only.
        with tempfile.TemporaryDirectory(dir=cache_folder()) as folder, letting_go(pixels):
            file = Path(folder) / "picture"
            with file.open("wb") as copy:
                copy.writelines(_still_png(data) if header.format == "PNG" else [data])
            decoded = cv2.imread(str(file), pixels, _AS_STORED)
            if decoded is not None and np.shares_memory(decoded, pixels):
                return pixels
    _fill(pixels, header)
    return pixels


def _as_rgb(image: Image.Image) -> NDArray[np.uint8]:
    pixels = room_for((image.height, image.width))
    _fill(pixels, image)
    return pixels


def _fill(pixels: NDArray[np.uint8], image: Image.Image) -> None:
    """A strip at a time: Pillow holds whole pictures in four bytes a pixel, several times over."""
    image.load()
    is_transparent = image.mode in _TRANSPARENT or "transparency" in image.info
    is_small = image.width * image.height <= _SMALL
    rows = image.height if is_small else max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        strip = image if is_small else image.crop((0, top, image.width, bottom))
        if is_transparent:
            pixels[top:bottom] = over_white(np.asarray(strip.convert("RGBA")), "RGBA")
        elif strip.mode == "L":
            cv2.cvtColor(np.asarray(strip), cv2.COLOR_GRAY2RGB, dst=pixels[top:bottom])
        else:
            pixels[top:bottom] = np.asarray(strip if strip.mode == "RGB" else strip.convert("RGB"))


def _has_end(data: bytes) -> bool:
    """Whether the end marker follows the pixels (a preview inside the header has its own)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xDA:
            return data.rfind(b"\xff\xd9", at) >= 0
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def _still_png(data: bytes) -> list[bytes | memoryview]:
    """The PNG without what it says beside its pixels; an animated one is its still picture.

    OSError unless every chunk is there with its right checksum: no decoder looks at both.
    """
    has_more = False
    kept: list[bytes | memoryview] = [png_parts.SIGNATURE]
    for kind, chunk in png_parts.chunks(data):
        if kind in _PNG_CHUNKS:
            kept.append(chunk)
        else:
            has_more = True
    return kept if has_more else [data]


def shrunk(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The pixels (H, W, 3) with the longer side at most `side`; never enlarged."""
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
