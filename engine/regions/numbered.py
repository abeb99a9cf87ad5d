"""Maps in which each object has a number, as Masks: only runs of one number are looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.regions.crops import crop
from engine.regions.map_strips import PIXELS
from engine.values import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs of one number above 0 within a row, all (N,): by number, and from top to bottom."""

    numbers: NDArray[Any]
    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    @property
    def objects(self) -> list[tuple[int, int]]:
        """The first run of each number, and the one behind its last."""
        firsts = np.flatnonzero(np.diff(self.numbers, prepend=0)).tolist()
        return list(zip(firsts, [*firsts[1:], len(self.numbers)], strict=False))


def runs_in(pixels: NDArray[Any]) -> Runs:
    """The runs in a map (h, W) that is there as a whole."""
    rows = max(PIXELS // pixels.shape[1], 1)
    return runs_of(pixels[top : top + rows] for top in range(0, len(pixels), rows))


def runs_of(strips: Iterable[NDArray[Any]]) -> Runs:
    """The runs in a map, which comes as strips (h, W) of it from top to bottom."""
    found, top = [Runs(np.empty(0, np.uint8), *[np.empty(0, np.int32)] * 3)], 0
    for strip in strips:
        found.append(_runs_in(strip, top))
        top += len(strip)
    numbers = np.concatenate([runs.numbers for runs in found])
    order = np.argsort(numbers, kind="stable")
    return Runs(
        numbers[order],
        np.concatenate([runs.rows for runs in found])[order],
        np.concatenate([runs.starts for runs in found])[order],
        np.concatenate([runs.ends for runs in found])[order],
    )


def _runs_in(strip: NDArray[Any], top: int) -> Runs:
    """From top to bottom only."""
    height, width = strip.shape
    is_start = np.ones((height, width), dtype=np.bool_)
    np.not_equal(strip[:, 1:], strip[:, :-1], out=is_start[:, 1:])
    places = np.flatnonzero(is_start)
    values = strip.ravel()[places]
    lengths = np.diff(places, append=height * width)
    drawn = values > 0
    rows, starts = (part.astype(np.int32) for part in np.divmod(places[drawn], width))
    return Runs(values[drawn], rows + np.int32(top), starts, starts + lengths[drawn].astype("i4"))


def parts_of(runs: Runs) -> NDArray[np.int64]:
    """For each run of a map of zeros and ones the part (N,) that it belongs to, from 0 on: those of
    two rows that touch one another, at a corner too, belong together."""
    step = int(runs.ends.max(initial=0)) + 2
    begins, ends = (runs.rows.astype(np.int64) * step + side for side in (runs.starts, runs.ends))
    first = np.searchsorted(ends, begins + step)
    counts = np.maximum(np.searchsorted(begins, ends + step, side="right") - first, 0)
    above = np.repeat(np.arange(len(begins)), counts)
    below = np.arange(len(above)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    root = np.arange(len(begins))
    while (root[above] != root[below]).any():
        one, other = root[above], root[below]
        low = np.minimum(one, other)
        np.minimum.at(root, one, low)
        np.minimum.at(root, other, low)
        while (root != root[root]).any():
            root = root[root]
    return np.unique(root, return_inverse=True)[1].astype(np.int64)


def masks_of_runs(runs: Runs) -> Iterator[Mask]:
    """One Mask for each number, by number."""
    for first, last in runs.objects:
        rows, starts, ends = (a[first:last] for a in (runs.rows, runs.starts, runs.ends))
        top, left = int(rows[0]), int(starts.min())
        height, width = int(rows[-1]) + 1 - top, int(ends.max()) - left
        edges = np.zeros(2 * len(rows) + 2, dtype=np.int64)  # nothing, object, nothing ...
        at = (rows - top).astype(np.int64) * width - left
        edges[1:-1:2], edges[2:-1:2], edges[-1] = at + starts, at + ends, height * width
        is_object = np.arange(len(edges) - 1) % 2 == 1
        yield crop(left, top, np.repeat(is_object, np.diff(edges)).reshape(height, width))
