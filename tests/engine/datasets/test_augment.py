from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.datasets.augment import (
    Augment,
    degrade,
    draw_field,
    draw_matrix,
    jitter_color,
    warp,
    warp_boxes,
)
from engine.preprocess import Preprocessing, place
from tests.make import make_pixels

PLACEMENT = place((60, 80), Preprocessing((96, 128)))
STRONG = Augment(
    flip=True,
    flip_vertical=True,
    quarter_turns=True,
    scale=(0.6, 1.6),
    shift=0.1,
    crop=(0.5, 1.0),
    color=1.0,
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


BENDING = replace(STRONG, rotate=40, elastic=0.03, color=0.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_labels_move_with_pixels(seed):
    generator = np.random.default_rng(seed)
    matrix = draw_matrix(BENDING, PLACEMENT, generator)
    field = draw_field(BENDING, (96, 128), generator)
    ids = np.zeros((60, 80), np.uint8)
    cv2.ellipse(ids, (40, 30), (25, 15), 20, 0, 360, 1, -1)
    pixels = np.where(ids[..., None] == 1, (200, 60, 10), (20, 120, 250)).astype(np.uint8)
    moved = warp(ids, matrix, (96, 128), fill=0, field=field)
    shown = warp(pixels, matrix, (96, 128), fill=(20, 120, 250), field=field)[..., 0] > 110
    # Between two pixels the picture is mixed, while a label is one or the other; where the pull
    # thins the region to less than a pixel, a label may miss it altogether.
    edges = cv2.dilate(moved, np.ones((5, 5))) != cv2.erode(moved, np.ones((5, 5)))
    assert (shown != moved)[~edges].sum() <= 4
    assert (shown == moved).mean() > 0.99


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
@example(2937)  # enlarged more than four times, and at the frame's edge
def test_a_crop_shows_nothing_but_picture(seed):
    placement = place((60, 80), Preprocessing((96, 128)))
    matrix = draw_matrix(Augment(crop=(0.3, 1.0)), placement, np.random.default_rng(seed))
    white = np.full((60, 80, 3), 255, np.uint8)
    moved = warp(white, matrix, (96, 128), fill=(0, 0, 0))
    # Less than half a frame's pixel from its edge, what is shown is mixed with what lies beyond:
    # by half at most, and in a corner by three quarters. So many input pixels that is:
    edge = int(np.ceil(matrix[0, 0] / 2))
    assert (moved[edge:-edge, edge:-edge] == 255).all()
    assert moved.min() > 55
    side = 96 / matrix[0, 0] / 60
    assert 0.299 < side < 1.001


def test_a_displacement_is_smooth_and_as_far_as_asked():
    generator = np.random.default_rng(0)
    fields = [draw_field(Augment(elastic=0.02), (200, 300), generator) for _ in range(50)]
    spread = np.stack(fields).std(axis=(0, 1, 2))
    np.testing.assert_allclose(spread, (6, 4), rtol=0.3)
    assert max(np.abs(np.diff(field, axis=1)).max() for field in fields) < 1, "it never folds"
    assert draw_field(Augment(), (8, 8), generator) is None


def test_blur_and_noise_change_no_more_than_asked():
    pixels = make_pixels((64, 64))
    assert degrade(pixels, Augment(), np.random.default_rng(0)) is pixels
    noisy = degrade(pixels, Augment(noise=0.05), np.random.default_rng(0))
    assert 0 < np.abs(noisy.astype(float) - pixels).mean() < 0.05 * 255
    soft = degrade(pixels, Augment(blur=3), np.random.default_rng(0))
    roughness = [np.abs(np.diff(p.astype(float), axis=1)).mean() for p in (soft, pixels)]
    assert roughness[0] < roughness[1]


def test_boxes_mostly_outside_are_dropped():
    boxes = np.array([[-92, 0, 8, 10], [0, 0, 10, 10], [5, 5, 5.5, 50]], np.float32)
    clipped, remain = warp_boxes(boxes, np.eye(3), (0, 0, 100, 100))
    assert remain.tolist() == [False, True, False]
    assert clipped[0].tolist() == [0, 0, 8, 10]


def test_colors_change_but_stay_colors():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    assert jitter_color(pixels, 0, np.random.default_rng(0)) is pixels
    changed = jitter_color(pixels, 1.0, np.random.default_rng(0))
    assert changed.shape == pixels.shape
    assert changed.dtype == np.uint8
    assert (changed != pixels).any()


@pytest.mark.parametrize(
    "wrong", [{"scale": (2, 1)}, {"color": 2}, {"mosaic": -1}, {"crop": (0.5, 1.5)}, {"elastic": 1}]
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Augment(**wrong)
