"""The made-up person: where the next click falls."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.click.simulate import DEEPEST, drawn_boxes, next_clicks, thickness


def area(top, bottom, left, right, size_hw=(24, 32)):
    found = torch.zeros(1, *size_hw, dtype=torch.bool)
    found[:, top:bottom, left:right] = True
    return found


def test_thickness_counts_the_cells_to_the_outside():
    found = thickness(area(2, 9, 3, 8))[0]
    assert found.max() == 3
    assert found[2, 3] == 1
    assert found[5, 5] == 3
    assert found[0, 0] == 0


def test_the_edge_of_the_picture_is_an_outside():
    assert thickness(area(0, 24, 0, 5))[0, 12].tolist()[:6] == [1, 2, 3, 2, 1, 0]


def test_what_is_deep_inside_is_all_the_same():
    assert thickness(torch.ones(1, 80, 80, dtype=torch.bool)).max() == DEEPEST


def test_the_first_click_is_well_inside_the_object():
    torch.manual_seed(0)
    truth = area(4, 20, 6, 26)
    for _ in range(20):
        x, y, sign = next_clicks(truth, torch.zeros_like(truth))[0].tolist()
        assert sign == 1
        assert thickness(truth)[0, int(y) // 4, int(x) // 4] >= 4


def test_the_thicker_error_is_corrected():
    torch.manual_seed(0)
    truth = area(4, 20, 4, 12)
    spilled = area(4, 20, 4, 30)
    x, y, sign = next_clicks(truth, spilled)[0].tolist()
    assert sign == -1
    assert 12 <= x // 4 < 30
    assert 4 <= y // 4 < 20
    assert next_clicks(truth, area(4, 20, 4, 6))[0, 2] == 1


def test_a_right_answer_needs_no_click():
    truth = area(4, 20, 4, 12)
    assert next_clicks(truth, truth).tolist() == [[0, 0, 0]]


@given(st.integers(0, 2**32 - 1))
def test_a_click_always_lies_on_an_error_of_its_kind(seed):
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    truth, answer = (torch.from_numpy(random.random((2, 3, 9, 13)) < random.random())).unbind()
    for (x, y, sign), right, said in zip(
        next_clicks(truth, answer).tolist(), truth, answer, strict=True
    ):
        if sign == 0:
            assert bool((right == said).all())
        else:
            row, column = int(y // 4), int(x // 4)
            assert bool(right[row, column]) is (sign > 0)
            assert bool(said[row, column]) is (sign < 0)


def test_boxes_lie_about_the_object_and_inside_the_picture():
    torch.manual_seed(0)
    truth = torch.cat([area(4, 20, 6, 26), area(0, 24, 0, 32)])
    for _ in range(20):
        boxes = drawn_boxes(truth)
        assert (boxes[0] - torch.tensor([6.0, 4.0, 26.0, 20.0])).abs().max() < 2
        assert (boxes >= 0).all()
        assert (boxes[:, 2] <= 32).all()
        assert (boxes[:, 3] <= 24).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()
