"""Hierarchical grouping: the two most similar neighbours become one, until one region is left.

Uijlings, van de Sande, Gevers, Smeulders: Selective Search for Object Recognition, IJCV 2013.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.region_proposals.regions import Floats, Ids, SegmentMap

Similarity = Literal["CTSF", "TSF", "F", "S"]
"""Which likenesses add up: C colour, T texture, S both are small, F each fills the other's box."""

Indices = NDArray[np.int64]

AT_ONCE = 8_000_000
_SIGNS = np.array([-1, -1, 1, 1], np.float32)


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """How n regions became one, in n - 1 merges. A node is a region at any time: nodes 0 .. n - 1
    are the first ones, and merge t makes node n + t.

    `ids` (h, w) int32 first region of each pixel of the working picture, `merges` (n - 1, 2) the
    nodes that became one, `similarities` (n - 1,) how alike they were, each likeness 0..1;
    `boxes` (2n - 1, 4) float32 xyxy of every node in pixels of the frame of `size_hw`.
    """

    ids: Ids
    merges: Indices
    similarities: Floats
    boxes: Floats
    size_hw: tuple[int, int]

    @property
    def levels(self) -> int:
        """How many levels there are: at 0 all first regions, at `levels - 1` one region."""
        return len(self.merges) + 1

    def nodes_at(self, level: int) -> Indices:
        """The nodes (levels - level,) that cover the picture after so many merges, ascending."""
        made = self.levels + self._checked(level)
        gone = self.merges[:level].ravel()
        return np.delete(np.arange(made), gone)

    def regions_at(self, level: int) -> Ids:
        """The node of every pixel of the frame (H, W) int32.

        A region keeps its number, and so its colour, from level to level until it is merged.
        """
        nodes = np.arange(self.levels + self._checked(level), dtype=np.int32)
        nodes[self.merges[:level]] = np.arange(self.levels, len(nodes), dtype=np.int32)[:, None]
        while not np.array_equal(nodes, nodes[nodes]):
            nodes = nodes[nodes]  # Each turn doubles the steps up: a few reach the top.
        return stretched(nodes[self.ids], self.size_hw)

    def leaf_ranges(self) -> tuple[Indices, Indices]:
        """Places (n,) of the first regions in an order in which each node's are side by side, and
        the ranges (2n - 1, 2) of places, end excluded, that the nodes cover."""
        count = self.levels
        sizes = np.ones(2 * count - 1, np.int64)
        for node, (a, b) in enumerate(self.merges.tolist(), start=count):
            sizes[node] = sizes[a] + sizes[b]
        starts = np.zeros(2 * count - 1, np.int64)
        for node in range(2 * count - 2, count - 1, -1):
            a, b = self.merges[node - count]
            starts[a], starts[b] = starts[node], starts[node] + sizes[a]
        return starts[:count], np.stack([starts, starts + sizes], axis=1)

    def _checked(self, level: int) -> int:
        if not 0 <= level < self.levels:
            raise ValueError(f"Levels go from 0 to {self.levels - 1}, not {level}.")
        return level


def stretched(ids: Ids, size_hw: tuple[int, int]) -> Ids:
    """A map (h, w) at a frame's size (H, W), each pixel that of the place it covers."""
    rows, columns = (
        np.arange(size) * small // size for size, small in zip(size_hw, ids.shape, strict=True)
    )
    return ids[rows[:, None], columns]


