"""The story of a suppression ends as the pipeline does, and every removal has its reason."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inside.draw_trace import CURRENT, REMOVED, REMOVER, draw_trace
from engine.inside.suppression import BEYOND, KEPT, trace
from engine.pipeline.decode import MAX_DETECTIONS, detections
from engine.preprocess import Placement
from engine.regions.masks import box_of
from engine.thresholds import Thresholds
from engine.values import Label
from models.contract import DetectionOutput

LABELS = (Label(1, "cat", (220, 60, 60)), Label(2, "dog", (60, 120, 220)))
PLACEMENT = Placement((96, 128), (64, 64), (48, 64))


def output_of(rows):
    """Rows of x, y, width, height, score, label."""
    table = torch.tensor(rows, dtype=torch.float32).reshape(-1, 6)
    boxes = torch.cat([table[:, :2], table[:, :2] + table[:, 2:4]], dim=1)
    return DetectionOutput(boxes, table[:, 4], table[:, 5].long())


def crowd(seed, count):
    generator = np.random.default_rng(seed)
    corners, sizes = generator.uniform(0, 50, (count, 2)), generator.uniform(1, 30, (count, 2))
    scores = generator.choice([0.2, 0.5, 0.9, *generator.uniform(0, 1, 5)], count)  # With ties.
    labels = generator.integers(0, 2, count)
    return output_of(np.column_stack([corners, sizes, scores, labels]))


def test_boxes_at_an_angle_are_removed_by_what_covers_them():
    first = torch.tensor([[8.0, 4.0], [24.0, 20.0], [22.0, 22.0], [6.0, 6.0]])
    corners = torch.stack([first, first + torch.tensor([4.0, -4.0]), first + 0.5])
    around = torch.cat([corners.amin(dim=1), corners.amax(dim=1)], dim=1)
    scores = torch.tensor([0.9, 0.8, 0.7])
    output = DetectionOutput(around, scores, torch.zeros(3, dtype=torch.int64), corners=corners)
    thresholds = Thresholds(conf=0.25, iou=0.4)
    told = trace(output, PLACEMENT, thresholds)
    assert told.by.tolist() == [KEPT, KEPT, 0]
    assert 0.4 < told.overlaps[2] < 1
    assert len(detections(output, PLACEMENT, thresholds)) == 2


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(0, 120),
    conf=st.floats(0, 0.9),
    iou=st.floats(0.05, 0.95),
)
def test_what_stays_is_what_the_pipeline_finds(seed, count, conf, iou):
    output, limits = crowd(seed, count), Thresholds(conf, iou)
    found = detections(output, PLACEMENT, limits)
    told = trace(output, PLACEMENT, limits)
    assert [d.label_id for d in found] == told.label_ids[told.kept].tolist()
    expected = np.array([box_of(d.region).xyxy for d in found], np.float32).reshape(-1, 4)
    np.testing.assert_array_equal(told.boxes[told.kept], expected)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 120), iou=st.floats(0.05, 0.95))
def test_each_is_removed_by_a_better_one_of_its_label_that_stays(seed, count, iou):
    told = trace(crowd(seed, count), PLACEMENT, Thresholds(0.1, iou))
    removed = np.flatnonzero(told.by >= 0)
    by = told.by[removed]
    assert (told.by[by] == KEPT).all()
    assert (by < removed).all()
    assert (told.scores[by] >= told.scores[removed]).all()
    assert (told.label_ids[by] == told.label_ids[removed]).all()
    assert (told.overlaps[removed] > iou - 1e-4).all()


def test_what_only_the_limit_leaves_out_is_told_apart():
    count = MAX_DETECTIONS + 5
    rows = [(x % 20 * 3, x // 20 * 3, 2, 2, 0.9 - x / 1000, 0) for x in range(count)]
    told = trace(output_of(rows), PLACEMENT, Thresholds(0.1, 0.45))
    assert len(told.kept) == MAX_DETECTIONS
    assert (told.by[MAX_DETECTIONS:] == BEYOND).all()


@pytest.fixture
def story():
    rows = [(0, 0, 20, 20, 0.8, 0), (1, 1, 20, 20, 0.9, 0), (2, 0, 20, 20, 0.5, 1)]
    return trace(output_of(rows), PLACEMENT, Thresholds(0.1, 0.45))


def test_of_two_boxes_on_one_object_the_better_stays(story):
    assert story.scores.tolist() == pytest.approx([0.9, 0.8, 0.5])
    assert story.by.tolist() == [KEPT, 0, KEPT]
    assert story.overlaps[1] == pytest.approx(361 / 439, abs=1e-4)


def test_the_one_that_is_judged_lies_on_top_of_its_remover(story):
    drawing = draw_trace(story, 1, LABELS)
    np.testing.assert_array_equal(drawing.boxes, story.boxes[[2, 0, 1]])
    assert drawing.colors[1:, :3].tolist() == [list(REMOVER), list(CURRENT)]
    assert drawing.colors[0, 3] < 128
    assert [text for _, text in drawing.captions] == ["#1  cat  0.90", "#2  cat  0.80"]


def test_past_the_end_what_stays_is_seen_and_the_rest_is_faded(story):
    drawing = draw_trace(story, len(story), LABELS)
    assert drawing.colors[0, :3].tolist() == list(REMOVED)
    assert (drawing.colors[1:, 3] == 255).all()
    assert len(draw_trace(trace(output_of([]), PLACEMENT, Thresholds()), 0, LABELS).boxes) == 0
