"""Open Images: fractions of the picture, names by their codes."""

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Box
from tests.damaged_dataset import read_damaged

ROWS = """ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsGroupOf
a1,xclick,/m/01g317,1,0.25,1,0.5,0.75,1,0
a1,model,/m/0k4j,0.5,0,0.5,0,1,0,-1
a1,xclick,/m/unknown,1,0.5,0.25,0,1,0,0
zz,xclick,/m/01g317,1,0.25,1,0.5,0.75,0,0
zz,xclick,/m/01g317,1,0.25,1,0.5,0.75,0,0
"""
NAMES = "/m/01g317,Person\n/m/0k4j,Car\n"


def dataset(folder):
    (folder / "validation").mkdir(parents=True)
    picture = folder / "validation" / "a1.jpg"
    cv2.imwrite(str(picture), np.zeros((40, 80, 3), np.uint8))
    (folder / "validation-annotations-bbox.csv").write_text(ROWS, encoding="utf-8")
    (folder / "class-descriptions-boxable.csv").write_text(NAMES, encoding="utf-8")


def test_corners_are_fractions_of_the_picture(tmp_path):
    dataset(tmp_path)
    assert [f.name for f in registry.recognised(tmp_path)] == ["openimages"]
    opened = registry.get("openimages").open(tmp_path, ReadOptions())
    names = [label.name for label in opened.labels]
    assert names == ["background", "Person", "Car", "/m/unknown"]
    assert opened.splits == {"val": opened.frame_ids}
    lost = opened.report.skipped[0]
    assert (lost.count, lost.why) == (2, "1 pictures of the file are not there")
    report = Report()
    person, car = opened.read(opened.frame_ids[0], report).annotations
    assert person.region == Box(20, 20, 80, 30)
    assert (person.attributes, person.score) == ((("IsOccluded", "1"),), None)
    assert car.region == Box(0, 0, 40, 40)
    assert (car.attributes, car.score) == ((), 0.5)
    assert [r.why for r in report.skipped] == ["it has no area"]


def test_without_the_pictures_nothing_can_be_had(tmp_path):
    dataset(tmp_path)
    (tmp_path / "validation" / "a1.jpg").unlink()
    with pytest.raises(DatasetError, match="No picture of validation-annotations"):
        registry.get("openimages").open(tmp_path, ReadOptions())


def test_damaged_files_are_read_or_refused(tmp_path):
    dataset(tmp_path)
    became = read_damaged("openimages", tmp_path, range(60), "*.csv")
    assert became["skipped"]


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, inputs, record_property):
    dataset(tmp_path)
    record_property("damaged", dict(read_damaged("openimages", tmp_path, range(inputs), "*.csv")))
