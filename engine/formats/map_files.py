"""Label maps as picture files: decoded as they are, and written with a palette or as colours."""

import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.errors import DatasetError
from engine.files import write_bytes
from engine.regular_files import check_regular
from engine.sources.picture_header import MAX_PIXELS
from engine.values import IGNORE, Label

IGNORED_COLOR = (224, 224, 192)
"""What VOC paints where nobody knows."""
_MOST_BYTES = 1 << 30
_BROKEN = (
    *(OSError, UnidentifiedImageError, SyntaxError, ValueError, EOFError, OverflowError),
    *(MemoryError, zlib.error, struct.error),
)
_REMAKE = "Save the map again as PNG."
_HEADER_END = 33  # signature, and the chunk IHDR with its checksum


@dataclass(frozen=True, slots=True, eq=False)
class MapFile:
    """Numbers (H, W), or colours (H, W, 3) uint8; the palette (256, 3) where there is one."""

    values: NDArray[Any]
    palette: NDArray[np.uint8] | None = None

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def is_colored(self) -> bool:
        """Whether a pixel is a colour and no number."""
        return self.values.ndim == 3

    def colors(self) -> NDArray[np.uint8]:
        """The colours (H, W, 3) that are seen."""
        if self.is_colored:
            return np.asarray(self.values, dtype=np.uint8)
        if self.palette is not None:
            return self.palette[self.values]
        return np.repeat(self.values[..., None].astype(np.uint8), 3, axis=2)


def read_map_file(path: Path) -> MapFile:
    """Decode a map. DatasetError for anything that is none, or too large."""
    try:
        check_regular(path, _MOST_BYTES, DatasetError)
        with warnings.catch_warnings(), Image.open(path) as picture:
            warnings.simplefilter("ignore")
            width, height = picture.size
            if not 0 < width * height <= MAX_PIXELS:
                raise ValueError("its size")
            if picture.mode in ("RGB", "RGBA"):
                values = np.asarray(picture)[..., :3]
                is_grey = not (values != values[..., :1]).any()
                return MapFile(values[..., 0] if is_grey else values)
            palette = picture.getpalette() if picture.mode == "P" else None
            values = np.asarray(picture)
    except _BROKEN as error:
        raise DatasetError(f"Cannot read the label map {path.name}.", hint=_REMAKE) from error
    if values.ndim == 3:
        values = values[..., 0]
    if values.ndim != 2 or values.dtype.kind not in "uib" or values.min() < 0:
        raise DatasetError(f"{path.name} holds no whole numbers from 0 on.", hint=_REMAKE)
    return MapFile(values, None if palette is None else _table(palette))


def is_colored(path: Path) -> bool | None:
    """Whether a picture file holds colours, as its header says; None for one that cannot be read.

    A map of three equal channels counts as coloured here.
    """
    try:
        with warnings.catch_warnings(), Image.open(path) as picture:
            warnings.simplefilter("ignore")
            return picture.mode not in ("1", "L", "P", "I", "I;16", "I;16B", "LA")
    except _BROKEN:
        return None


def write_palette_png(path: Path, ids: NDArray[np.uint8], labels: Sequence[Label]) -> None:
    """Write ids in a single-channel PNG that is seen in the colours of its labels."""
    palette = np.zeros((256, 3), dtype=np.uint8)
    palette[IGNORE] = IGNORED_COLOR
    for label in labels:
        palette[label.id] = label.color
    grey = _encoded(path, ids)
    # OpenCV writes no palettes, but is several times faster than what does.
    head = bytearray(grey[16:29])
    head[9] = 3  # the pixels are indices
    chunks = grey[:8] + _chunk(b"IHDR", bytes(head)) + _chunk(b"PLTE", palette.tobytes())
    write_bytes(path, chunks + grey[_HEADER_END:])


def write_color_png(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Write colours (H, W, 3)."""
    write_bytes(path, _encoded(path, np.ascontiguousarray(rgb[..., ::-1])))


def _encoded(path: Path, values: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", values)
    if not done:
        raise DatasetError(f"Cannot encode the label map {path.name}.", hint=_REMAKE)
    return bytes(data)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _table(palette: Sequence[int]) -> NDArray[np.uint8]:
    table = np.zeros(768, dtype=np.uint8)
    table[: len(palette)] = palette[:768]
    return table.reshape(256, 3)
