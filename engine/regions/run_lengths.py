"""Run lengths of a Mask as COCO counts them: column by column over the whole frame.

A compressed text is what pycocotools reads and writes: each number minus the one two before it,
in groups of five bits, lowest first, as characters from '0' on.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.values import Mask

MOST_PIXELS = 20_000 * 20_000
"""Of a frame whose masks are read; no picture is larger."""
_HINT = "The mask's run lengths are damaged; export the file anew or remove the object."


def rle_counts(mask: Mask, size_hw: tuple[int, int]) -> list[int]:
    """Lengths of runs of 0 and 1 in turn, beginning with 0; what lies outside the frame is cut."""
    height, width = size_hw
    top, left = max(mask.top, 0), max(mask.left, 0)
    pixels = mask.pixels[top - mask.top : height - mask.top, left - mask.left : width - mask.left]
    if top >= height or left >= width or not pixels.size:
        return [height * width]
    # Each column stands between two zeros, so that it begins as often as it ends.
    columns = np.zeros((pixels.shape[1], pixels.shape[0] + 2), dtype=np.bool_)
    columns[:, 1:-1] = pixels.T
    flat = columns.ravel()
    column, row = np.divmod(np.flatnonzero(flat[1:] != flat[:-1]), columns.shape[1])
    positions = (left + column) * height + top + row
    starts, ends = positions[::2], positions[1::2]
    if not len(starts):
        return [height * width]
    # A run at the bottom of a column goes on at the top of the next one.
    apart = starts[1:] != ends[:-1]
    edges = np.empty(2 * (np.count_nonzero(apart) + 2), dtype=np.int64)
    edges[0], edges[1], edges[-2], edges[-1] = 0, starts[0], ends[-1], height * width
    edges[3:-2:2], edges[2:-2:2] = starts[1:][apart], ends[:-1][apart]
    counts: list[int] = np.diff(edges).tolist()
    return counts[:-1] if counts[-1] == 0 else counts


def rle_encode(mask: Mask, size_hw: tuple[int, int]) -> str:
    """Mask -> COCO's compressed text."""
    return compress(rle_counts(mask, size_hw))


def checked_lengths(counts: str | Sequence[int], size_hw: tuple[int, int]) -> NDArray[np.int64]:
    """COCO's compressed text or plain counts as lengths that fit into the frame, or DatasetError.

    They come from files of others: nothing is taken for granted, their types neither.
    """
    height, width = size_hw
    if not (height > 0 and width > 0 and height * width <= MOST_PIXELS):
        raise DatasetError(f"A mask cannot be {width}x{height} pixels large.", hint=_HINT)
    if isinstance(counts, str):
        counts = expand(counts)
    if not isinstance(counts, list | tuple) or not set(map(type, counts)) <= {int}:
        raise DatasetError("A mask's run lengths are whole numbers.", hint=_HINT)
    if counts and not 0 <= min(counts) <= max(counts) <= height * width:
        raise DatasetError("A mask is larger than its picture.", hint=_HINT)
    lengths = np.asarray(counts, dtype=np.int64)
    if lengths.sum() > height * width:
        raise DatasetError("A mask is larger than its picture.", hint=_HINT)
    return lengths


def rle_decode(counts: str | Sequence[int], size_hw: tuple[int, int]) -> Mask | None:
    """COCO's compressed text or plain counts -> Mask, cropped tightly; None for no pixels."""
    lengths, height = checked_lengths(counts, size_hw), size_hw[0]
    edges = np.cumsum(lengths)
    starts, ends = edges[:-1:2], edges[1::2]
    starts = starts[: len(ends)]
    solid = starts < ends
    starts, ends = starts[solid], ends[solid]
    if not len(starts):
        return None
    left, right = int(starts[0]) // height, (int(ends[-1]) - 1) // height + 1
    runs = np.empty(2 * len(starts) + 1, dtype=np.int64)  # nothing, object, nothing ...
    runs[0], runs[-1] = starts[0] - left * height, right * height - ends[-1]
    runs[1::2], runs[2:-1:2] = ends - starts, starts[1:] - ends[:-1]
    columns = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(right - left, height)  # (w, H)
    rows = np.flatnonzero(columns.any(axis=0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    return Mask(left, top, columns[:, top:bottom].T)


def compress(counts: Sequence[int]) -> str:
    """Plain counts -> compressed text."""
    numbers = np.asarray(counts, dtype=np.int64)
    steps = numbers.copy()
    steps[3:] -= numbers[1:-2]
    return "".join(map(_letters, steps.tolist()))


@lru_cache(maxsize=1 << 16)
def _letters(step: int) -> str:
    """One number in groups of five bits; the last group's bit 16 tells its sign."""
    text = ""
    while True:
        low, step = step & 31, step >> 5
        if step == (-1 if low & 16 else 0):
            return text + chr(low + 48)
        text += chr((low | 32) + 48)


def expand(text: str) -> list[int]:
    """Compressed text -> plain counts."""
    try:
        letters = np.frombuffer(text.encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError as error:
        raise DatasetError("A mask's text has foreign characters.", hint=_HINT) from error
    if not len(letters):
        return []
    if (letters < 0).any() or (letters > 63).any() or letters[-1] & 32:
        raise DatasetError("A mask's text is cut off or damaged.", hint=_HINT)
    last = (letters & 32) == 0
    number = np.r_[0, np.cumsum(last)[:-1]]
    first = np.r_[True, last[:-1]]
    place = np.arange(len(letters)) - np.flatnonzero(first)[number]
    if place.max() > 11:
        raise DatasetError("A mask's text is damaged.", hint=_HINT)
    steps = np.zeros(int(last.sum()), dtype=np.int64)
    np.add.at(steps, number, (letters & 31) << (5 * place))
    negative = last & ((letters & 16) > 0)
    steps[number[negative]] -= 1 << (5 * (place[negative] + 1))
    counts = steps
    counts[1::2] = np.cumsum(counts[1::2])
    counts[2::2] = np.cumsum(counts[2::2])
    return [int(n) for n in counts]
