"""Reads one picture file of any common kind as upright RGB, or says why it cannot."""

import io
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from engine.errors import SourceError

MAX_PIXELS = 1 << 28
"""A header that claims more pixels (16384 x 16384) is refused before anything is decoded."""

HUGE_PIXELS = 1 << 24
"""Larger pictures take long to decode: a preview is worth its time."""
PREVIEW_SIDE = 1024

# Our own bound above replaces Pillow's, which warns at a third of it.
Image.MAX_IMAGE_PIXELS = None

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError, cv2.error)
_HINT = "It may be damaged or no picture. Export it again as PNG or JPEG."


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The pixels (H, W, 3) uint8 RGB, upright: 16 bits scaled to 8, transparency over white."""
    data = _read_bytes(path)
    try:
        with Image.open(io.BytesIO(data)) as header:
            _check_size(header, path)
            orientation = _orientation(header)
            pixels = _decode(data, header)
    except _BROKEN as error:
        raise _unreadable(path, error) from error
    return np.ascontiguousarray(_upright(pixels, orientation))


def read_thumbnail(path: Path, side: int) -> NDArray[np.uint8]:
    """The picture upright with its longer side at most `side`; large JPEGs decode at a fraction."""
    try:
        with Image.open(path) as image:
            _check_size(image, path)
            orientation = _orientation(image)
            if image.format == "JPEG" and image.mode in ("L", "RGB"):
                image.draft("RGB", (side, side))
                pixels = np.asarray(image.convert("RGB"))
                return _shrink(_upright(pixels, orientation), side)
    except _BROKEN as error:
        raise _unreadable(path, error) from error
    return _shrink(read_picture(path), side)


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
        with Image.open(path) as image:
            _check_size(image, path)
            width, height = image.size
            return (width, height) if _orientation(image) >= 5 else (height, width)
    except _BROKEN as error:
        raise _unreadable(path, error) from error


def _read_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
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


def _check_size(image: Image.Image, path: Path) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise SourceError(
            f"The picture {path.name} claims {width} x {height} pixels, more than can be opened.",
            hint=f"Cut it into parts of at most {MAX_PIXELS // 1_000_000} megapixels.",
        )


def _orientation(image: Image.Image) -> int:
    # Pillow itself turns TIFF files upright, and reports their upright size.
    if image.format == "TIFF":
        return 1
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except (*_BROKEN, KeyError, TypeError, IndexError, ArithmeticError):
        return 1  # Broken metadata does not make the pixels unreadable.
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo an EXIF orientation 1..8."""
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _decode(data: bytes, header: Image.Image) -> NDArray[np.uint8]:
    if header.format == "PNG":
        _check_png(data)
    if _is_deep(data, header):
        return _decode_deep(data, header)
    plain = header.mode in ("L", "RGB") and "transparency" not in header.info
    # OpenCV is faster, but fills what is missing of a JPEG with grey; Pillow refuses it.
    if plain and (header.format == "PNG" or (header.format == "JPEG" and _has_end(data))):
        # Turned into RGB by the decoder: afterwards it would cost as much again in memory.
        kind = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), kind)
        if decoded is not None:
            return np.asarray(decoded, dtype=np.uint8)
    if header.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in header.info:
        return _over_white(np.asarray(header.convert("RGBA")))
    return np.asarray(header.convert("RGB"))


def _has_end(data: bytes) -> bool:
    """Whether the end marker follows the pixels (a preview inside the header has its own)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        if data[at + 1] == 0xDA:
            return data.rfind(b"\xff\xd9", at) >= 0
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def _check_png(data: bytes) -> None:
    """OSError unless every chunk is there with its right checksum: no decoder looks at both."""
    at = 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        checksum = zlib.crc32(memoryview(data)[at + 4 : end])
        if end + 4 <= len(data) and checksum != int.from_bytes(data[end : end + 4], "big"):
            raise OSError("checksum differs")
        if data[at + 4 : at + 8] == b"IEND":
            return
        at = end + 4
    raise OSError("truncated")


def _over_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = rgba[..., 3:].astype(np.uint16)
    blended = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return blended.astype(np.uint8)


def _is_deep(data: bytes, header: Image.Image) -> bool:
    """Whether the file holds more than 8 bits a channel."""
    if header.format == "PNG":
        return data[24] == 16
    if header.format == "TIFF":
        bits: Any = getattr(header, "tag_v2", {}).get(258, (1,))
        return max(bits if isinstance(bits, tuple) else (bits,)) > 8
    return header.mode.startswith(("I", "F"))


def _decode_deep(data: bytes, header: Image.Image) -> NDArray[np.uint8]:
    # Pillow keeps only the upper byte of 16-bit colour, which blackens 12-bit pictures.
    header.load()  # Refuses truncated files, which OpenCV would not.
    values = np.asarray(header)
    if values.ndim == 3:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if decoded is not None and decoded.ndim == 3 and decoded.shape[:2] == values.shape[:2]:
            order = [2, 1, 0, 3][: decoded.shape[2]]
            values = decoded[..., order] if decoded.shape[2] >= 3 else decoded
    scaled = to_8_bit(values)
    if scaled.ndim == 2:
        return np.repeat(scaled[..., None], 3, axis=2)
    if scaled.shape[2] == 4:
        return _over_white(scaled)
    if scaled.shape[2] == 2:
        return _over_white(scaled[..., [0, 0, 0, 1]])
    return scaled[..., :3]


def to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Deep values scaled to 8 bits: integers by the bits they use (10, 12, 14 or 16), floats in
    0..1 by 255, all else from their lowest to their highest value."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * 255
    numbers = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)
    low, high = float(numbers.min()), float(numbers.max())
    if np.issubdtype(values.dtype, np.integer) and low >= 0 and high < 1 << 16:
        bits = max(8, int(high).bit_length())
        low, high = 0.0, float((1 << (bits + bits % 2)) - 1)
    elif low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    scale = 255 / (high - low) if high > low else 0.0
    return np.clip(np.rint((numbers - low) * scale), 0, 255).astype(np.uint8)


def _shrink(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
