"""Selective search: boxes inside the frame, the same each time, that meet what is there."""

import cv2
import numpy as np
import pytest

from engine.region_proposals.propose import propose
from engine.region_proposals.selective_search import MOST, SAME_IOU, WORK_PIXELS, search, working
from engine.regions.boxes import iou


def shapes(seed: int, size_hw: tuple[int, int] = (180, 240)) -> tuple[np.ndarray, np.ndarray]:
    """A picture (H, W, 3) of shapes on uneven ground with noise, and the boxes around them."""
    generator = np.random.default_rng(seed)
    height, width = size_hw
    pixels = np.full((height, width, 3), generator.integers(60, 200, 3), np.float32)
    pixels += np.linspace(-25, 25, width)[None, :, None]
    boxes = []
    for column in range(3):
        for row in range(2):
            w, h = generator.integers(24, 60, 2)
            x = column * 80 + generator.integers(0, 80 - w)
            y = row * 90 + generator.integers(0, 90 - h)
            color = generator.integers(0, 256, 3).tolist()
            if generator.random() < 0.5:
                cv2.rectangle(pixels, (x, y), (x + w - 1, y + h - 1), color, -1)
                boxes.append([x, y, x + w, y + h])
            else:
                middle, axes = (x + w // 2, y + h // 2), (w // 2, h // 2)
                cv2.ellipse(pixels, middle, axes, 0, 0, 360, color, -1)
                boxes.append([x, y, x + w, y + h])
    pixels += generator.normal(0, 6, pixels.shape)
    return pixels.clip(0, 255).astype(np.uint8), np.array(boxes, np.float32)


def odd_pictures() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    sizes = [(1, 1), (1, 40), (40, 1), (2, 2), (3, 300), (30, 20)]
    noise = [generator.integers(0, 256, (*size, 3), np.uint8) for size in sizes]
    plain = [np.full((*size, 3), 90, np.uint8) for size in sizes]
    grey = np.repeat(generator.integers(0, 256, (40, 50, 1), np.uint8), 3, axis=2)
    return [*noise, *plain, grey, np.zeros((50, 50, 3), np.uint8)]


@pytest.mark.parametrize("pixels", odd_pictures(), ids=lambda p: f"{p.shape[:2]} {p.std():.0f}")
def test_any_picture_has_boxes_inside_it(pixels):
    boxes = propose(pixels, "fast")
    height, width = pixels.shape[:2]
    assert boxes.dtype == np.float32
    assert 1 <= len(boxes) <= MOST
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= [width, height]).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_a_picture_of_one_color_is_one_box():
    assert propose(np.full((60, 80, 3), 120, np.uint8), "quality").tolist() == [[0, 0, 80, 60]]


def test_no_two_boxes_are_nearly_the_same():
    boxes = propose(shapes(1)[0], "fast")
    overlap = iou(boxes, boxes)
    np.fill_diagonal(overlap, 0)
    assert overlap.max() <= SAME_IOU + 1e-5


def test_the_same_pixels_have_the_same_boxes():
    pixels, _ = shapes(2)
    assert np.array_equal(propose(pixels, "fast"), propose(pixels.copy(), "fast"))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "quality"])
def test_shapes_are_met(mode):
    overlaps = []
    for seed in range(4):
        pixels, truth = shapes(seed)
        overlaps.append(iou(truth, propose(pixels, mode)).max(axis=1))
    best = np.concatenate(overlaps)
    assert (best >= 0.5).mean() >= 0.95
    assert best.mean() >= 0.85


def test_large_pictures_are_searched_small_and_answered_in_their_own_pixels():
    pixels, truth = shapes(3)
    large = cv2.resize(pixels, None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    assert working(large).shape[0] * working(large).shape[1] <= WORK_PIXELS * 1.01
    boxes = propose(large, "fast")
    assert (iou(truth * 4, boxes).max(axis=1) >= 0.5).mean() >= 0.8


def test_segments_fill_their_boxes_and_fit_their_masks():
    segments = search(shapes(4)[0], "fast")
    assert np.array_equal(segments.boxes, propose(shapes(4)[0], "fast"))
    for index in range(0, len(segments), 25):
        mask = segments.mask(index)
        assert mask.shape == (180, 240)
        rows, columns = np.nonzero(mask)
        x0, y0, x1, y1 = segments.boxes[index]
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (x0, y0, x1, y1)


def test_masks_of_many_segments_are_stretched_over_their_boxes():
    segments = search(shapes(5)[0], "fast")
    indices = np.arange(0, len(segments), 10)
    masks = segments.masks(indices, side=40)
    assert masks.shape == (len(indices), 40, 40)
    assert masks.dtype == np.bool_
    for index, found in zip(indices, masks, strict=True):
        x0, y0, x1, y1 = segments.boxes[index].astype(int)
        crop = segments.mask(int(index))[y0:y1, x0:x1].astype(np.uint8)
        wanted = cv2.resize(crop, (40, 40), interpolation=cv2.INTER_NEAREST_EXACT)
        assert (found == wanted).mean() > 0.95
