"""The pixels of a label map's file, decoded as they are."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import DatasetError, SourceError
from engine.mapped_pixels import let_go, room_for
from engine.regular_files import read_regular
from engine.sources import png_parts
from engine.sources.picture import BROKEN
from engine.sources.picture_header import MOST_BYTES, check_memory, header_of


@dataclass(frozen=True, slots=True, eq=False)
class MapPixels:
    """Numbers (H, W) or (H, W, channels), Pillow's mode of the picture, and its palette if any."""

    mode: str
    values: NDArray[Any]
    palette: list[int] | None = None


def read_pixels(path: Path, hint: str) -> MapPixels:
    """What is in the file. DatasetError for anything that is none, or too large."""
    try:
        data = read_regular(path, MOST_BYTES, DatasetError)
        # Pillow warns of what is odd in a damaged file.
        with warnings.catch_warnings(action="ignore"), header_of(data, path) as picture:
            palette = picture.getpalette() if picture.mode == "P" else None
            if png_parts.has_parts(picture, data):
                return MapPixels(picture.mode, _by_parts(data, picture, path), palette)
            check_memory(picture, data, path)
            return MapPixels(picture.mode, np.asarray(picture), palette)
    except SourceError as error:
        raise DatasetError(error.message, hint=error.hint) from error
    except BROKEN as error:
        raise DatasetError(f"Cannot read the label map {path.name}.", hint=hint) from error


def _by_parts(data: bytes, picture: Image.Image, path: Path) -> NDArray[Any]:
    """A very large map: no more memory than its numbers take, and colours lie in a file."""
    hw = picture.height, picture.width
    is_deep = picture.mode == "I;16"
    check_memory(picture, data, path, cost=2 if is_deep else 1)
    if picture.mode == "RGB":
        values: NDArray[Any] = room_for(hw)
    else:
        values = np.empty(hw, np.uint16 if is_deep else np.uint8)
    top = 0
    for part in png_parts.arrays(data, picture):
        values[top : top + len(part)] = part
        let_go(values)
        top += len(part)
    values.flags.writeable = False
    return values
