"""A detector's steps lie over the frame where the network saw them."""

import numpy as np
import pytest
import torch

from engine.inside.cells import CellGrid
from engine.inside.steps import steps_of
from engine.pipeline.pipeline import RawResult
from engine.preprocess import Placement
from models.contract import DetectionOutput
from tests.make import make_pixels

# A frame twice as wide as high lies in the upper half of a square input.
WIDE = Placement(size_hw=(64, 128), input_hw=(64, 64), content_hw=(32, 64))


def raw_of(tensors, placement=WIDE):
    nothing = DetectionOutput(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.int64))
    return RawResult(nothing, placement, {}, make_pixels(placement.size_hw), raw=tensors)


@pytest.fixture
def raw():
    torch.manual_seed(0)
    return raw_of(tuple(torch.randn(1, 21, 64 // s, 64 // s) for s in (32, 16)))


def test_a_semantic_model_has_no_steps(weights, raw):
    assert steps_of(weights, raw) == ()


def test_an_answer_without_raw_tensors_has_none(detector):
    assert steps_of(detector, raw_of(())) == ()


def test_boxes_are_in_frame_pixels_and_labels_count_from_1(detector, raw):
    coarse, fine = steps_of(detector, raw)
    (steps,) = detector.module.steps(raw.raw)
    expected = (steps[1].boxes.numpy() * 2).clip(0, (128, 64, 128, 64))
    np.testing.assert_allclose(fine.boxes, expected, atol=1e-3)
    assert (fine.label_ids == steps[1].labels.numpy() + 1).all()
    assert coarse.text.en


def test_the_order_is_the_networks_own_or_by_score(detector, raw):
    step = steps_of(detector, raw)[1]
    assert step.in_order("own").tolist() == list(range(len(step)))
    assert (np.diff(step.scores[step.in_order("best")]) <= 0).all()


def test_the_grid_divides_the_whole_input_also_beside_the_frame(detector, raw):
    grid = steps_of(detector, raw)[1].grid
    assert (grid.rows, grid.columns) == (4, 4)
    assert grid.cell_wh == (32, 32)
    assert grid.seen_hw == (2, 4)
    assert grid.cell_at(33, 40) == 5
    assert grid.cell_at(33, 70) == -1
    assert grid.box(5) == (32, 32, 64, 64)


def test_a_cell_holds_its_own_boxes(detector, raw):
    step = steps_of(detector, raw)[1]
    assert len(step.of_cell(5)) == 3
    best = step.grid.best(step.scores, step.cells)
    assert best[1, 1] in step.of_cell(5)
    assert step.scores[best[1, 1]] == step.scores[step.of_cell(5)].max()


def test_every_point_of_a_cells_box_is_in_the_cell():
    grid = CellGrid.over(Placement((100, 75), (64, 64), (64, 48)), (5, 7))
    rows, columns = grid.seen_hw
    for cell in (row * grid.columns + column for row in range(rows) for column in range(columns)):
        x1, y1, x2, y2 = grid.box(cell)
        assert grid.cell_at((x1 + x2) / 2, (y1 + y2) / 2) == cell
