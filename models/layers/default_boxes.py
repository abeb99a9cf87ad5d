"""The default boxes of single-shot detectors, and which of those without an object are learned.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu, Berg: SSD, ECCV 2016, section 2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.layers.anchors import grid_anchors


@dataclass(frozen=True)
class Level:
    """The default boxes at each cell of one map.

    `scale` is their side as a share of the input's, `next_scale` that of the next coarser map: one
    square box more lies between the two. Each of `ratios` (above 1) gives a wide and a high box.
    `stride` is the way from cell to cell in input pixels; None divides the input evenly.
    """

    scale: float
    next_scale: float
    ratios: tuple[int, ...]
    stride: int | None = None

    @property
    def boxes_per_cell(self) -> int:
        """How many default boxes each cell has."""
        return 2 + 2 * len(self.ratios)

    def shapes(self) -> Tensor:
        """Width and height (boxes_per_cell, 2) as shares of the input's, at most 1."""
        between = (self.scale * self.next_scale) ** 0.5
        found = [(self.scale, self.scale), (between, between)]
        for ratio in self.ratios:
            long, short = self.scale * ratio**0.5, self.scale / ratio**0.5
            found += [(long, short), (short, long)]
        return torch.tensor(found, device="cpu").clamp(max=1)


def default_boxes(
    levels: Sequence[Level],
    grids: Sequence[tuple[int, int]],
    size_hw: tuple[int, int],
    *,
    device: torch.device,
) -> Tensor:
    """All default boxes (R, 4) xyxy in pixels of an input of this size, whose maps have `grids`
    (height, width) cells: map by map, then by rows, columns and shapes."""
    size_wh = torch.tensor(size_hw[::-1], device=device, dtype=torch.float32)
    found = []
    for level, grid_hw in zip(levels, grids, strict=True):
        stride = level.stride or size_wh / torch.tensor(grid_hw[::-1], device=device)
        sizes_wh = level.shapes().to(device) * size_wh
        found.append(grid_anchors(grid_hw, stride, sizes_wh, device=device))
    return torch.cat(found)


def hard_negatives(losses: Tensor, positive: Tensor, *, ratio: int) -> Tensor:
    """The references without an object that are the most wrongly judged: (N, R) bool.

    Losses (N, R) and whether a reference has an object, (N, R) bool. In each picture `ratio` times
    as many as have one; a picture without objects counts as if it had one, so that it, too, teaches
    what is nothing.
    """
    wanted = ratio * positive.sum(dim=1, keepdim=True).clamp(min=1)  # (N, 1)
    order = losses.masked_fill(positive, -1.0).argsort(dim=1, descending=True)
    rank = order.argsort(dim=1)  # (N, R)
    return (rank < wanted) & ~positive