def group(
    regions: Sequence[SegmentMap], similarities: Sequence[Similarity], size_hw: tuple[int, int]
) -> list[Hierarchy]:
    """Group the regions of a frame of this size by several similarities: one Hierarchy a pair.

    All groupings take their steps together: each works on few numbers, and together they are
    worth a pass of numpy. What has no more than `AT_ONCE` similarities is held at a time.
    """
    order = sorted(range(len(regions)), key=lambda index: -len(regions[index]))
    found: list[Hierarchy | None] = [None] * len(regions)
    while order:
        together = max(1, AT_ONCE // len(regions[order[0]]) ** 2)
        chosen, order = order[:together], order[together:]
        state = _Groupings([regions[i] for i in chosen], [similarities[i] for i in chosen])
        state.run()
        for row, index in enumerate(chosen):
            found[index] = state.hierarchy(row, size_hw)
    return [each for each in found if each is not None]


class _Groupings:
    """B groupings, the one with the most regions first, that merge one pair each at a step.

    A merged region takes the place of one of the two; the other's place stays empty. `_alike`
    (B, n, n) holds the similarity of neighbours and -1 elsewhere, `_best` (B, n) its rows' maxima.
    """

    def __init__(self, regions: Sequence[SegmentMap], similarities: Sequence[Similarity]) -> None:
        self._regions = regions
        self._counts = np.array([len(r) for r in regions])
        rows, most = len(regions), int(self._counts[0])
        self._small, self._fills = (
            np.array([letter in s for s in similarities], np.float32) for letter in "SF"
        )
        self._pixels = np.float32(regions[0].ids.size)
        self._features = _features(regions, similarities)
        self._sizes = np.zeros((rows, most), np.float32)
        # Boxes as (-left, -top, right, bottom): the box around two is the maximum of both.
        self._extents = np.zeros((rows, most, 4), np.float32)
        self._alike = np.full((rows, most, most), -1, np.float32)
        for row, each in enumerate(regions):
            self._sizes[row, : len(each)] = each.sizes
            self._extents[row, : len(each)] = each.boxes * _SIGNS
            a, b = each.pairs.T
            likeness = self._likeness(np.full(len(a), row), a, b)
            self._alike[row, a, b] = self._alike[row, b, a] = likeness
        self._best = self._alike.max(axis=2)
        self._nodes = np.tile(np.arange(most), (rows, 1))
        self._merges = np.zeros((most - 1, rows, 2), np.int64)
        self._similarities = np.zeros((most - 1, rows), np.float32)
        self._made = np.zeros((most - 1, rows, 4), np.float32)

    def run(self) -> None:
        """Merge until each grouping has one region left."""
        for step in range(len(self._merges)):
            self._step(step, np.flatnonzero(self._counts > step + 1))

    def hierarchy(self, row: int, size_hw: tuple[int, int]) -> Hierarchy:
        """What a grouping has come to."""
        regions = self._regions[row]
        merges = len(regions) - 1
        boxes = np.concatenate([regions.boxes, self._made[:merges, row] * _SIGNS])
        scale_xy = [size_hw[1] / regions.ids.shape[1], size_hw[0] / regions.ids.shape[0]]
        return Hierarchy(
            ids=regions.ids,
            merges=self._merges[:merges, row],
            similarities=self._similarities[:merges, row],
            boxes=boxes * np.array(scale_xy * 2, np.float32),
            size_hw=size_hw,
        )

    def _step(self, step: int, rows: Indices) -> None:
        """Merge the most similar pair of each of these groupings."""
        kept = self._best[rows].argmax(axis=1)
        of_kept = self._alike[rows, kept]
        gone = of_kept.argmax(axis=1)
        around = np.maximum(of_kept, self._alike[rows, gone])  # (R, n)
        every = np.arange(len(rows))
        around[every, kept] = around[every, gone] = -1
        self._similarities[step, rows] = of_kept[every, gone]
        self._merge(step, rows, kept, gone)
        self._alike[rows, gone] = self._alike[rows, kept] = -1
        self._alike[rows, :, gone] = -1
        self._best[rows, gone] = -1
        which, others = np.nonzero(around >= 0)  # Neighbours (E,) of all that were merged.
        at, into = rows[which], kept[which]
        likeness = self._likeness(at, others, into)
        self._alike[at, into, others] = self._alike[at, others, into] = likeness
        self._best[at, others] = self._alike[at, others].max(axis=1)
        self._best[rows, kept] = self._alike[rows, kept].max(axis=1)

    def _merge(self, step: int, rows: Indices, kept: Indices, gone: Indices) -> None:
        size, more = self._sizes[rows, kept], self._sizes[rows, gone]
        share = (size / (size + more))[:, None]
        mixed = self._features[rows, kept] * share + self._features[rows, gone] * (1 - share)
        self._features[rows, kept] = mixed
        self._sizes[rows, kept] = size + more
        extents = np.maximum(self._extents[rows, kept], self._extents[rows, gone])
        self._extents[rows, kept] = self._made[step, rows] = extents
        self._merges[step, rows, 0] = self._nodes[rows, kept]
        self._merges[step, rows, 1] = self._nodes[rows, gone]
        self._nodes[rows, kept] = self._counts[rows] + step

    def _likeness(self, rows: Indices, first: Indices, second: Indices) -> Floats:
        """The similarity (E,) of regions in these groupings."""
        shared = np.minimum(self._features[rows, first], self._features[rows, second])
        sizes = self._sizes[rows, first] + self._sizes[rows, second]
        extents = np.maximum(self._extents[rows, first], self._extents[rows, second])
        sides = extents[:, :2] + extents[:, 2:]
        empty = np.maximum(sides[:, 0] * sides[:, 1] - sizes, 0)
        result: Floats = shared.sum(axis=1)
        result += self._small[rows] * (1 - sizes / self._pixels)
        result += self._fills[rows] * (1 - empty / self._pixels)
        return result


def _features(regions: Sequence[SegmentMap], similarities: Sequence[Similarity]) -> Floats:
    """The histograms that are compared (B, n, D), side by side: one pass gives both likenesses."""
    rows = [
        [h for letter, h in (("C", r.colors), ("T", r.textures)) if letter in similarity]
        for r, similarity in zip(regions, similarities, strict=True)
    ]
    width = max(sum(h.shape[1] for h in row) for row in rows)
    result = np.zeros((len(rows), len(regions[0]), width), np.float32)
    for target, histograms in zip(result, rows, strict=True):
        if histograms:
            joined = np.concatenate(histograms, axis=1)
            target[: len(joined), : joined.shape[1]] = joined
    return result
