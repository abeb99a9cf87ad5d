"""Label maps as picture files: decoded as they are, and written with a palette or as colours."""

import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError, SourceError
from engine.files import write_bytes
from engine.regular_files import open_regular, read_regular
from engine.sources.picture import BROKEN
from engine.sources.picture_header import MOST_BYTES, check_memory, header_of, open_header
from engine.values import IGNORE, Label

IGNORED_COLOR = (224, 224, 192)
"""What VOC paints where nobody knows."""
_REMAKE = "Save the map again as PNG."
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLORS, _PALETTE = 0, 2, 3
_FILTER_UP = 2  # each row is what it differs in from the one above


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
        data = read_regular(path, MOST_BYTES, DatasetError)
        with warnings.catch_warnings(action="ignore"), header_of(data, path) as picture:
            check_memory(picture, data, path)
            if picture.mode in ("RGB", "RGBA"):
                values = np.asarray(picture)[..., :3]
                is_grey = not (values != values[..., :1]).any()
                return MapFile(values[..., 0] if is_grey else values)
            palette = picture.getpalette() if picture.mode == "P" else None
            values = np.asarray(picture)
    except SourceError as error:
        raise DatasetError(error.message, hint=error.hint) from error
    except BROKEN as error:
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
        with (
            warnings.catch_warnings(action="ignore"),
            open_regular(path, MOST_BYTES, SourceError) as file,
            open_header(file, path) as picture,
        ):
            return picture.mode not in ("1", "L", "P", "I", "I;16", "I;16B", "LA")
    except (SourceError, *BROKEN):
        return None


def write_palette_png(path: Path, ids: NDArray[np.uint8], labels: Sequence[Label]) -> None:
    """Write ids in a single-channel PNG that is seen in the colours of its labels."""
    palette = np.zeros((256, 3), dtype=np.uint8)
    palette[IGNORE] = IGNORED_COLOR
    for label in labels:
        palette[label.id] = label.color
    write_bytes(path, _png(ids, _PALETTE, palette))


def write_grey_png(path: Path, ids: NDArray[np.uint8]) -> None:
    """Write ids in a single-channel PNG, pixel value = id."""
    write_bytes(path, _png(ids, _GREY))


def write_color_png(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Write colours (H, W, 3)."""
    write_bytes(path, _png(rgb, _COLORS))


def _png(values: NDArray[np.uint8], kind: int, palette: NDArray[np.uint8] | None = None) -> bytes:
    """A PNG of areas of one value: in half the time of a general encoder, and smaller."""
    height, width = values.shape[:2]
    rows = values.reshape(height, -1)
    lines = np.empty((height, rows.shape[1] + 1), dtype=np.uint8)
    lines[:, 0] = _FILTER_UP
    lines[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=lines[1:, 1:])
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    data = packer.compress(lines.tobytes()) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    colors = b"" if palette is None else _chunk(b"PLTE", palette.tobytes())
    end = _chunk(b"IEND", b"")
    return _SIGNATURE + _chunk(b"IHDR", head) + colors + _chunk(b"IDAT", data) + end


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _table(palette: Sequence[int]) -> NDArray[np.uint8]:
    table = np.zeros(768, dtype=np.uint8)
    table[: len(palette)] = palette[:768]
    return table.reshape(256, 3)
