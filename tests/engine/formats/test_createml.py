"""CreateML: the centre of a box and its sides, in pixels."""

import json

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Box
from tests.damaged_dataset import read_damaged


def found(label, x, y, width, height):
    return {"label": label, "coordinates": {"x": x, "y": y, "width": width, "height": height}}


ROWS = [
    {"image": "a.png", "annotations": [found("cat", 10, 8, 5, 4), found("dog", 1, 1, 0, 2)]},
    {"imagefilename": "b.png", "annotation": []},
    {"annotations": []},
]


def dataset(folder, rows=ROWS):
    (folder / "valid").mkdir()
    for name in ("a", "b"):
        picture = np.zeros((20, 30, 3), np.uint8)
        cv2.imwrite(str(folder / "valid" / f"{name}.png"), picture)
    path = folder / "valid" / "_annotations.createml.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def test_a_place_is_centre_and_sides(tmp_path):
    dataset(tmp_path)
    assert [f.name for f in registry.recognised(tmp_path)] == ["createml"]
    opened = registry.get("createml").open(tmp_path, ReadOptions())
    assert [label.name for label in opened.labels] == ["background", "cat", "dog"]
    assert opened.splits == {"val": opened.frame_ids}
    report = Report()
    a, b = (opened.read(i, report) for i in opened.frame_ids)
    assert [x.region for x in a.annotations] == [Box(7.5, 6, 12.5, 10)]
    assert a.size_hw == (20, 30)
    assert not b.annotations
    assert [r.why for r in report.skipped] == ["it has no area"]
    assert [r.why for r in opened.report.skipped] == ["its picture is missing"]


def test_anything_but_a_list_is_refused(tmp_path):
    path = dataset(tmp_path, {"image": 1})
    with pytest.raises(DatasetError, match="is no list"):
        registry.get("createml").open(path, ReadOptions())


def test_damaged_files_are_read_or_refused(tmp_path):
    dataset(tmp_path)
    became = read_damaged("createml", tmp_path, range(80), "*.json")
    assert became["refused"]
    assert became["skipped"]


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, inputs, record_property):
    dataset(tmp_path)
    record_property("damaged", dict(read_damaged("createml", tmp_path, range(inputs), "*.json")))
