import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.evaluation.boundary import BoundaryCounter, band, band_width

maps = hnp.arrays(np.uint8, (9, 11), elements=st.integers(0, 2))


def score(predicted: np.ndarray, truth: np.ndarray, num_labels: int = 2) -> tuple[float, ...]:
    counter = BoundaryCounter(num_labels)
    counter.add(predicted, truth)
    return counter.scores().iou


def square(shift: int = 0, side: int = 60) -> np.ndarray:
    ids = np.zeros((100, 100), np.uint8)
    ids[20 : 20 + side, 20 + shift : 20 + side + shift] = 1
    return ids


@settings(max_examples=30, deadline=None)
@given(maps, maps)
def test_it_is_a_share_and_symmetric(one: np.ndarray, other: np.ndarray) -> None:
    forth, back = score(one, other, 3), score(other, one, 3)
    np.testing.assert_array_equal(forth, back)
    assert all(math.isnan(x) or 0 <= x <= 1 for x in forth)
    assert all(math.isnan(x) or x == 1 for x in score(one, one, 3))


def test_the_band_is_what_the_paper_draws() -> None:
    mask = square() == 1
    assert band_width(mask.shape) == 3  # 2 % of a diagonal of 141 pixels.
    drawn = band(mask, 3)
    assert drawn.sum() == 60 * 60 - 54 * 54
    assert drawn[20:80, 20:23].all()
    assert not drawn[23:77, 23:77].any()


def test_the_pictures_edge_is_no_border() -> None:
    everywhere = np.ones((30, 40), np.uint8)
    assert not band(everywhere == 1, 2).any()
    assert score(everywhere, everywhere)[1] == 1


def test_a_shifted_border_costs_more_than_iou_says() -> None:
    truth, shifted = square(), square(shift=2)
    both = (truth & shifted).sum() / (truth | shifted).sum()
    assert both > 0.93
    assert score(shifted, truth)[1] < 0.7
    assert score(square(shift=1), truth)[1] > score(shifted, truth)[1]


def test_ignored_pixels_have_no_say_and_make_no_border() -> None:
    truth = square()
    truth[:, 50:] = 255
    wrong_there = square()
    wrong_there[:, 50:] = 1
    assert score(wrong_there, truth) == (1, 1)


def test_every_picture_counts_the_same() -> None:
    counter = BoundaryCounter(3)
    counter.add(square(), square())
    large = np.kron(square(), np.ones((4, 4), np.uint8))
    counter.add(np.zeros_like(large), large)
    scores = counter.scores()
    assert scores.iou[1] == 0.5
    assert math.isnan(scores.iou[2])
    assert scores.mean == pytest.approx((scores.iou[0] + scores.iou[1]) / 2)


def test_no_picture_is_an_error() -> None:
    with pytest.raises(ValueError, match="No picture"):
        BoundaryCounter(2).scores()
