"""A Mask that a line has cut: by runs of its rows, as most of a large one is far from the cut."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import crop, subtract
from engine.regions.numbered import Runs, masks_of_runs, parts_of, runs_in
from engine.values import Mask

_ROUNDS = 8
"""Pixels: what the cut took farther from all pieces than this stays with the largest."""
_Keys = NDArray[np.int64]
"""Places of pixels, in the order of reading."""


def pieces(mask: Mask, rest: Mask, gone: Mask) -> list[Mask]:
    """What the Mask falls into where a cut took some pixels and left the rest, the largest first
    and with what is whole still; none where nothing falls apart. Each of the pixels that the cut
    took goes with a piece beside it."""
    wide = mask.pixels.shape[1] + 2  # So that none is beside one of the next row.
    whole, left = _runs(mask, mask), _runs(rest, mask)
    number, begins = parts_of(left), _keys(left.rows, left.starts, wide)
    around = np.searchsorted(_keys(whole.rows, whole.starts, wide), begins, side="right") - 1
    parts, numbers = np.unique(np.stack([parts_of(whole)[around], number]), axis=1)
    cut = numbers[np.bincount(parts)[parts] > 1]
    if not len(cut):
        return []
    pixels = _pixels(_runs(gone, mask), wide)
    given = _beside(pixels, wide, (begins, begins + left.ends - left.starts, number))
    sizes = np.bincount(number, left.ends - left.starts)
    sizes += np.bincount(given[given >= 0], minlength=len(sizes))
    smaller = cut[np.argsort(-sizes[cut], kind="stable")][1:]
    others = [
        _mask(mask, wide, _chosen(left, number == n), pixels[given == n]) for n in smaller.tolist()
    ]
    largest: Mask | None = mask
    for other in others:
        largest = subtract(largest, other)
    return others if largest is None else [largest, *others]


def _runs(part: Mask, whole: Mask) -> Runs:
    """The runs of a part, counted from the corner of the whole."""
    found, x, y = runs_in(part.pixels), part.left - whole.left, part.top - whole.top
    return Runs(found.numbers, found.rows + y, found.starts + x, found.ends + x)


def _chosen(runs: Runs, which: NDArray[np.bool_]) -> Runs:
    return Runs(runs.numbers[which], runs.rows[which], runs.starts[which], runs.ends[which])


def _keys(rows: NDArray[Any], columns: NDArray[Any], wide: int) -> _Keys:
    return (rows.astype(np.int64) + 1) * wide + columns + 1


def _pixels(runs: Runs, wide: int) -> _Keys:
    """Each pixel of the runs."""
    lengths = (runs.ends - runs.starts).astype(np.int64)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(_keys(runs.rows, runs.starts, wide), lengths) + within


def _beside(pixels: _Keys, wide: int, left: tuple[_Keys, _Keys, NDArray[np.int64]]) -> _Keys:
    """For each pixel the number of what is beside it, or beside what is beside it, and so on; -1
    where that is too far. `left` are runs: where they begin and end, and their numbers."""
    begins, ends, number = left
    steps = (-1, 1, -wide, wide, -wide - 1, -wide + 1, wide - 1, wide + 1)
    given = np.full(len(pixels), -1, np.int64)
    for step in steps:
        run = np.searchsorted(begins, pixels + step, side="right") - 1
        is_met = (given < 0) & (run >= 0) & (pixels + step < ends[run])
        given[is_met] = number[run[is_met]]
    for _ in range(_ROUNDS - 1):
        before = given.copy()
        if (before >= 0).all():
            break
        for step in steps:
            at = np.searchsorted(pixels, pixels + step).clip(max=len(pixels) - 1)
            is_met = (given < 0) & (pixels[at] == pixels + step)
            given[is_met] = before[at[is_met]]
    return given


def _mask(whole: Mask, wide: int, runs: Runs, pixels: _Keys) -> Mask:
    """Runs and single pixels as one Mask."""
    rows, columns = np.divmod(pixels, wide)
    starts = np.concatenate([runs.starts, columns - 1])
    ends, rows = np.concatenate([runs.ends, columns]), np.concatenate([runs.rows, rows - 1])
    order = np.argsort(_keys(rows, starts, wide))
    (found,) = masks_of_runs(
        Runs(np.ones(len(rows), np.uint8), rows[order], starts[order], ends[order])
    )
    return crop(whole.left + found.left, whole.top + found.top, found.pixels)
