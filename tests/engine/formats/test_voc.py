"""VOC counts pixels from 1 and includes the last one."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Annotation, Box, FrameId, Label, Sample

VOC = registry.get("voc")
DATA = Path(__file__).parents[4] / "shared" / "data"
LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cell & co", (9, 9, 9)))
OBJECT = (
    "<object><name>{}</name><bndbox><xmin>{}</xmin><ymin>{}</ymin>"
    "<xmax>{}</xmax><ymax>{}</ymax></bndbox>{}</object>"
)


def write(path, *objects, filename="a.jpg"):
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(OBJECT.format(*(*values, "")[:6]) for values in objects)
    size = "<size><width>60</width><height>40</height></size>"
    path.write_text(f"<annotation><filename>{filename}</filename>{size}{body}</annotation>")
    return path


def read(path, images=None):
    opened = VOC.open(path, ReadOptions(images))
    report = Report()
    return [opened.read(i, report) for i in opened.frame_ids], opened, report


def written(tmp_path, *annotations, size_hw=(40, 60)):
    """The text of a file, and what it gives again."""
    picture = tmp_path / "JPEGImages" / "a.png"
    writer = VOC.writer(tmp_path, LABELS)
    writer.add(Sample(FrameId(str(picture)), size_hw, annotations), picture, "train")
    writer.finish()
    text = (tmp_path / "Annotations" / "a.xml").read_text(encoding="utf-8")
    return text, read(tmp_path)[0][0].annotations


def test_the_first_pixel_is_1_and_the_last_one_included(tmp_path):
    (sample,), _, _ = read(write(tmp_path / "a.xml", ("cell", 1, 1, 60, 40), ("cell", 3, 5, 3, 9)))
    assert [a.region for a in sample.annotations] == [Box(0, 0, 60, 40), Box(2, 4, 3, 9)]
    text, _ = written(tmp_path, Annotation(Box(0, 0, 60, 40), 1))
    sides = ("xmin>1<", "ymin>1<", "xmax>60<", "ymax>40<")
    assert all(side in text for side in sides)


@pytest.mark.parametrize(
    ("box", "again"),
    [
        (Box(4.4, 4.6, 9.5, 9.4), Box(4, 5, 10, 9)),
        (Box(4.2, 4.2, 4.4, 9), Box(4, 4, 5, 9)),
        (Box(5, 6, 6, 7), Box(5, 6, 6.4, 7)),
        (Box(59.8, 39.9, 60, 40), Box(59, 39, 60.4, 40)),
    ],
)
def test_corners_are_rounded_and_no_box_becomes_an_empty_one(tmp_path, box, again):
    assert written(tmp_path, Annotation(box, 1))[1][0].region == again


@pytest.mark.parametrize(
    ("place", "file"), [("JPEGImages/b/a.png", "b/a.xml"), ("../far/a.png", "a.xml")]
)
def test_files_lie_as_their_pictures_do(tmp_path, place, file):
    picture = tmp_path / "out" / place
    writer = VOC.writer(tmp_path / "out", LABELS)
    writer.add(Sample(FrameId(str(picture)), (40, 60)), picture, "")
    assert (tmp_path / "out" / "Annotations" / file).is_file()


def test_attributes_and_names_survive(tmp_path):
    pairs = (("difficult", "1"), ("pose", "Left"), ("age", "< 5 \x01"), ("mood", "glad"))
    text, (found,) = written(tmp_path, Annotation(Box(1, 1, 5, 5), 1, attributes=pairs))
    assert dict(found.attributes) == {**dict(pairs), "age": "< 5 ?"}
    assert "<truncated>0</truncated>" in text
    assert "<name>cell &amp; co</name>" in text


def test_other_texts_of_an_object_are_attributes_and_its_parts_are_reported(tmp_path):
    more = "<pose>Unspecified</pose><truncated>1</truncated><mood>glad</mood>"
    more += "<part><name>head</name></part><polygon><x1>3</x1></polygon>"
    (sample,), _, report = read(write(tmp_path / "a.xml", ("cell", 1, 1, 9, 9, more)))
    assert sample.annotations[0].attributes == (("truncated", "1"), ("mood", "glad"))
    assert report.converted[0].why == "without its parts and its polygon"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (("cell", 7, 8, 7, 8), "no width or no height"),
        (("cell", 9, 1, 5, 5), "no width or no height"),
        (("cell", "x", 1, 5, 5), "xmin"),
        (("cell", "nan", 1, 5, 5), "xmin"),
        (("cell", "1e99", 1, 5, 5), "xmin"),
        (("cell", "", 1, 5, 5), "xmin"),
        (("", 1, 1, 5, 5), "name"),
    ],
)
def test_a_damaged_object_is_left_out_and_named(tmp_path, values, why):
    (sample,), _, report = read(write(tmp_path / "a.xml", values, ("cell", 1, 1, 5, 5)))
    assert len(sample.annotations) == 1
    assert report.skipped[0].what == "object 1"
    assert why in report.skipped[0].why


def test_the_splits_are_those_of_image_sets(tmp_path):
    for name in ("a", "b", "c"):
        write(tmp_path / "Annotations" / f"{name}.xml", ("cell", 1, 1, 5, 5), filename="x.jpg")
    sets = tmp_path / "ImageSets" / "Main"
    sets.mkdir(parents=True)
    (sets / "train.txt").write_text("c\na  \n\n")
    (sets / "val.txt").write_text("b\nnone\n")
    (sets / "trainval.txt").write_text("a\nb\nc\n")
    _, opened, _ = read(tmp_path)
    names = {k: [Path(i.path).stem for i in ids] for k, ids in opened.splits.items()}
    assert names == {"train": ["c", "a"], "val": ["b"]}


def test_files_beside_their_pictures_in_folders_of_splits(tmp_path):
    for split in ("train", "valid"):
        path = write(tmp_path / split / "a.xml", ("cell", 1, 1, 5, 5), filename="old.png")
        cv2.imwrite(str(path.with_suffix(".png")), np.zeros((40, 60, 3), np.uint8))
    assert VOC.recognise(tmp_path)
    samples, opened, _ = read(tmp_path)
    assert [Path(s.frame_id.path).relative_to(tmp_path).as_posix() for s in samples] == [
        "train/a.png",
        "valid/a.png",
    ]
    assert {k: len(v) for k, v in opened.splits.items()} == {"train": 1, "val": 1}


def test_a_size_that_differs_is_said_and_nothing_is_scaled(tmp_path):
    write(tmp_path / "a.xml", ("cell", 1, 1, 5, 5), filename="a.png")
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((20, 30, 3), np.uint8))
    (sample,), _, report = read(tmp_path)
    assert sample.size_hw == (20, 30)
    assert sample.annotations[0].region == Box(0, 0, 5, 5)
    assert "60x40" in report.converted[0].why


@pytest.mark.parametrize(
    "text", ["", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><annotation>&b;</annotation>', "<a></a>"]
)
def test_broken_and_hostile_files_are_reported(tmp_path, text):
    (tmp_path / "b.xml").write_text(text)
    with pytest.raises(DatasetError, match="no VOC files"):
        VOC.open(tmp_path, ReadOptions())
    write(tmp_path / "a.xml")
    assert [r.sample for r in read(tmp_path)[1].report.skipped] == ["b.xml"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not here")
def test_every_object_of_a_real_dataset_is_kept_or_named():
    opened = VOC.open(DATA / "bccd", ReadOptions())
    assert {k: len(v) for k, v in opened.splits.items()} == {"train": 205, "val": 87, "test": 72}
    defects = ("BloodImage_00338.jpg", "BloodImage_00343.jpg")
    report = Report()
    for frame_id in opened.frame_ids:
        if Path(frame_id.path).name in defects or frame_id in opened.splits["test"]:
            opened.read(frame_id, report)
    assert [r.sample for r in report.skipped] == list(defects)


def test_what_labelimg_says_of_a_picture_stays_and_its_files_are_known(tmp_path):
    path = write(tmp_path / "a.xml", ("cell", 1, 1, 60, 40))
    path.write_text(path.read_text().replace("<annotation>", '<annotation verified="yes">'))
    assert VOC.recognise(tmp_path)
    (sample,), _, _ = read(tmp_path)
    assert sample.attributes == (("verified", "yes"),)
    picture = tmp_path / "out" / "JPEGImages" / "a.png"
    writer = VOC.writer(tmp_path / "out", (LABELS[0], Label(1, "cell", (9, 9, 9))))
    writer.add(sample, picture, "")
    writer.finish()
    text = (tmp_path / "out" / "Annotations" / "a.xml").read_text(encoding="utf-8")
    assert text.startswith('<annotation verified="yes">')
