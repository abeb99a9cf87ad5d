"""Pictures of more than 8 bits a channel, scaled to 8."""

import io
import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.sources.picture_header import KINDS
from engine.sources.tiff_parts import tags

# Numbers of TIFF tags.
_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_OFFSETS, _ORIENTATION, _SAMPLES, _ROWS, _COUNTS, _PLANAR = 273, 274, 277, 278, 279, 284
_PREDICTOR, _TILE_WIDTH, _TILE_LENGTH, _TILE_OFFSETS, _TILE_COUNTS = 317, 322, 323, 324, 325
_SEPARATED, _PLANES, _DIFFERENCES = 5, 2, 2
# What packs bytes, whatever they mean: none, LZW, deflate (two numbers), PackBits, LZMA, Zstandard.
_BYTE_PACKERS = {1, 5, 8, 32946, 32773, 34925, 50000}
_STRIP = 1 << 18  # Numbers that are scaled at a time: memory for so few is reused.


def read_deep(data: bytes, header: Image.Image) -> tuple[NDArray[np.uint8], int]:
    """The pixels (H, W, 3) over white, and the orientation they still have to be turned by."""
    values, turn = read_channels(data, header)
    if values.ndim == 2:
        return np.repeat(to_8_bit(values)[..., None], 3, axis=2), turn
    kind = _kind(header) if header.format == "TIFF" else "RGBA"
    return over_white(to_8_bit(values), kind), turn


def read_channels(data: bytes, header: Image.Image) -> tuple[NDArray[Any], int]:
    """The numbers as stored, (H, W) or (H, W, C), and the orientation that is to be undone."""
    if header.format == "TIFF" and header.mode in ("RGB", "RGBA", "CMYK"):
        return _tiff_channels(data, header), _turn(header)
    if header.format == "PNG" and header.mode in ("RGB", "RGBA", "LA"):
        return _png_channels(data), 1
    header.load()
    values: NDArray[Any] = np.empty((header.height, header.width), _type_of(header))
    _fill(values, header)
    return values, 1


def _type_of(image: Image.Image) -> type:
    """The type of a grey picture's numbers."""
    if image.mode == "F":
        return np.float32
    return np.int32 if image.mode in ("I", "I;16S") else np.uint16


def _png_channels(data: bytes) -> NDArray[np.uint16]:
    """All channels of a 16-bit PNG, (H, W, 3 or 4).

    Pillow keeps only the upper byte of 16-bit colour, which blackens 12-bit pictures.
    """
    with Image.open(io.BytesIO(data), formats=KINDS) as whole:
        whole.load()  # Refuses truncated files, which OpenCV would not.
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.ndim != 3:
        raise OSError("damaged")
    code = cv2.COLOR_BGRA2RGBA if decoded.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(decoded, code, dst=decoded), np.uint16)


def to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Deep values scaled to 8 bits: integers by the bits they use (10, 12, 14 or 16), floats in
    0..1 by 255, all else from their lowest to their highest value."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * 255
    low, high = ends_of_8_bit(values, *ends_of(values))
    scale = 255 / (high - low) if high > low else 0.0
    scaled = np.empty(values.shape, np.uint8)
    for part in _parts(values):
        scaled[part] = np.clip(np.rint((_numbers(values[part]) - low) * scale), 0, 255)
    return scaled


def ends_of(values: NDArray[Any]) -> tuple[float, float]:
    """The lowest and the highest number; what is no number counts as 0."""
    bounds = [_bounds(values[part]) for part in _parts(values)]
    return min(low for low, _ in bounds), max(high for _, high in bounds)


def ends_of_8_bit(values: NDArray[Any], low: float, high: float) -> tuple[float, float]:
    """Which numbers become 0 and 255, where they reach from `low` to `high`."""
    if np.issubdtype(values.dtype, np.integer) and low >= 0 and high < 1 << 16:
        bits = max(8, int(high).bit_length())
        return 0.0, float((1 << (bits + bits % 2)) - 1)
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _parts(values: NDArray[Any]) -> list[slice]:
    """Rows to be worked on together: numbers of 4 bytes for all at once would take gigabytes."""
    rows = max(1, _STRIP // max(1, values[:1].size))
    return [slice(top, top + rows) for top in range(0, len(values), rows)]


def _bounds(values: NDArray[Any]) -> tuple[float, float]:
    numbers = _numbers(values)
    return float(numbers.min()), float(numbers.max())


def _numbers(values: NDArray[Any]) -> NDArray[np.float32]:
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(np.float32)
    return np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)


