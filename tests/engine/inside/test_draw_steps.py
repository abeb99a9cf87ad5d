"""What is drawn of a step: its first boxes in order, or a grid and those that score enough."""

import numpy as np
import pytest

from engine.inside.cells import CellGrid
from engine.inside.draw_steps import StepStyle, boxes_in_cell, draw_step
from engine.inside.steps import BoxStep
from engine.values import Label
from models.about import Text

LABELS = (Label(1, "cat", (220, 60, 60)), Label(2, "dog", (60, 120, 220)))
BOXES = np.array([[0, 0, 9, 9], [2, 2, 6, 6], [4, 4, 8, 9], [1, 5, 3, 9]], np.float32)
SCORES = np.array([0.2, 0.9, 0.01, 0.6], np.float32)


@pytest.fixture
def proposals():
    return BoxStep(Text("Proposals", "제안"), BOXES, SCORES)


@pytest.fixture
def grid():
    chances = np.array([[0.7, 0.3], [0.1, 0.9], [0.5, 0.5], [0.8, 0.2]], np.float32)
    cells = np.array([0, 0, 3, 3])
    over = CellGrid(2, 2, (5.0, 5.0), (10, 10))
    labels = np.array([1, 2, 1, 1])
    return BoxStep(Text("Cells", "칸"), BOXES, SCORES, labels, cells, over, chances)


def test_the_first_boxes_are_drawn_the_very_first_on_top(proposals):
    drawing = draw_step(proposals, StepStyle(first=3), LABELS)
    np.testing.assert_array_equal(drawing.boxes, BOXES[[2, 1, 0]])
    assert drawing.texts[-1].startswith("#1")
    assert drawing.captions[-1] == (2, "1")
    assert drawing.colors[-1, 3] == 255


def test_by_score_the_best_comes_first(proposals):
    drawing = draw_step(proposals, StepStyle(first=2, order="best"), LABELS)
    np.testing.assert_array_equal(drawing.boxes, BOXES[[3, 1]])


def test_no_more_than_can_be_told_apart_are_drawn(proposals):
    assert len(draw_step(proposals, StepStyle(first=4, most=2), LABELS).boxes) == 2


def test_of_a_grid_those_that_score_enough_are_drawn_the_surest_widest(grid):
    drawing = draw_step(grid, StepStyle(least=0.1), LABELS)
    np.testing.assert_array_equal(drawing.boxes, BOXES[[0, 3, 1]])
    assert drawing.widths[-1] > drawing.widths[0]
    assert drawing.colors[-1, 3] > drawing.colors[0, 3]


def test_cells_are_coloured_by_their_surest_box(grid):
    cells = draw_step(grid, StepStyle(shade="label"), LABELS).cells
    assert cells.colors[0, 0, :3].tolist() == [60, 120, 220]
    assert cells.colors[1, 1, :3].tolist() == [220, 60, 60]
    assert cells.colors[0, 0, 3] > cells.colors[1, 1, 3] > cells.colors[0, 1, 3]
    assert not draw_step(grid, StepStyle(shade="none"), LABELS).cells.colors[..., 3].any()
    assert cells.xs.tolist() == [0, 5, 10]


def test_a_cell_alone_shows_all_its_boxes_whatever_they_score(grid):
    drawing = draw_step(grid, StepStyle(least=0.5, cell=3, is_alone=True), LABELS)
    np.testing.assert_array_equal(drawing.boxes, BOXES[[2, 3]])
    assert drawing.cells.marked == (5, 5, 10, 10)


def test_a_cell_tells_its_boxes_the_surest_first(grid):
    first, second = boxes_in_cell(grid, 0, LABELS)
    assert (first.number, second.number) == (1, 0)
    assert first.chances[0] == ("dog", pytest.approx(0.9))
    assert boxes_in_cell(grid, -1, LABELS) == ()


def test_the_smallest_box_under_the_mouse_is_found(proposals):
    drawing = draw_step(proposals, StepStyle(first=4), LABELS)
    assert drawing.boxes[drawing.at(5, 5)].tolist() == [2, 2, 6, 6]
    assert drawing.at(50, 50) == -1
    assert drawing.texts[drawing.at(5, 5)] == "#2  0.90"
