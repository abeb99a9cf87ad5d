"""Selective search: the nodes of many groupings of one picture, the most promising first.

Uijlings, van de Sande, Gevers, Smeulders: Selective Search for Object Recognition, IJCV 2013.
One grouping meets some objects; colour spaces, scales and similarities that differ meet others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torchvision.ops import nms

from engine.region_proposals.colors import ColorSpace, Pixels, in_space
from engine.region_proposals.grouping import Hierarchy, Indices, Similarity, group
from engine.region_proposals.regions import Floats, SegmentMap, describe, segment

# Pictures are searched at this many pixels at most: what matters survives, and it is fast.
WORK_PIXELS = 60_000
MOST = 2000
SEED = 0
SAME_IOU = 0.85

SearchMode = Literal["fast", "quality"]


class Strategy(NamedTuple):
    """How one grouping is made: the colour space, the scale of the first regions, the likeness."""

    space: ColorSpace = "hsv"
    scale: float = 100.0
    similarity: Similarity = "CTSF"


STRATEGIES: dict[SearchMode, tuple[Strategy, ...]] = {
    "fast": tuple(map(Strategy._make, product(("hsv", "lab"), (50, 100), ("CTSF", "TSF")))),
    "quality": tuple(
        map(
            Strategy._make,
            product(
                ("hsv", "lab", "rgi", "hue", "intensity"), (50, 100), ("CTSF", "TSF", "F", "S")
            ),
        )
    ),
}


@dataclass(frozen=True, eq=False)
class Segments:
    """Which pixels each of P proposals covers, without keeping P masks.

    Every grouping numbers its first regions so that each node's are a range. `places`
    (S, h, w) uint16 are these numbers in the working picture, `groupings` (P,) which of the S maps
    a proposal is in, `ranges` (P, 2) its range, end excluded. `boxes` (P, 4) xyxy in frame pixels.
    """

    places: NDArray[np.uint16]
    groupings: Indices
    ranges: Indices
    boxes: Floats
    size_hw: tuple[int, int]

    def __len__(self) -> int:
        return len(self.groupings)

    def masks(self, indices: Indices, side: int = 50) -> NDArray[np.bool_]:
        """Masks (M, side, side) of these proposals, each stretched over its own box."""
        boxes = self.boxes[indices]
        rows, columns = (
            self._samples(boxes[:, low], boxes[:, low + 2], axis, side)
            for axis, low in ((0, 1), (1, 0))
        )
        maps = self.groupings[indices, None, None]
        found = self.places[maps, rows[:, :, None], columns[:, None, :]]  # (M, side, side)
        first, end = self.ranges[indices].T[..., None, None]
        return (found >= first) & (found < end)

    def mask(self, index: int) -> NDArray[np.bool_]:
        """The mask (H, W) of one proposal in the frame."""
        first, end = self.ranges[index]
        places = self.places[self.groupings[index]]
        rows, columns = (
            np.arange(size) * small // size
            for size, small in zip(self.size_hw, places.shape, strict=True)
        )
        return ((places >= first) & (places < end))[rows[:, None], columns]

    def _samples(self, low: Floats, high: Floats, axis: int, side: int) -> Indices:
        """The rows (axis 0) or columns of the working picture (M, side) in each box."""
        small = self.places.shape[1 + axis]
        steps = (np.arange(side) + 0.5) / side
        at = low[:, None] + (high - low)[:, None] * steps
        return np.clip(at * small / self.size_hw[axis], 0, small - 1).astype(np.int64)


def hierarchies(pixels: Pixels, strategies: Sequence[Strategy]) -> list[Hierarchy]:
    """The grouping of a frame (H, W, 3) uint8 RGB by each strategy."""
    small = working(pixels)
    starts: dict[tuple[ColorSpace, float], SegmentMap] = {}
    for space, scale, _ in strategies:
        if (space, scale) not in starts:
            converted = in_space(small, space)
            starts[space, scale] = describe(converted, segment(converted, scale))
    return group(
        [starts[space, scale] for space, scale, _ in strategies],
        [similarity for _, _, similarity in strategies],
        (pixels.shape[0], pixels.shape[1]),
    )


def search(pixels: Pixels, mode: SearchMode) -> Segments:
    """Up to `MOST` proposals of a frame (H, W, 3) uint8 RGB, the most promising first."""
    made = hierarchies(pixels, STRATEGIES[mode])
    ordered = [each.leaf_ranges() for each in made]
    places = np.stack([place[each.ids] for (place, _), each in zip(ordered, made, strict=True)])
    ranges = np.concatenate([ranges for _, ranges in ordered])
    boxes = np.concatenate([each.boxes for each in made])
    groupings = np.repeat(np.arange(len(made)), [len(each.boxes) for each in made])
    best = _best([each.boxes for each in made])
    return Segments(
        places.astype(np.uint16), groupings[best], ranges[best], boxes[best], made[0].size_hw
    )


def working(pixels: Pixels) -> Pixels:
    """The frame at the size it is searched at."""
    height, width = pixels.shape[:2]
    factor = (WORK_PIXELS / (height * width)) ** 0.5
    if factor >= 1:
        return pixels
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _best(boxes: Sequence[Floats]) -> Indices:
    """Which nodes of all groupings are proposed, and in which order.

    As in the paper: a node's rank in its grouping, the last merge first, times chance, so that
    large regions come early, and yet not all of them before the smaller ones. Of boxes that are
    nearly the same the first stays: the others would take the place of new ones.
    """
    generator = np.random.default_rng(SEED)
    values = np.concatenate([np.arange(len(b), 0, -1) * generator.random(len(b)) for b in boxes])
    order = np.argsort(values, kind="stable")
    ordered = torch.from_numpy(np.concatenate(boxes)[order])
    scores = -torch.arange(len(order), dtype=torch.float32)
    considered = MOST
    while True:
        considered = min(considered * 3 // 2, len(order))
        kept = nms(ordered[:considered], scores[:considered], SAME_IOU)
        if len(kept) >= MOST or considered == len(order):
            return order[kept[:MOST].numpy()]
