import numpy as np

from engine.insight.measures import Bars, Grid, Points
from gui.dataset.plot import part_at, rows_of

REACH = (0.5, 0.5)
ROWS = (np.array([0, 2]), np.array([1]))


def test_a_named_bar_lies_at_its_number():
    bars = Bars(("cat", "dog"), np.array([2, 1]), ROWS)
    assert part_at(bars, (1.0, 0.4), REACH) == 0
    assert part_at(bars, (0.5, 0.6), REACH) == 1
    assert part_at(bars, (0.5, 1.6), REACH) is None
    assert part_at(bars, (0.5, -0.6), REACH) is None
    assert rows_of(bars, 0) == [0, 2]


def test_a_bar_of_numbers_lies_between_its_edges():
    bars = Bars(("0 to 5", "5 to 9"), np.array([2, 1]), ROWS, edges=np.array([0.0, 5.0, 9.0]))
    assert part_at(bars, (4.9, 1), REACH) == 0
    assert part_at(bars, (5.1, 1), REACH) == 1
    assert part_at(bars, (9.5, 1), REACH) is None
    assert part_at(bars, (-1, 1), REACH) is None


def test_cells_and_points():
    grid = Grid(np.array([[2, 1, 0]]), (*ROWS, np.array([], int)))
    assert part_at(grid, (1.5, 0.5), REACH) == 1
    assert part_at(grid, (1.5, 1.5), REACH) is None
    points = Points(np.array([1.0, 5.0]), np.array([1.0, 5.0]), np.array([7, 9]))
    assert part_at(points, (5.2, 5.2), REACH) == 1
    assert part_at(points, (3.0, 3.0), REACH) is None
    assert rows_of(points, 1) == [9]
    assert part_at(Points(np.array([]), np.array([]), np.array([])), (0, 0), REACH) is None
