"""What readers of foreign labels share: sane values, ids for names, the size of a picture."""

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats.read_sample import (
    LabelIds,
    Objects,
    files_to_read,
    number,
    picture_hw,
    points,
    size_hw,
    split_of,
    table,
    text,
    whole,
)
from engine.formats.report import Report
from engine.labels import BACKGROUND
from engine.values import Box, FrameId


@pytest.mark.parametrize(
    "value", [None, True, "", "x", "nan", "inf", 1e8, -1e8, "1e999", [], {}, 10**400, "9" * 5000]
)
def test_no_number_is_refused(value):
    with pytest.raises(ValueError, match="its width is"):
        number(value, "its width")


def test_numbers_are_read_also_from_text():
    assert (number("1.5"), number(-2), whole("3.0")) == (1.5, -2, 3)
    with pytest.raises(ValueError, match=r"a number is 1\.5"):
        whole(1.5)


def test_other_types_are_refused():
    for read, value in ((table, []), (points, {}), (points, [[1, 2], [3]]), (text, 7), (text, " ")):
        with pytest.raises(ValueError, match=r"is no|is missing|two numbers"):
            read(value)
    with pytest.raises(ValueError, match="has 2 points"):
        points([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="longer than"):
        text("a" * 301)
    assert text(" a \n b ") == "a b"


def test_a_size_makes_sense_or_is_none():
    assert size_hw("30", 40) == (30, 40)
    for odd in ((0, 5), (5, -1), (None, 5), (1 << 20, 1 << 20), ("x", 5)):
        assert size_hw(*odd) is None


def test_names_have_ids_as_far_as_there_are_any():
    ids = LabelIds(["b", "a", "b", " "])
    ids.add("a", (1, 2, 3))
    assert [(x.id, x.name) for x in ids.labels] == [(0, BACKGROUND.name), (1, "b"), (2, "a")]
    assert ids.labels[2].color == (1, 2, 3)
    assert "a" in ids
    many = LabelIds(str(i) for i in range(300))
    assert many.id_of("253") == 254
    assert len(many.labels) == 255
    with pytest.raises(ValueError, match="more than 254 labels"):
        many.id_of("254")


def test_what_is_wrong_with_one_object_is_noted_and_the_next_one_read():
    report = Report()
    objects = Objects(FrameId("a.png"), report)
    for label_id, how in ((1, ""), (999, ""), (2, "turned")):
        with objects.trying("line 1"):
            objects.add(Box(0, 0, 1, 1), label_id, how=how)
    with objects.trying("line 4"):
        raise DatasetError("It is damaged.", hint="Try again.")
    assert [a.z for a in objects.annotations] == [0, 1]
    assert report.kept == {"a.png": 1}
    assert [r.why for r in report.converted] == ["turned"]
    assert [r.why for r in report.skipped] == ["A label id is 0 to 255, not 999", "It is damaged"]


def test_the_size_is_that_of_the_picture_where_it_can_be_read(tmp_path):
    path, report = tmp_path / "a.png", Report()
    frame_id = FrameId(str(path))
    assert picture_hw(frame_id, (3, 4), report) == (3, 4)
    with pytest.raises(DatasetError, match=r"size of a\.png is not known"):
        picture_hw(frame_id, None, report)
    cv2.imwrite(str(path), np.zeros((5, 6, 3), np.uint8))
    assert picture_hw(frame_id, (5, 6), report) == (5, 6)
    assert not report.converted
    assert picture_hw(frame_id, (3, 4), report) == (5, 6)
    assert "made for 4x3, it is 6x5" in report.converted[0].why


@pytest.mark.parametrize(
    ("name", "split"),
    [("train2017.json", "train"), ("my-valid", "val"), ("Test", "test"), ("a", ""), ("trains", "")],
)
def test_a_split_is_a_word_of_the_name(tmp_path, name, split):
    assert split_of(tmp_path / name) == split


def test_a_folder_with_nothing_is_refused_and_a_file_is_tried(tmp_path):
    assert files_to_read(tmp_path / "a", [], "thing") == [tmp_path / "a"]
    with pytest.raises(DatasetError, match="holds no thing"):
        files_to_read(tmp_path, [], "thing")
