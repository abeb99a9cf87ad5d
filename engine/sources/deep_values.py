"""What a picture of more than 8 bits holds, before it is scaled to 8 for networks and screens."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.regular_files import open_regular, read_regular
from engine.sources import picture_header
from engine.sources.deep_picture import ends_of, ends_of_8_bit, read_channels
from engine.sources.picture import BROKEN, upright
from engine.sources.picture_header import MOST_BYTES, check_memory, header_of, is_deep, open_header

_SAMPLES = 512
"""Shares are counted on no more rows and columns than this."""
_START = 32
_RARE = 0.1  # percent


@dataclass(frozen=True, eq=False)
class DeepValues:
    """The numbers, (H, W) or (H, W, 3), upright, uint16 or float32; the lowest and the highest of
    them, and those that are black and white where it is scaled to 8 bits."""

    values: NDArray[Any]
    ends: tuple[float, float]
    seen: tuple[float, float]

    @property
    def is_whole(self) -> bool:
        """Whether they are whole numbers."""
        return np.issubdtype(self.values.dtype, np.integer)

    @property
    def usual(self) -> tuple[float, float]:
        """Nearly all of them, with room around: one bright pixel may be far above."""
        low, high = self.middle(_RARE)
        room = (high - low) / 2
        return max(self.ends[0], low - room), min(self.ends[1], high + room)

    def middle(self, percent: float) -> tuple[float, float]:
        """The window that leaves out so much of the darkest, and of the brightest."""
        rows, columns = (max(side // _SAMPLES, 1) for side in self.values.shape[:2])
        low, high = np.percentile(self.values[::rows, ::columns], (percent, 100 - percent)).tolist()
        return (low, high) if low < high else self.ends


def read_deep_values(path: Path) -> DeepValues | None:
    """None for a picture of 8 bits, and where channels are no colours: transparency, CMYK."""
    try:
        with open_regular(path, MOST_BYTES, SourceError) as file, open_header(file, path) as image:
            file.seek(0)
            if not is_deep(image, file.read(_START)):
                return None
        data = read_regular(path, MOST_BYTES, SourceError)
        with header_of(data, path) as header:
            check_memory(header, data, path)
            orientation = picture_header.orientation(header)
            values, turn = read_channels(data, header)
    except FileNotFoundError:  # It is shown from memory; who looks after its file says so.
        return None
    except BROKEN as error:
        raise SourceError(f"Cannot read the values of {path.name}.") from error
    if values.ndim == 3 and values.shape[2] != 3:
        return None
    ends = ends_of(values)
    seen = ends_of_8_bit(values, *ends)
    if not seen[0] < seen[1]:
        return None
    values = upright(values, orientation if turn == 1 else turn)
    return DeepValues(_simple(values, *ends), ends, seen)


def _simple(values: NDArray[Any], low: float, high: float) -> NDArray[Any]:
    """As one of two kinds, which OpenCV can resize."""
    if np.issubdtype(values.dtype, np.integer) and low >= 0 and high < 1 << 16:
        return np.ascontiguousarray(values, np.uint16)
    numbers = np.ascontiguousarray(values, np.float32)
    return np.nan_to_num(numbers, posinf=0, neginf=0)
