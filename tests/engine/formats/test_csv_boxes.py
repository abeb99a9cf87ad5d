"""CSV of boxes: told by its header, or RetinaNet's rows without one."""

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import csv_boxes
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Annotation, Box, FrameId, Label, Sample

TENSORFLOW = """filename,width,height,class,xmin,ymin,xmax,ymax
a.png,40,30,"cat, grey",1.5,2,10,12
a.png,40,30,dog,5,5,5,8
b.png,40,30,dog,0,0,40,30
"""
RETINANET = """img/a.png;837;346;981;456;cow
img/b.png;;;;;
img/a.png;1;2;x;4;bird
"""


def read(path, name, text):
    (path / name).write_text(text, encoding="utf-8")
    opened = csv_boxes.open_dataset(path, ReadOptions())
    report = Report()
    return opened, [opened.read(i, report) for i in opened.frame_ids], report


def test_a_header_names_the_columns(tmp_path):
    opened, (a, b), report = read(tmp_path, "train_labels.csv", TENSORFLOW)
    assert opened.splits == {"train": opened.frame_ids}
    assert [label.name for label in opened.labels] == ["background", "cat, grey", "dog"]
    assert a.size_hw == (30, 40)
    assert a.annotations[0].region == Box(1.5, 2, 10, 12)
    assert b.annotations[0].region == Box(0, 0, 40, 30)
    why = [(r.what, r.why) for r in report.skipped]
    assert why == [("train_labels.csv, line 3", "it has no area")]


@pytest.mark.parametrize(
    "text",
    [
        "image,x1,y1,x2,y2,label\na.png,1,2,3,4,cat\n",
        "Label\tX_min\tY_min\tX_max\tY_max\tConfidence\tfile name\ncat\t1\t2\t3\t4\t0.5\ta.png\n",
    ],
)
def test_other_names_and_orders_are_known(tmp_path, text):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((30, 40, 3), np.uint8))
    _, (a,), _ = read(tmp_path, "x.csv", text)
    assert a.size_hw == (30, 40)
    assert a.annotations[0].region == Box(1, 2, 3, 4)
    assert a.annotations[0].score == (0.5 if "Confidence" in text else None)


def test_rows_without_a_header_are_retinanets(tmp_path):
    (tmp_path / "img").mkdir()
    for name in ("a", "b"):
        cv2.imwrite(str(tmp_path / "img" / f"{name}.png"), np.zeros((500, 999, 3), np.uint8))
    _, (a, b), report = read(tmp_path, "annotations.csv", RETINANET)
    assert [x.region for x in a.annotations] == [Box(837, 346, 981, 456)]
    assert not b.annotations
    assert [r.why for r in report.skipped] == ["xmax is 'x'"]


def test_each_part_may_have_a_folder_with_its_file(tmp_path):
    for part in ("train", "valid"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "_annotations.csv").write_text(TENSORFLOW, encoding="utf-8")
        cv2.imwrite(str(tmp_path / part / "a.png"), np.zeros((30, 40, 3), np.uint8))
    assert csv_boxes.recognise(tmp_path)
    opened = csv_boxes.open_dataset(tmp_path, ReadOptions())
    assert FrameId(str(tmp_path / "valid/a.png")) in opened.splits["val"]
    assert FrameId(str(tmp_path / "train/a.png")) in opened.splits["train"]


def test_rows_are_written_as_tensorflow_reads_them(tmp_path):
    writer = csv_boxes.CsvWriter(tmp_path, (Label(3, "cat, grey", (1, 2, 3)),))
    found = Annotation(Box(1.5, 2, 10, 12), 3)
    picture = tmp_path / "images" / "train" / "a.png"
    writer.add(Sample(FrameId("x"), (30, 40), (found,)), picture, "train")
    writer.finish()
    text = (tmp_path / "train.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1] == 'train/a.png,40,30,"cat, grey",1.5,2,10,12'


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", "name,r,g,b\nx,1,2,3\n", "", "\0\n"])
def test_other_tables_are_something_else(tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert not csv_boxes.recognise(tmp_path)
    if text.strip("\0\n"):
        with pytest.raises(DatasetError, match="no columns of boxes"):
            csv_boxes.open_dataset(path, ReadOptions())
