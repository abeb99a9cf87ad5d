"""The grid of a detector that answers by cells, over the frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.preprocess import Placement


@dataclass(frozen=True)
class CellGrid:
    """Rows and columns of cells, each `cell_wh` frame pixels, from the frame's top-left corner.

    They divide the network's whole input: those over its padding lie beside the frame.
    """

    rows: int
    columns: int
    cell_wh: tuple[float, float]
    size_hw: tuple[int, int]

    @classmethod
    def over(cls, placement: Placement, grid_hw: tuple[int, int]) -> "CellGrid":
        """The grid that divides an input into so many rows and columns."""
        rows, columns = grid_hw
        (height, width), (scale_x, scale_y) = placement.input_hw, placement.scale_xy
        cell_wh = width / scale_x / columns, height / scale_y / rows
        return cls(rows, columns, cell_wh, placement.size_hw)

    def cell_at(self, x: float, y: float) -> int:
        """The cell over this point of the frame, counted row by row; -1 beside the frame."""
        if not (0 <= x < self.size_hw[1] and 0 <= y < self.size_hw[0]):
            return -1
        column, row = int(x / self.cell_wh[0]), int(y / self.cell_wh[1])
        return min(row, self.rows - 1) * self.columns + min(column, self.columns - 1)

    def box(self, cell: int) -> tuple[float, float, float, float]:
        """Where a cell lies in the frame: xyxy."""
        row, column = divmod(cell, self.columns)
        (width, height), (bottom, right) = self.cell_wh, self.size_hw
        corners = column * width, row * height, (column + 1) * width, (row + 1) * height
        x1, y1, x2, y2 = corners
        return min(x1, right), min(y1, bottom), min(x2, right), min(y2, bottom)

    @property
    def seen_hw(self) -> tuple[int, int]:
        """How many rows and columns lie over the frame, at least in part."""
        rows = int(np.ceil(self.size_hw[0] / self.cell_wh[1] - 1e-6))
        columns = int(np.ceil(self.size_hw[1] / self.cell_wh[0] - 1e-6))
        return min(self.rows, rows), min(self.columns, columns)

    def best(self, scores: NDArray[np.float32], cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which box scores best in each cell: (rows, columns), -1 in a cell without boxes."""
        result = np.full(self.rows * self.columns, -1, np.int64)
        order = np.argsort(scores, kind="stable")
        result[cells[order]] = order  # Of several writes to one place the last one stays.
        return result.reshape(self.rows, self.columns)
