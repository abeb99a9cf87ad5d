"""Labelling is measured in the real window, here on discs whose outline is known."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from gui.bench.label import Outcome, Task, measure_list, objects_of, summary, tasks_of, together
from gui.bench.register import PROMISES
from tests.make_maps import grey


@pytest.fixture
def discs(tmp_path):
    """A list of two pictures: a bright disc each, and beside one a disc that is too small."""
    return write_discs(tmp_path)


def write_discs(tmp_path, hole=0):
    lines = []
    for number, middle in enumerate(((90, 70), (70, 110))):
        y, x = np.ogrid[:160, :200]
        ids = ((y - middle[0]) ** 2 + (x - middle[1]) ** 2 <= 40**2).astype(np.uint8)
        ids[(y - middle[0]) ** 2 + (x - middle[1]) ** 2 <= hole**2 - 1] = 0
        if number:
            ids[2:10, 2:10] = 2
        noise = np.random.default_rng(number).integers(0, 12, (160, 200, 3))
        pixels = np.where(ids[..., None] == 1, (200, 90, 60), (40, 60, 90)) + noise
        cv2.imwrite(str(tmp_path / f"{number}.png"), pixels.astype(np.uint8))
        grey(tmp_path / "maps" / f"{number}.png", ids)
        lines.append(f"{number}.png maps/{number}.png\n")
    (tmp_path / "labels.txt").write_text("0 background #000000\n1 disc #ff0000\n2 speck #00ff00\n")
    path = tmp_path / "test.txt"
    path.write_text("".join(lines))
    return path


def test_specks_are_left_out(discs):
    assert [int(each.truth.sum()) for each in objects_of(discs, 5)] == [5025, 5025]


def test_no_list_says_so(tmp_path):
    with pytest.raises(DatasetError):
        objects_of(tmp_path / "none.txt", 1)


@pytest.mark.slow
def test_corners_and_a_box_reach_the_goal_and_are_counted(qapp, discs):
    found = measure_list(Task(discs), 2, ("polygon", "grab_cut"))
    assert found.keys() == {"polygon", "grab_cut"}
    assert all(each.iou >= 0.9 for way in found.values() for each in way)
    assert all(6 <= each.actions <= 12 for each in found["polygon"])
    assert [each.actions for each in found["grab_cut"]][1:] == [2]  # A box, Enter.
    assert all(each.is_helped for each in found["polygon"])


@pytest.mark.slow
def test_a_hole_takes_corners_or_one_drag_with_the_tool_for_that(qapp, tmp_path):
    found = measure_list(Task(write_discs(tmp_path, 20)), 2, ("polygon", "freehand"))
    assert all(each.iou >= 0.9 and each.is_helped for way in found.values() for each in way)
    assert all(12 <= each.actions <= 24 for each in found["polygon"])
    assert all(each.actions <= 6 for each in found["freehand"])  # The disc, the tool, the hole.


@pytest.mark.slow
def test_a_drag_around_it_is_one_action_and_what_it_has_wrong_is_redrawn(qapp, discs):
    (freehand,) = measure_list(Task(discs), 2, ("freehand",)).values()
    assert all(each.iou >= 0.9 and each.is_helped for each in freehand)
    assert min(each.actions for each in freehand) == 1


def test_the_best_help_is_set_against_corners_alone():
    def all_of(actions):
        return [Outcome(actions, 1.0, 0.9, True)]

    lists = {"a": {"polygon": all_of(9), "smart": all_of(2)}, "b": {"polygon": all_of(3)}}
    rows = summary(together(lists))
    assert rows["label.polygon_actions"] == 6
    assert rows["label.best_to_polygon"] == pytest.approx(1 / 3)
    assert rows.keys() <= PROMISES.keys()


def test_weights_belong_to_the_list_in_the_same_place():
    tasks = tasks_of([Path("a/test.txt"), Path("b/test.txt")], ["w"])
    assert [(task.name, task.weights) for task in tasks] == [("a", "w"), ("b", "")]
