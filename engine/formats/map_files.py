"""Label maps as picture files: decoded as they are, and written with a palette or as colours."""

import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError, SourceError
from engine.files import write_bytes
from engine.formats.map_pixels import read_pixels
from engine.mapped_pixels import let_go
from engine.regions.map_strips import PIXELS
from engine.regular_files import open_regular
from engine.sources.picture import BROKEN
from engine.sources.picture_header import MOST_BYTES, open_header
from engine.sources.png_parts import SIGNATURE, chunk
from engine.values import IGNORE, Label

IGNORED_COLOR = (224, 224, 192)
"""What VOC paints where nobody knows."""
_REMAKE = "Save the map again as PNG."
_GREY, _COLORS, _PALETTE = 0, 2, 3
_FILTER_UP = 2  # each row is what it differs in from the one above
Size = tuple[int, int]


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

    def strips(self) -> Iterator[NDArray[Any]]:
        """The rows from top to bottom, some at a time."""
        rows = max(PIXELS // self.values.shape[1], 1)
        for top in range(0, len(self.values), rows):
            yield self.values[top : top + rows]
            let_go(self.values)

    def colors(self) -> Iterator[NDArray[np.uint8]]:
        """The colours (h, W, 3) that are seen, some rows at a time."""
        for values in self.strips():
            if self.is_colored:
                yield np.asarray(values, dtype=np.uint8)
            elif self.palette is not None:
                yield self.palette[values]
            else:
                yield np.repeat(values[..., None].astype(np.uint8), 3, axis=2)


def read_map_file(path: Path) -> MapFile:
    """Decode a map. DatasetError for anything that is none, or too large."""
    found = read_pixels(path, _REMAKE)
    if found.mode in ("RGB", "RGBA"):
        colored = MapFile(found.values[..., :3])
        is_grey = not any((part != part[..., :1]).any() for part in colored.strips())
        return MapFile(colored.values[..., 0]) if is_grey else colored
    values = found.values if found.values.ndim < 3 else found.values[..., 0]
    if values.ndim != 2 or values.dtype.kind not in "uib" or values.min() < 0:
        raise DatasetError(f"{path.name} holds no whole numbers from 0 on.", hint=_REMAKE)
    return MapFile(values, None if found.palette is None else _table(found.palette))


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


def write_palette_png(
    path: Path, size_hw: Size, strips: Iterable[NDArray[np.uint8]], labels: Sequence[Label]
) -> None:
    """Write ids in a single-channel PNG that is seen in the colours of its labels.

    Maps are given some rows at a time, from top to bottom.
    """
    palette = np.zeros((256, 3), dtype=np.uint8)
    palette[IGNORE] = IGNORED_COLOR
    for label in labels:
        palette[label.id] = label.color
    write_bytes(path, _png(size_hw, strips, _PALETTE, palette))


def write_grey_png(path: Path, size_hw: Size, strips: Iterable[NDArray[np.uint8]]) -> None:
    """Write ids in a single-channel PNG, pixel value = id."""
    write_bytes(path, _png(size_hw, strips, _GREY))


def write_color_png(path: Path, size_hw: Size, strips: Iterable[NDArray[np.uint8]]) -> None:
    """Write colours, each strip (h, W, 3)."""
    write_bytes(path, _png(size_hw, strips, _COLORS))


def _png(
    size_hw: Size,
    strips: Iterable[NDArray[np.uint8]],
    kind: int,
    palette: NDArray[np.uint8] | None = None,
) -> bytes:
    """A PNG of areas of one value: in half the time of a general encoder, and smaller."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    packed: list[bytes] = []
    above: NDArray[np.uint8] | int = 0
    for strip in strips:
        rows = strip.reshape(len(strip), -1)
        lines = np.empty((len(rows), rows.shape[1] + 1), dtype=np.uint8)
        lines[:, 0] = _FILTER_UP
        np.subtract(rows[0], above, out=lines[0, 1:])
        np.subtract(rows[1:], rows[:-1], out=lines[1:, 1:])
        packed.append(packer.compress(lines.data))
        above = rows[-1]
    packed.append(packer.flush())
    head = struct.pack(">IIBBBBB", size_hw[1], size_hw[0], 8, kind, 0, 0, 0)
    colors = b"" if palette is None else chunk(b"PLTE", palette.tobytes())
    data = chunk(b"IDAT", b"".join(packed))
    return SIGNATURE + chunk(b"IHDR", head) + colors + data + chunk(b"IEND", b"")


def _table(palette: Sequence[int]) -> NDArray[np.uint8]:
    table = np.zeros(768, dtype=np.uint8)
    table[: len(palette)] = palette[:768]
    return table.reshape(256, 3)
