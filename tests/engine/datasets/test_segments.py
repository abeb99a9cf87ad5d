import numpy as np
import pytest
import torch

from engine.datasets.augment import Augment
from engine.datasets.batch import to_device
from engine.datasets.dataset import ListDataset
from engine.datasets.truth import open_list
from engine.datasets.warp_masks import dense
from engine.datasets.warp_segments import warp_segments
from engine.preprocess import Preprocessing
from engine.values import Annotation, Mask
from models.detector import SEGMENT_SIDE
from models.task import Task
from tests.make_instances import ring, write_instance_list

BOXES = np.array([[4, 2, 24, 12], [10, 6, 18, 30]], np.float32)


def random_segments():
    return np.random.default_rng(0).random((2, 10, 10)) > 0.5


def test_scaling_leaves_segments_as_they_are():
    moved = BOXES * np.array([3, 0.5, 3, 0.5], np.float32)
    scaled = warp_segments(random_segments(), BOXES, np.diag([3.0, 0.5, 1]), moved)
    np.testing.assert_array_equal(scaled, random_segments())


def test_a_flipped_box_has_a_flipped_segment():
    flip = np.array([[-1, 0, 40], [0, 1, 0], [0, 0, 1.0]])
    moved = np.stack([40 - BOXES[:, 2], BOXES[:, 1], 40 - BOXES[:, 0], BOXES[:, 3]], axis=1)
    found = warp_segments(random_segments(), BOXES, flip, moved)
    np.testing.assert_array_equal(found, random_segments()[:, :, ::-1])


def test_a_cut_box_shows_the_part_that_is_left():
    half = BOXES.copy()
    half[:, 2] = (BOXES[:, 0] + BOXES[:, 2]) / 2
    found = warp_segments(random_segments(), BOXES, np.eye(3), half)
    np.testing.assert_array_equal(found, random_segments()[:, :, :5].repeat(2, axis=2))


@pytest.mark.parametrize("augment", [None, Augment(flip=True, rotate=20, scale=(0.8, 1.2))])
def test_the_segment_of_an_object_lies_on_its_mask(tmp_path, augment):
    path = write_instance_list(tmp_path, [[Annotation(ring(20, 12, 30, 8), 1)]], (64, 80))
    data = ListDataset(
        open_list(path, Task.INSTANCE),
        Preprocessing((64, 80), (0, 0, 0), (1, 1, 1)),
        augment=augment,
        proposals="fast",
        segments=True,
    )
    for epoch in range(3):
        data.epoch = epoch
        target = data[0].target
        assert target.segments.shape == (len(target.proposals), SEGMENT_SIDE, SEGMENT_SIDE)
        assert target.segments.dtype is torch.uint8
        truth = target.masks[0].numpy()
        best = max(
            overlap(b, s, truth) for b, s in zip(target.proposals, target.segments, strict=True)
        )
        assert best > 0.75
    assert torch.equal(to_device(target, torch.device("cpu")).segments, target.segments)


def overlap(box, segment, truth):
    """IoU of a segment stretched over its box with a mask (H, W)."""
    left, top, right, bottom = (round(float(v)) for v in box)
    columns = np.linspace(0, SEGMENT_SIDE - 1e-3, max(1, right - left), endpoint=False).astype(int)
    rows = np.linspace(0, SEGMENT_SIDE - 1e-3, max(1, bottom - top), endpoint=False).astype(int)
    pixels = segment.numpy()[rows[:, None], columns] > 0
    mask = dense(
        [Mask(left, top, pixels[: truth.shape[0] - top, : truth.shape[1] - left])], truth.shape
    )[0]
    return (mask & truth).sum() / (mask | truth).sum()
