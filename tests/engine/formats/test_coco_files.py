"""The files of a COCO dataset, as far as they are one dataset."""

import json

import pytest

from engine.formats.coco import open_coco
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.labels import name_of
from tests.make import write_picture


@pytest.fixture
def dataset(tmp_path):
    """Writes one file a split: category names by their ids, each of which one picture shows."""

    def write(**splits):
        for split, names in splits.items():
            images, rows = [], []
            for place, key in enumerate(names, start=1):
                path = write_picture(tmp_path / split / f"{key}.png", (40, 60))
                images.append({"id": place, "file_name": path.name, "width": 60, "height": 40})
                row = {"id": place, "image_id": place, "category_id": key}
                rows.append(row | {"bbox": [5, 5, 20, 20], "area": 400, "iscrowd": 0})
            categories = [{"id": key, "name": name} for key, name in names.items()]
            content = {"images": images, "annotations": rows, "categories": categories}
            (tmp_path / split / "labels.json").write_text(json.dumps(content))
        return open_coco(tmp_path, ReadOptions())

    return write


def said(opened):
    """The label of each picture, by its split and name."""
    names = {label.id: name_of(label) for label in opened.labels}
    found = {}
    for split, frame_ids in opened.splits.items():
        for frame_id in frame_ids:
            (annotation,) = opened.read(frame_id, Report()).annotations
            found[split, frame_id.path.rpartition("/")[2][0]] = names[annotation.label_id]
    return found


def told(opened):
    return [remark.why for remark in opened.report.converted]


def test_splits_that_number_labels_differently_are_told_by_their_names(dataset):
    opened = dataset(train={1: "cat", 2: "dog"}, val={1: "dog", 2: "cat", 3: "pig"})
    assert said(opened) == {
        ("train", "1"): "cat",
        ("train", "2"): "dog",
        ("val", "1"): "dog",
        ("val", "2"): "cat",
        ("val", "3"): "pig",
    }
    (why,) = told(opened)
    assert "“cat” has the id 1 in train/labels.json and 2 in val/labels.json (and 1 more)" in why


def test_splits_that_number_labels_alike_say_nothing(dataset):
    assert not told(dataset(train={1: "cat", 2: "dog"}, val={2: "dog"}))


def test_what_a_split_calls_alike_is_told_apart_by_its_ids_in_all_of_them(dataset):
    opened = dataset(train={1: "cell", 7: "cell"}, val={7: "cell", 1: "cell"}, test={7: "cell"})
    assert said(opened) == {
        (split, key): "cell" if key == "1" else "cell (7)"
        for split, key in [
            ("train", "1"),
            ("train", "7"),
            ("val", "1"),
            ("val", "7"),
            ("test", "7"),
        ]
    }
    assert "1 and 7 are both called “cell”: 7 is read as “cell (7)”" in told(opened)
