"""Boxes as a grid's cells have them: the centre's place in its cell, the root of each side.

Redmon et al.: You Only Look Once, CVPR 2016, section 2. A grid of `side` x `side` cells divides the
whole picture, and its cells are counted row by row. x and y are 0..1 within the cell; w and h are
square roots of shares of the picture, so that an error matters more to a small box than to a large.
"""

from typing import NamedTuple

import torch
from torch import Tensor


class CellBoxes(NamedTuple):
    """Cells that learn and the index of the object each one learns: both (P,) int64."""

    cells: Tensor
    objects: Tensor


def encode(boxes: Tensor, cells: Tensor, size_hw: tuple[float, float], side: int) -> Tensor:
    """Boxes (..., 4) xyxy in pixels and their cells (...) -> (x, y, root w, root h) (..., 4)."""
    size = boxes.new_tensor([size_hw[1], size_hw[0]])
    corner = torch.stack([cells % side, cells // side], dim=-1)
    centers = (boxes[..., :2] + boxes[..., 2:]) / 2 / size * side - corner
    sides = (boxes[..., 2:] - boxes[..., :2]).clamp(min=0) / size
    return torch.cat([centers, sides.sqrt()], dim=-1)


def decode(coords: Tensor, cells: Tensor, size_hw: tuple[float, float], side: int) -> Tensor:
    """The boxes (..., 4) xyxy in pixels of (x, y, root w, root h) (..., 4)."""
    size = coords.new_tensor([size_hw[1], size_hw[0]])
    corner = torch.stack([cells % side, cells // side], dim=-1)
    centers = (coords[..., :2] + corner) / side * size
    halves = coords[..., 2:].square() * size / 2
    return torch.cat([centers - halves, centers + halves], dim=-1)


def take_cells(boxes: Tensor, size_hw: tuple[float, float], side: int) -> CellBoxes:
    """Which cell learns which of the boxes (M, 4): that of its centre, of the largest if several
    meet in one."""
    size = boxes.new_tensor([size_hw[1], size_hw[0]])
    columns, rows = (
        ((boxes[:, :2] + boxes[:, 2:]) / 2 / size * side).long().clamp(0, side - 1).unbind(1)
    )
    order = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1).argsort(stable=True)  # smallest first
    ranks = torch.empty_like(order)
    ranks[order] = torch.arange(len(order), device=order.device)
    highest = torch.full((side * side,), -1, device=boxes.device)
    highest.scatter_reduce_(0, rows * side + columns, ranks, "amax")
    cells = (highest >= 0).nonzero()[:, 0]
    return CellBoxes(cells, order[highest[cells]])


def paired_iou(a: Tensor, b: Tensor) -> Tensor:
    """Overlap of boxes (..., 4) xyxy with the ones at their place: (...) in 0..1."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    areas = [(each[..., 2:] - each[..., :2]).clamp(min=0).prod(dim=-1) for each in (a, b)]
    return shared / (areas[0] + areas[1] - shared).clamp(min=1e-9)
