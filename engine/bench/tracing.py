"""How a hand follows the border of an object, and which stretches of it an outline has wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.bench.outlining import depth_of
from engine.evaluation.clicks import Outline
from engine.regions.masks import mask_to_polygons
from engine.values import Mask

Point = tuple[float, float]
Line = NDArray[np.float64]
"""Points (N, 2), x and y."""

SDS_IN_WIDTH = 4.133
"""Standard deviations: so wide is the way that a hand keeps to in 96 of 100 places, as in the
effective width of a target (MacKenzie: "Fitts' law as a research and design tool in human-computer
interaction", HCI 7, 1992)."""
SURE = 0.93
"""An outline that would have this IoU, if it were drawn exactly, is worth drawing."""
SHARE = 0.67
"""Of the border: who can be done by a drag no longer than that does not click once more."""
GAIN = 0.1
"""Of the IoU: after a click that gained less, a drag of any length is better than the next."""
WIDTH = 0.75
"""Of the tolerance that corners have: so wide a way a drag keeps to."""
WIDEST = 40.0
"""Pixels of the screen: no hand is less exact than that."""
MOST_STRETCHES = 6
"""Of those that are wrong, the worst so many are looked at."""


@dataclass(frozen=True, eq=False)
class Border:
    """The border of an object in points a pixel apart, and how far each is from an outline."""

    points: Line
    off: NDArray[np.float32]

    def line(self, start: int, count: int) -> list[Point]:
        """So many points from one on, around the end if need be."""
        places = np.arange(start, start + count) % len(self.points)
        return [(x, y) for x, y in self.points[places].tolist()]


def shaken(line: Sequence[Point], width: float, hand: np.random.Generator) -> list[Point]:
    """A line as it is really drawn: beside it by as much as the width allows, another way each time
    it has gone so far. The start is aimed at."""
    ideal = np.array(line, np.float64)
    along = np.concatenate([[0.0], np.linalg.norm(np.diff(ideal, axis=0), axis=1).cumsum()])
    knots = np.arange(0.0, along[-1] + width, max(width, 1.0))
    beside = hand.normal(0.0, width / SDS_IN_WIDTH, (len(knots), 2))
    beside[0] = 0.0
    off = np.stack([np.interp(along, knots, each) for each in beside.T], axis=1)
    return [(x, y) for x, y in (ideal + off).tolist()]


def border_of(truth: Outline, found: Outline) -> Border:
    """The outline of the largest part, through the middles of the edges of its pixels, against what
    was found."""
    rings = (part.points_xy for part in mask_to_polygons(Mask(0, 0, truth)))
    corners = max(rings, key=len).astype(np.float64)
    steps = np.roll(corners, -1, axis=0) - corners
    lengths = np.abs(steps).sum(axis=1).astype(int)
    number = np.repeat(np.arange(len(corners)), lengths)
    share = np.arange(len(number)) - np.repeat(lengths.cumsum() - lengths, lengths) + 0.5
    points = corners[number] + steps[number] * (share / lengths[number])[:, None]
    off = np.maximum(depth_of(found), depth_of(~found)) - 1  # Beside its border, it is 1 deep.
    rows, columns = truth.shape
    x = np.clip(points[:, 0].astype(int), 0, columns - 1)
    y = np.clip(points[:, 1].astype(int), 0, rows - 1)
    return Border(points, off[y, x])


def wrong_stretches(border: Border, near: float) -> list[tuple[int, int]]:
    """Start and count of stretches that are farther off than that somewhere, from where they are
    half as near to where they are again: one alone, or several and what lies between; and all."""
    runs = _runs(border.off > near / 2)
    runs = [run for run in runs if _worst(border, run) > near]
    runs = sorted(sorted(runs, key=lambda run: -_weight(border, run))[:MOST_STRETCHES])
    count = len(border.points)
    found = [(0, count)]
    for first in range(len(runs)):
        for more in range(len(runs)):
            start, (last, length) = runs[first][0], runs[(first + more) % len(runs)]
            found.append((start, (last - start) % count + length))
    return found


def _runs(is_wrong: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and count of what is true in a closed line."""
    if is_wrong.all():
        return [(0, len(is_wrong))]
    starts = np.flatnonzero(is_wrong & ~np.roll(is_wrong, 1))
    ends = np.flatnonzero(~is_wrong & np.roll(is_wrong, 1))
    return [
        (int(s), int((ends[ends > s][0] if (ends > s).any() else ends[0] + len(is_wrong)) - s))
        for s in starts
    ]


def _worst(border: Border, run: tuple[int, int]) -> float:
    return float(border.off[_places(border, run)].max())


def _weight(border: Border, run: tuple[int, int]) -> float:
    return float(border.off[_places(border, run)].sum())


def _places(border: Border, run: tuple[int, int]) -> NDArray[np.int64]:
    return np.arange(run[0], run[0] + run[1]) % len(border.points)