def over_white(pixels: NDArray[np.uint8], kind: str) -> NDArray[np.uint8]:
    """Pixels of RGB, RGBA, RGBa (colours already multiplied by alpha) or CMYK -> RGB."""
    if kind == "RGB" or pixels.shape[2] < 4:
        return pixels[..., :3]
    out = np.empty((*pixels.shape[:2], 3), np.uint8)
    for part in _parts(pixels):
        color, last = pixels[part, :, :3].astype(np.uint16), pixels[part, :, 3:4].astype(np.uint16)
        if kind == "CMYK":
            out[part] = ((255 - color) * (255 - last) + 127) // 255
        elif kind == "RGBa":
            out[part] = np.minimum(color + (255 - last), 255)
        else:
            out[part] = (color * last + 255 * (255 - last) + 127) // 255
    return out


def _kind(header: Image.Image) -> str:
    """What the channels of a TIFF mean; Pillow tells its raw kind: RGB;16L, RGBa;16B, CMYK;16L."""
    if tags(header, _PHOTOMETRIC)[:1] == (_SEPARATED,):
        return "CMYK"
    if header.mode == "RGBA":
        return "RGBa" if tags(header, 338)[:1] == (1,) else "RGBA"
    return "RGB"


def _turn(header: Image.Image) -> int:
    return next((value for value in tags(header, _ORIENTATION) if 1 <= value <= 8), 1)


def _tiff_channels(data: bytes, header: Image.Image) -> NDArray[np.uint16]:
    """All channels of a 16-bit TIFF as stored, (H, W, C).

    Pillow reads only grey at 16 bits, but right in every compression. So it is told of a grey
    picture for each plane; where the channels lie side by side, of one that is C times as wide.
    """
    channels = tags(header, _SAMPLES)[0]
    if set(tags(header, _BITS)) != {16} or tags(header, _COMPRESSION)[0] not in _BYTE_PACKERS:
        raise OSError("damaged, or of an unusual kind")
    width, height = tags(header, _WIDTH)[0], tags(header, _LENGTH)[0]
    values = np.empty((height, width, channels), np.uint16)
    if tags(header, _PLANAR)[:1] == (_PLANES,):
        for plane in range(channels):
            _fill(values[..., plane], _grey(data, header, plane, 1))
        return values
    _fill(values.reshape(height, width * channels), _grey(data, header, 0, channels))
    if tags(header, _PREDICTOR)[:1] == (_DIFFERENCES,):
        step = next(iter(tags(header, _TILE_WIDTH)), width)
        for left in range(0, width, step):
            part = values[:, left : left + step]
            np.cumsum(part, axis=1, dtype=np.uint16, out=part)
    return values


def _grey(data: bytes, header: Image.Image, plane: int, channels: int) -> Image.Image:
    """One plane, or all channels side by side as a wider picture."""
    grey = Image.open(io.BytesIO(_as_grey(data, header, plane, channels)), formats=KINDS)
    grey.load()
    return grey


def _fill(values: NDArray[Any], image: Image.Image) -> None:
    """Copy a picture of one channel, some rows at a time."""
    if values.shape != (image.height, image.width):
        raise OSError("damaged")
    for part in _parts(values):
        rows = (0, part.start, image.width, min(part.stop, image.height))
        values[part] = np.asarray(image.crop(rows))


def _as_grey(data: bytes, header: Image.Image, plane: int, channels: int) -> bytes:
    """The same file whose only directory tells of a grey picture."""
    kept = {
        number: list(tags(header, number))
        for number in (_LENGTH, _COMPRESSION, _FILL_ORDER, _ROWS, _TILE_LENGTH)
    }
    kept[_WIDTH] = [tags(header, _WIDTH)[0] * channels]
    kept[_TILE_WIDTH] = [width * channels for width in tags(header, _TILE_WIDTH)]
    # Differences are to the pixel before: in the wider picture that is not the number before.
    kept[_PREDICTOR] = list(tags(header, _PREDICTOR)) if channels == 1 else []
    kept |= {_BITS: [16], _PHOTOMETRIC: [1], _SAMPLES: [1]}
    is_planar = tags(header, _PLANAR)[:1] == (_PLANES,)
    share = tags(header, _SAMPLES)[0] if is_planar else 1
    for number in (_OFFSETS, _COUNTS, _TILE_OFFSETS, _TILE_COUNTS):
        values = tags(header, number)
        each = len(values) // share
        kept[number] = list(values[plane * each : (plane + 1) * each])
    order = "<" if data[:2] == b"II" else ">"
    at = len(data) + len(data) % 2
    start = data[:2] + struct.pack(order + "HI", 42, at)
    return start + data[8:].ljust(at - 8, b"\0") + _directory(kept, at, order)


def _directory(entries: dict[int, list[int]], at: int, order: str) -> bytes:
    """A TIFF directory of 32-bit numbers that begins at `at`."""
    filled = sorted((number, values) for number, values in entries.items() if values)
    after = at + 2 + 12 * len(filled) + 4
    rows, more = struct.pack(order + "H", len(filled)), b""
    for number, values in filled:
        packed = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            packed, more = struct.pack(order + "I", after + len(more)), more + packed
        rows += struct.pack(order + "HHI", number, 4, len(values)) + packed
    return rows + struct.pack(order + "I", 0) + more
