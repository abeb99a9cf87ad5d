"""DOTA: corners as they are written, in pixels from the top left."""

import cv2
import numpy as np
import pytest

from engine.formats import dota
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Annotation, FrameId, Label, Polygon, Sample

TEXT = """imagesource:GoogleEarth
gsd:0.146343590398
2753 2408 2861 2385 2888 2468 2805 2502 plane 0
3.5 1 6 2.5 5 4 2.5 3 small-vehicle 1
1 1 2 1 2 2 1 2 large vehicle 0
1 1 2 1 2 2 1 2
1 1 2 1 2 nan 1 2 plane 0
"""


def dataset(folder, text=TEXT, split=""):
    place = folder / split / "images" / "P0000.png"
    place.parent.mkdir(parents=True)
    cv2.imwrite(str(place), np.zeros((30, 40, 3), np.uint8))
    (folder / split / "labelTxt").mkdir()
    (folder / split / "labelTxt" / "P0000.txt").write_text(text, encoding="utf-8")


def test_corners_are_pixels_from_the_top_left(tmp_path):
    dataset(tmp_path, split="train")
    assert dota.recognise(tmp_path)
    opened = dota.open_dataset(tmp_path, ReadOptions())
    assert opened.splits == {"train": opened.frame_ids}
    names = [label.name for label in opened.labels]
    assert names == ["background", "plane", "small-vehicle", "large vehicle"]
    report = Report()
    sample = opened.read(opened.frame_ids[0], report)
    assert sample.size_hw == (30, 40)
    assert sample.attributes == (("imagesource", "GoogleEarth"), ("gsd", "0.146343590398"))
    plane, small, large = sample.annotations
    assert plane.region == Polygon([[2753, 2408], [2861, 2385], [2888, 2468], [2805, 2502]])
    assert small.region == Polygon([[3.5, 1], [6, 2.5], [5, 4], [2.5, 3]])
    assert small.attributes == (("difficult", "1"),)
    assert large.label_id == 3
    assert [(r.what, r.why) for r in report.skipped] == [
        ("line 6", "it has 8 words"),
        ("line 7", "a coordinate is nan"),
    ]


def test_lines_are_what_the_devkit_reads(tmp_path):
    labels = (Label(0, "background", (0, 0, 0)), Label(5, "small vehicle", (1, 2, 3)))
    ring = Polygon([[3.5, 1], [6, 2.25], [5, 4], [100, 3]])
    found = Annotation(ring, 5, attributes=(("difficult", "1"),))
    about = (("gsd", "0.5"),)
    writer = dota.DotaWriter(tmp_path, labels)
    sample = Sample(FrameId("x"), (30, 40), (found,), attributes=about)
    writer.add(sample, tmp_path / "train" / "images" / "a.png", "train")
    writer.finish()
    text = (tmp_path / "train" / "labelTxt" / "a.txt").read_text(encoding="utf-8")
    assert text == "gsd:0.5\n3.5 1 6 2.25 5 4 100 3 small-vehicle 1\n"
    assert (tmp_path / "classes.txt").read_text(encoding="utf-8") == "small vehicle\n"


@pytest.mark.parametrize("text", ["0 0.5 0.5 0.1 0.1\n", "a b c d e f g h plane 0\n", "\n"])
def test_other_text_files_are_something_else(tmp_path, text):
    dataset(tmp_path, text)
    assert not dota.recognise(tmp_path)
