"""Two labels of one name stay two, in every layout that numbers or paints them, and it is told."""

import json

import numpy as np
import pytest

from engine.checks.check import check
from engine.formats import registry
from engine.formats.namesakes import told_apart
from engine.formats.open_dataset import ReadOptions
from engine.formats.remarks import summary
from engine.formats.report import Report
from tests.make import write_picture
from tests.make_maps import grey

SIZE_HW = (40, 60)
LINES = "0 0.5 0.5 0.2 0.2\n2 0.2 0.2 0.1 0.1\n"


def coco(folder):
    write_picture(folder / "a.png", SIZE_HW)
    categories = [{"id": 1, "name": "cell"}, {"id": 4, "name": "dog"}, {"id": 7, "name": "cell"}]
    rows = [{"id": i, "image_id": 1, "category_id": i, "bbox": [i, i, 10, 10]} for i in (1, 4, 7)]
    images = [{"id": 1, "file_name": "a.png", "height": 40, "width": 60}]
    content = {"images": images, "annotations": rows, "categories": categories}
    (folder / "a.json").write_text(json.dumps(content))
    return "7"


def yolo(folder):
    write_picture(folder / "images" / "a.png", SIZE_HW)
    (folder / "labels").mkdir()
    (folder / "labels" / "a.txt").write_text(LINES)
    (folder / "data.yaml").write_text("train: images\nnames: [cell, dog, cell]\n")
    return "2"


def yolo_names(folder):
    yolo(folder)
    (folder / "data.yaml").unlink()
    (folder / "classes.txt").write_text("cell\ndog\ncell\n")
    return "2"


def txt_detection(folder):
    write_picture(folder / "a.png", SIZE_HW)
    (folder / "a.txt").write_text(LINES)
    (folder / "train.txt").write_text("a.png a.txt\n")
    (folder / "labels.txt").write_text("0 cell\n1 dog\n2 cell\n")
    (folder / "classes.txt").write_text("cell\ndog\ncell\n")
    return "2"


def label_map(folder):
    write_picture(folder / "images" / "a.png", (1, 3))
    grey(folder / "labels" / "a.png", np.array([[1, 2, 3]], np.uint8))
    (folder / "labels.txt").write_text("0 background\n1 cell\n2 dog\n3 cell\n")
    return "3"


def color_map(folder):
    write_picture(folder / "train" / "a.png", (1, 3))
    colors = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    grey(folder / "train_labels" / "a.png", colors)
    rows = "name,r,g,b\ncell,255,0,0\ndog,0,255,0\ncell,0,0,255\n"
    (folder / "class_dict.csv").write_text(rows)
    return "#0000ff"


def voc_masks(folder):
    write_picture(folder / "JPEGImages" / "a.png", (1, 3))
    colors = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    grey(folder / "SegmentationClass" / "a.png", colors)
    rows = "background:0,0,0::\ncell:255,0,0::\ndog:0,255,0::\ncell:0,0,255::\n"
    (folder / "labelmap.txt").write_text(rows)
    return "#0000ff"


def mot(folder):
    write_picture(folder / "img1" / "000001.jpg", SIZE_HW)
    (folder / "gt").mkdir()
    rows = [f"1,{i},{i * 5},5,4,4,1,{i},1\n" for i in (1, 2, 3)]
    (folder / "gt" / "gt.txt").write_text("".join(rows))
    (folder / "gt" / "labels.txt").write_text("cell\ndog\ncell\n")
    return "3"


def openimages(folder):
    write_picture(folder / "a.jpg", SIZE_HW)
    head = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\n"
    rows = "".join(f"a,x,/m/{i},1,0.{i},0.5,0.1,0.5\n" for i in (1, 2, 3))
    (folder / "train-annotations-bbox.csv").write_text(head + rows)
    (folder / "class-descriptions.csv").write_text("/m/1,cell\n/m/2,dog\n/m/3,cell\n")
    return "/m/3"


@pytest.mark.parametrize(
    "make",
    [coco, yolo, yolo_names, txt_detection, label_map, color_map, voc_masks, mot, openimages],
)
def test_two_labels_of_one_name_stay_two_and_it_is_told(tmp_path, make):
    key = make(tmp_path)
    (found,) = [f for f in registry.recognised(tmp_path) if f.name in make.__name__]
    opened = found.open(tmp_path, ReadOptions())
    names = {label.id: label.name for label in opened.labels if label.name != "background"}
    assert sorted(names.values()) == sorted(["cell", "dog", f"cell ({key})"])
    sample = opened.read(opened.frame_ids[0], Report())
    read = {names[a.label_id] for a in sample.annotations}
    assert {"cell", f"cell ({key})"} <= read
    (told,) = summary(opened.report.converted)
    assert told.startswith("label: ")
    assert told.endswith(f"{key} is read as “cell ({key})”")
    assert "label-names" in {problem.code for problem in check(tmp_path).problems}


def test_a_color_of_two_names_is_told(tmp_path):
    color_map(tmp_path)
    rows = "name,r,g,b\ncell,255,0,0\ndog,255,0,0\ncat,0,0,255\nvoid,0,0,255\n"
    (tmp_path / "class_dict.csv").write_text(rows)
    opened = registry.get("color_map").open(tmp_path, ReadOptions())
    why = "“dog” has the color of “cell”, #ff0000: its pixels are read as that"
    assert [remark.why for remark in opened.report.converted] == [why]


def test_a_name_that_is_given_already_is_not_given_again():
    names = {1: "cell", 2: "cell", 3: "cell (2)", 4: "cell"}
    found, remarks = told_apart(names, "a.json")
    assert found == {1: "cell", 2: "cell (2) (2)", 3: "cell (2)", 4: "cell (4)"}
    assert len(remarks) == 2
    assert told_apart(found, "a.json") == (found, ())
