import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets.augment import Augment, draw_matrix, jitter_color, warp, warp_boxes
from engine.preprocess import Preprocessing, place

PLACEMENT = place((60, 80), Preprocessing((96, 128)))
STRONG = Augment(
    flip=True, flip_vertical=True, quarter_turns=True, scale=(0.6, 1.6), shift=0.1, color=1.0
)


def test_no_augmentation_is_the_letterbox():
    matrix = draw_matrix(Augment(), PLACEMENT, np.random.default_rng(0))
    np.testing.assert_allclose(matrix, np.diag([1.6, 1.6, 1]), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_box_moves_with_its_pixels(seed):
    matrix = draw_matrix(STRONG, PLACEMENT, np.random.default_rng(seed))
    ids = np.zeros((60, 80), np.uint8)
    ids[20:40, 30:55] = 1
    moved = warp(ids, matrix, (96, 128), fill=0)
    boxes, remain = warp_boxes(np.array([[30, 20, 55, 40]], np.float32), matrix, (0, 0, 128, 96))
    if not remain[0]:
        return
    rows, columns = np.nonzero(moved)
    found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    np.testing.assert_allclose(boxes[0], found, atol=1.01)


def test_boxes_mostly_outside_are_dropped():
    boxes = np.array([[-90, 0, 10, 10], [0, 0, 10, 10], [5, 5, 5.5, 50]], np.float32)
    clipped, remain = warp_boxes(boxes, np.eye(3), (0, 0, 100, 100))
    assert remain.tolist() == [False, True, False]
    assert clipped[0].tolist() == [0, 0, 10, 10]


def test_colors_change_but_stay_colors():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    assert jitter_color(pixels, 0, np.random.default_rng(0)) is pixels
    changed = jitter_color(pixels, 1.0, np.random.default_rng(0))
    assert changed.shape == pixels.shape
    assert changed.dtype == np.uint8
    assert (changed != pixels).any()


@pytest.mark.parametrize("wrong", [{"scale": (2, 1)}, {"color": 2}, {"mosaic": -1}])
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Augment(**wrong)
