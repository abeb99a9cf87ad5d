import cv2
import numpy as np
import pytest

from engine.formats.labels_file import read_labels
from engine.formats.two_valued import is_two_valued
from engine.formats.txt_list import read_list


def make(folder, name, values, labels=""):
    """A list of one sample whose map holds these values."""
    cv2.imwrite(str(folder / f"{name}.jpg"), np.zeros((2, 8, 3), np.uint8))
    cv2.imwrite(str(folder / f"{name}.png"), np.array([values], np.uint8))
    (folder / f"{name}.txt").write_text(f"{name}.jpg {name}.png\n")
    if labels:
        (folder / "labels.txt").write_text(labels)
    return folder / f"{name}.txt"


def decide(path):
    return is_two_valued(read_list(path), read_labels(path))


def test_masks_are_recognised_without_any_names(tmp_path):
    assert decide(make(tmp_path, "train", [0, 255]))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("0 background\n1 lesion\n", True),
        ("0 background\n1 a\n2 b\n", False),
        ("0 background\n1 lesion\n255 void\n", False),
    ],
)
def test_the_names_decide_first(tmp_path, labels, expected):
    assert decide(make(tmp_path, "train", [0, 255], labels)) is expected


def test_another_split_tells_that_255_means_ignore(tmp_path):
    path = make(tmp_path, "val", [0, 255])
    make(tmp_path, "train", [0, 1, 255])
    assert not decide(path)
    for others in ([0, 255], [0, 0]):
        make(tmp_path, "train", others)
        assert decide(path)
