"""What a foreign network gave for one picture, and what its numbers show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.foreign.head import Head

NEAR = 1e-3
"""How far a probability may be outside 0..1, or a sum from 1."""
MOST_FRACTION = 2.0
"""A side beyond this is in pixels."""

PROTOTYPES = 32
"""The maps that a segmenting YOLO makes its masks of."""
FEWEST_NUMBERS = 5
"""A box and a score: what the row of a table has at least, beside its shares."""


@dataclass(frozen=True, eq=False)
class Seen:
    """One output of a network for one picture: its name in the file, and its numbers."""

    name: str
    array: NDArray[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """Its axes."""
        return tuple(self.array.shape)

    @property
    def text(self) -> str:
        """Name and axes, for people."""
        return f"{self.name} ({', '.join(map(str, self.shape))})"


@dataclass(frozen=True)
class Guess:
    """What the outputs may mean, how sure that is (0..1), and what speaks for it."""

    head: Head
    confidence: float
    why: str


@dataclass(frozen=True)
class Outputs:
    """All outputs for one picture of `size_hw`, and how many labels the file names; 0 unknown.

    `purpose` is what it says that it is for, in its exporter's word: "segment", "obb", "pose".
    """

    seen: Sequence[Seen]
    size_hw: tuple[int, int]
    known: int = 0
    purpose: str = ""

    def of(self, *axes: int) -> list[int]:
        """The indices of outputs with one of these numbers of axes."""
        return [i for i, each in enumerate(self.seen) if len(each.shape) in axes]

    @property
    def prototypes(self) -> int | None:
        """The index of the maps (1, P, h, w) that masks are made of, beside a table whose rows have
        a share of each; None without."""
        maps = [i for i in self.of(4) if self.seen[i].shape[:2] == (1, PROTOTYPES)]
        tables = [self.seen[i].shape[1:] for i in self.of(3)]
        is_any = any(min(sides) >= PROTOTYPES + FEWEST_NUMBERS for sides in tables[:1])
        return maps[0] if maps and is_any else None


def nudged(confidence: float, known: int, labels: int) -> float:
    """Surer where the file names as many labels, and less where it names others."""
    if known:
        confidence = confidence + 0.3 if known == labels else confidence / 2
    return min(0.95, max(0.05, confidence))


def are_chances(values: NDArray[Any]) -> bool:
    """Whether all are in 0..1."""
    return bool(values.size == 0 or (values.min() >= -NEAR and values.max() <= 1 + NEAR))


def add_up(values: NDArray[Any], axis: int) -> bool:
    """Whether probabilities along an axis add up to 1."""
    return are_chances(values) and bool(np.abs(values.sum(axis=axis) - 1).max(initial=0) < 0.02)


def are_whole(values: NDArray[Any]) -> bool:
    """Whether all are whole numbers from 0 on."""
    return bool((values >= 0).all() and np.abs(values - np.round(values)).max(initial=0) < NEAR)


def are_fractions(boxes: NDArray[Any]) -> bool:
    """Whether boxes are in parts of the input, rather than its pixels."""
    return bool(np.abs(boxes).max(initial=0) <= MOST_FRACTION)


def are_corners(boxes: NDArray[Any]) -> bool:
    """Whether boxes (..., 4) can be two corners: the second is nearly never before the first."""
    ordered = (boxes[..., 2] >= boxes[..., 0]) & (boxes[..., 3] >= boxes[..., 1])
    return bool(ordered.mean() > 0.98) if ordered.size else True
