"""An object that moves is followed as box, outline and mask, up to where it is gone."""

import cv2
import numpy as np
import pytest

from engine.regions import boxes, masks
from engine.tracks.flow import SAME_SCENE, small_gray
from engine.tracks.follow import Ending, follow, median_motion, share_inside
from engine.values import Box, Polygon
from tests.make_track import SIZE_HW, box_at, mask_at, pattern, scene

COUNT = 24


def grays(frames):
    return ((index, small_gray(frame)) for index, frame in enumerate(frames))


def overlap(a, b):
    return float(boxes.iou([masks.box_of(a).xyxy], [masks.box_of(b).xyxy])[0, 0])


def test_a_box_moves_and_grows_with_what_is_in_it():
    followed = follow(box_at(0), SIZE_HW, grays(scene(COUNT)))
    assert followed.ending is Ending.DONE
    assert [f.index for f in followed.found] == list(range(1, COUNT))
    assert min(overlap(f.region, box_at(f.index)) for f in followed.found) > 0.85
    assert all(0.9 < f.confidence <= 1 for f in followed.found)


@pytest.mark.slow
def test_it_keeps_a_growing_box_better_than_the_tracker_of_opencv():
    frames = list(scene(40, growth=0.02, speed=1.0))
    truth = box_at(39, growth=0.02, speed=1.0)
    followed = follow(box_at(0), SIZE_HW, grays(frames))
    tracker = cv2.TrackerMIL_create()
    x1, y1, x2, y2 = map(round, box_at(0).xyxy)
    tracker.init(frames[0], (x1, y1, x2 - x1, y2 - y1))
    for frame in frames[1:]:
        _, (x, y, width, height) = tracker.update(frame)
    theirs = overlap(Box(x, y, x + width, y + height), truth)
    assert overlap(followed.found[-1].region, truth) > max(theirs, 0.85)


def test_a_mask_and_an_outline_keep_their_shape():
    outline = masks.mask_to_polygons(mask_at(0), 0.5)[0]
    for first in (mask_at(0), outline):
        followed = follow(first, SIZE_HW, grays(scene(COUNT)))
        assert len(followed.found) == COUNT - 1
        for found in followed.found:
            seen = masks.region_to_mask(found.region, SIZE_HW)
            assert masks.mask_iou(seen, mask_at(found.index)) > 0.85


def test_it_stops_where_something_stands_before_the_object():
    followed = follow(box_at(0), SIZE_HW, grays(scene(COUNT, hides=range(12, COUNT))))
    assert followed.ending is Ending.LOST
    assert 11 <= followed.found[-1].index <= 12
    assert followed.confidence < 0.6


def test_it_stops_where_the_object_leaves_the_picture():
    followed = follow(box_at(0, speed=8.0), SIZE_HW, grays(scene(COUNT, speed=8.0)))
    assert followed.ending is Ending.LEFT
    last = followed.found[-1]
    assert share_inside(box_at(last.index, speed=8.0), SIZE_HW) > 0.3
    assert last.region.x2 <= SIZE_HW[1]


def test_it_stops_at_another_scene():
    bright = pattern(SIZE_HW, 9, 200, 255)
    frames = [*scene(6), bright, bright]
    followed = follow(mask_at(0), SIZE_HW, grays(frames))
    assert followed.ending is Ending.CUT
    assert followed.found[-1].index == 5
    assert 0 < SAME_SCENE < 1


def test_it_stops_at_a_frame_where_the_object_is_known():
    followed = follow(box_at(0), SIZE_HW, grays(scene(COUNT)), frozenset({4}))
    assert followed.ending is Ending.KNOWN
    assert [f.index for f in followed.found] == [1, 2, 3]


def test_large_frames_are_followed_on_small_ones_and_told_in_their_own_pixels():
    large = [cv2.resize(f, (1280, 960), interpolation=cv2.INTER_LINEAR) for f in scene(4)]
    start = Box(*(8 * side for side in box_at(0).xyxy))
    followed = follow(start, (960, 1280), grays(large))
    truth = Box(*(8 * side for side in box_at(3).xyxy))
    assert overlap(followed.found[-1].region, truth) > 0.85


def test_median_motion_bears_wrong_points():
    generator = np.random.default_rng(2)
    places = generator.uniform(0, 50, (200, 2)).astype(np.float32)
    origins = places * 0.5 + np.float32([3, -2])
    origins[::5] += generator.uniform(-30, 30, (40, 2)).astype(np.float32)
    matrix = median_motion(places, origins)
    assert matrix[0, 0] == pytest.approx(0.5, abs=0.03)
    assert matrix[:, 2] == pytest.approx([3, -2], abs=1.0)


def test_an_object_of_very_many_pixels_is_followed_too():
    frames = [cv2.resize(f, (480, 360), interpolation=cv2.INTER_LINEAR) for f in scene(3)]
    corners = np.array([[20, 20], [460, 20], [460, 340], [20, 340]], np.float32)
    for first in (Polygon(corners), Box(20, 20, 460, 340)):
        followed = follow(first, (360, 480), grays(frames))
        assert len(followed.found) == 2
        assert overlap(followed.found[-1].region, first) > 0.95
