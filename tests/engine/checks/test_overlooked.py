import numpy as np
import pytest

from engine.checks.check import check
from engine.checks.overlooked import MANY, overlooked
from tests.engine.checks.test_dataset import coco
from tests.engine.checks.test_suspicions import ONE, boxes, picture


@pytest.mark.parametrize("count", [0, MANY - 1, MANY, 40])
def test_many_objects_are_needed(count):
    pixels = np.zeros((4, 4, 3), np.uint8)
    found = list(overlooked("a.png", pixels, lambda _: count))
    assert bool(found) == (count >= MANY)
    assert list(overlooked("a.png", pixels, None)) == []


def test_only_pictures_labelled_as_empty_are_looked_at(tmp_path):
    looked = []

    def count(pixels):
        looked.append(pixels.shape)
        return 7

    path = boxes(tmp_path, [ONE, "", ONE], classes_txt="cell\n")
    report = check(path, count_objects=count)
    assert [(p.line, p.code) for p in report.problems] == [(2, "empty-but-seen")]
    assert report.ok
    assert looked == [(50, 60, 3)]


def test_so_it_is_in_every_format(tmp_path):
    path = coco(tmp_path, [[1, 2, 10, 12], None])
    picture(tmp_path / "1.jpg", 9)
    (problem,) = check(path, count_objects=lambda _: 5).problems
    assert problem.code == "empty-but-seen"
    assert "1.jpg" in problem.message
