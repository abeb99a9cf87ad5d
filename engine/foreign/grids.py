"""The cells of a detector's grids: how many there are, and where they lie in the input."""

import torch
from torch import Tensor

STRIDES = ((8, 16, 32), (8, 16, 32, 64), (8, 16, 32, 64, 128), (4, 8, 16, 32), (16, 32), (16,))
"""The sets of strides that detectors use, the commonest first."""


def sides_of(size_hw: tuple[int, int], stride: int) -> tuple[int, int]:
    """Rows and columns of the grid of a stride; a part of a cell counts."""
    return -(-size_hw[0] // stride), -(-size_hw[1] // stride)


def count_cells(size_hw: tuple[int, int], strides: tuple[int, ...]) -> int:
    """The cells of all grids."""
    return sum(h * w for h, w in (sides_of(size_hw, stride) for stride in strides))


def find_strides(size_hw: tuple[int, int], rows: int, boxes_a_cell: int = 1) -> tuple[int, ...]:
    """The strides whose grids have so many rows; nothing if none have."""
    found = (s for s in STRIDES if count_cells(size_hw, s) * boxes_a_cell == rows)
    return next(found, ())


def cells(size_hw: tuple[int, int], strides: tuple[int, ...]) -> Tensor:
    """Column, row and stride of each cell, grid after grid, row by row: (M, 3) float32."""
    found = []
    for stride in strides:
        rows, columns = sides_of(size_hw, stride)
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        each = torch.full((rows * columns,), stride)
        found.append(torch.stack([x.flatten(), y.flatten(), each], dim=1))  # (rows * columns, 3)
    return torch.cat(found).float()
