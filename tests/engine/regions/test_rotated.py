import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.regions import boxes, rotated


def turned(x, y, width, height, angle):
    """Corners of a box, turned around its middle in the plane of complex numbers."""
    straight = [complex(a * width, b * height) / 2 for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    corners = [
        complex(x, y) + each * complex(math.cos(angle), math.sin(angle)) for each in straight
    ]
    return np.array([[each.real, each.imag] for each in corners], np.float32)


def test_a_square_and_itself_on_its_corner_share_an_octagon():
    shared = 2 * (math.sqrt(2) - 1)
    table = rotated.iou(turned(5, 5, 1, 1, 0)[None], turned(5, 5, 1, 1, math.pi / 4)[None])
    assert table == pytest.approx(np.array([[shared / (2 - shared)]]), abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000))
def test_turning_everything_changes_no_overlap(seed):
    rng = np.random.default_rng(seed)
    rows = [(*rng.uniform(0, 30, 2), *rng.uniform(1, 20, 2)) for _ in range(6)]
    straight = np.array([turned(*row, 0) for row in rows])
    found = rotated.iou(straight[:2], straight)
    around = rotated.box_around(straight)
    assert np.allclose(found, boxes.iou(around[:2], around), atol=1e-4)
    angle = rng.uniform(-3, 3)
    way = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    again = (straight @ way).astype(np.float32)
    assert np.allclose(rotated.iou(again[:2], again), found, atol=1e-3)
    assert np.allclose(rotated.iou(again, again).diagonal(), 1, atol=1e-4)


def test_neighbours_that_lie_side_by_side_at_an_angle_both_stay():
    corners = np.array([turned(20 + 5 * i, 20 + 5 * i, 30, 6, -math.pi / 4) for i in range(3)])
    corners = np.concatenate([corners, corners[1:2] + 0.5])
    scores, labels = np.array([0.9, 0.8, 0.7, 0.6], np.float32), np.zeros(4, np.int64)
    around = rotated.box_around(corners)
    assert boxes.iou(around[:1], around[1:2])[0, 0] > 0.45
    kept = rotated.suppress_rotated(corners, scores, labels, iou=0.45, limit=300)
    assert kept.tolist() == [0, 1, 2]
    labels[3] = 1
    kept = rotated.suppress_rotated(corners, scores[::-1], labels, iou=0.5, limit=2)
    assert kept.tolist() == [3, 2]


def test_nothing_and_what_has_no_area():
    nothing = np.zeros((0, 4, 2), np.float32)
    assert rotated.iou(nothing, nothing).shape == (0, 0)
    kept = rotated.suppress_rotated(
        nothing, np.zeros(0, np.float32), np.zeros(0, np.int64), iou=0.5, limit=9
    )
    assert kept.tolist() == []
    flat = turned(5, 5, 0, 0, 1)[None]
    assert rotated.iou(flat, flat).tolist() == [[0]]
