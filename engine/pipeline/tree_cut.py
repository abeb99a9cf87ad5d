"""The best cut of a segmentation tree: each pixel is labelled by the purest region around it.

Farabet, Couprie, Najman, LeCun: Learning Hierarchical Features for Scene Labeling, PAMI 2013.
Superpixels are merged two by two, the most alike first, into a tree whose root is the whole
picture. No single level of it fits all objects. So each region's cost is the entropy of the label
probabilities in it, and each pixel takes the cheapest of all the regions that contain it.

The paper trains a classifier to tell which labels a region holds; here that is the mean of what the
network says of its pixels. An unsure small object would so vanish in a large sure surrounding: a
picture with a tenth of doubt is purer than the object. Hence `TreeSettings.largest`.
"""

import heapq
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.pipeline.superpixels import (
    LEAST,
    SuperpixelSettings,
    lab,
    mean_per_region,
    spread,
    superpixels,
)

# An entropy as good as none, about one per cent of another label: of pure regions the largest is
# chosen, not the one leaf that is surest.
_PURE = 0.05


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How many leaves the tree has and how much their shape counts beside their colour; and the
    largest region that may be chosen, as a share of the picture."""

    count: int = 800
    compactness: float = 10.0
    largest: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.largest <= 1:
            raise ValueError(f"The largest region is a share 0 to 1, not {self.largest}.")
        _ = self.leaves

    @property
    def leaves(self) -> SuperpixelSettings:
        """The settings of the superpixels that are the leaves."""
        return SuperpixelSettings(self.count, self.compactness)


@dataclass(frozen=True, eq=False)
class SegmentTree:
    """R superpixels, the leaves, and the R - 1 regions they merge into, children before parents.

    `leaves` (h, w) says the leaf of every pixel, `parents` (2 R - 1,) the parent of every region
    (the root's is itself), `sizes` (2 R - 1,) how many pixels it has.
    """

    leaves: NDArray[np.int64]
    parents: NDArray[np.int64]
    sizes: NDArray[np.int64]


def segment_tree(pixels: NDArray[np.uint8], settings: TreeSettings | None = None) -> SegmentTree:
    """Superpixels of a picture (h, w, 3), merged neighbour by neighbour until one is left."""
    leaves = superpixels(pixels, (settings or TreeSettings()).leaves)
    colors = mean_per_region(torch.from_numpy(lab(pixels)).permute(2, 0, 1), leaves)
    sizes = np.bincount(leaves.ravel())
    parents, merged = _merge(colors.double().numpy(), sizes, _neighbours(leaves))
    return SegmentTree(leaves, parents, merged)


def best_cut(
    tree: SegmentTree, chances: Tensor, largest: float = TreeSettings().largest
) -> tuple[NDArray[np.int64], Tensor]:
    """Label probabilities (K, h, w) -> the chosen region of each leaf (R,), and the mean
    probabilities of every region (2 R - 1, K)."""
    leaf_chances = mean_per_region(chances, tree.leaves).cpu().numpy()
    count = len(tree.parents)
    sums = np.zeros((count, leaf_chances.shape[1]))
    sums[: len(leaf_chances)] = leaf_chances * tree.sizes[: len(leaf_chances), None]
    for region in range(count - 1):
        sums[tree.parents[region]] += sums[region]
    mean = sums / tree.sizes[:, None]
    cost = np.maximum(-(mean * np.log(np.maximum(mean, LEAST))).sum(1), _PURE)
    is_leaf = np.arange(count) < len(leaf_chances)
    cost[~is_leaf & (tree.sizes > largest * tree.sizes[-1])] = np.inf
    best = np.arange(count)
    for region in range(count - 2, -1, -1):  # From below the root down to the leaves.
        above = best[tree.parents[region]]
        if cost[above] <= cost[region]:
            best[region] = above
    return best[: len(leaf_chances)], torch.from_numpy(mean).float().to(chances.device)


def cut(scores: Tensor, pixels: NDArray[np.uint8], settings: TreeSettings | None = None) -> Tensor:
    """Scores (K, h, w) before softmax of a picture (h, w, 3) -> log-probabilities (K, h, w)."""
    settings = settings or TreeSettings()
    tree = segment_tree(pixels, settings)
    chosen, mean = best_cut(tree, scores.softmax(0), settings.largest)
    return spread(mean, chosen[tree.leaves])


def _neighbours(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every pair of regions (E, 2), the smaller number first, that touch."""
    right = np.stack([ids[:, :-1].ravel(), ids[:, 1:].ravel()], 1)
    down = np.stack([ids[:-1].ravel(), ids[1:].ravel()], 1)
    pairs = np.sort(np.concatenate([right, down]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _merge(
    colors: NDArray[np.float64], sizes: NDArray[np.int64], pairs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Parents and sizes of all regions, after merging the cheapest pair again and again.

    The cost is Ward's: by how much the merger raises the squared distance of the pixels from the
    mean colour of their region.
    """
    leaves = len(sizes)
    color = [*map(tuple, colors.tolist())] + [(0.0, 0.0, 0.0)] * (leaves - 1)
    size = [*sizes.tolist()] + [0] * (leaves - 1)
    parents = np.arange(2 * leaves - 1)
    touching: list[set[int]] = [set() for _ in parents]

    def cost(a: int, b: int) -> float:
        distance = sum((x - y) ** 2 for x, y in zip(color[a], color[b], strict=True))
        return distance * size[a] * size[b] / (size[a] + size[b])

    for a, b in pairs.tolist():
        touching[a].add(b)
        touching[b].add(a)
    heap = [(cost(a, b), a, b) for a, b in pairs.tolist()]
    heapq.heapify(heap)
    new = leaves
    while heap:
        _, a, b = heapq.heappop(heap)
        if parents[a] != a or parents[b] != b:
            continue  # One of them has become part of a larger region.
        parents[a] = parents[b] = new
        size[new] = size[a] + size[b]
        color[new] = tuple(
            (size[a] * x + size[b] * y) / size[new] for x, y in zip(color[a], color[b], strict=True)
        )
        touching[new] = (touching[a] | touching[b]) - {a, b}
        for other in touching[new]:
            touching[other] -= {a, b}
            touching[other].add(new)
            heapq.heappush(heap, (cost(other, new), other, new))
        new += 1
    return parents, np.array(size)
