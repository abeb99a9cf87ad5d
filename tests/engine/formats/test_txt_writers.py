"""What the lists of each task look like on disk, and that its names and its files count alike."""

import cv2
import numpy as np
import pytest
import yaml

from engine.formats import registry
from engine.formats.labels_file import read_labels
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Sample
from models.task import Task

LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cell", (255, 0, 0)),
    Label(2, "blood cell", (1, 2, 3)),
)
WITHOUT_BACKGROUND = (Label(0, "Sky", (9, 9, 9)), Label(1, "Building", (8, 8, 8)))


def write(folder, name, labels, samples):
    """`samples` are (file name, split, annotations); gives what is read again."""
    writer = registry.get(name).writer(folder, labels)
    for picture, split, annotations in samples:
        place = folder / writer.picture_place(picture, split)
        place.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place), np.zeros((20, 40, 3), np.uint8))
        writer.add(Sample(FrameId(str(place)), (20, 40), tuple(annotations)), place, split)
    writer.finish()
    return registry.get(name).open(folder, ReadOptions())


def named(opened):
    """The label names on each picture."""
    names = {label.id: label.name for label in opened.labels} | {IGNORE: "ignored"}
    samples = [opened.read(frame_id, Report()) for frame_id in opened.frame_ids]
    return [[names[a.label_id] for a in sample.annotations] for sample in samples]


def test_box_files_and_everything_that_names_their_labels_count_alike(tmp_path):
    boxes = [Annotation(Box(0, 0, 20, 10), 1), Annotation(Box(20, 10, 40, 20), 2)]
    samples = [("a.png", "train", boxes), ("b.png", "val", boxes[1:])]
    opened = write(tmp_path, "txt_detection", LABELS, samples)
    text = (tmp_path / "labels/train/a.txt").read_text()
    assert text == "0 0.25 0.25 0.5 0.5\n1 0.75 0.75 0.5 0.5\n"
    assert (tmp_path / "labels.txt").read_text() == "0 cell #ff0000\n1 blood cell #010203\n"
    assert (tmp_path / "classes.txt").read_text() == "cell\nblood cell\n"
    data = yaml.safe_load((tmp_path / "data.yaml").read_text())
    assert data == {
        "train": "images/train",
        "val": "images/val",
        "nc": 2,
        "names": {0: "cell", 1: "blood cell"},
    }
    assert (tmp_path / "train.txt").read_text() == "images/train/a.png labels/train/a.txt\n"
    assert named(opened) == [["cell", "blood cell"], ["blood cell"]]
    assert [x.color for x in opened.labels[1:]] == [(255, 0, 0), (1, 2, 3)]


def test_boxes_of_a_dataset_without_a_background_keep_its_first_label(tmp_path):
    boxes = [Annotation(Box(0, 0, 20, 10), 0), Annotation(Box(20, 10, 40, 20), 1)]
    opened = write(tmp_path, "txt_detection", WITHOUT_BACKGROUND, [("a.png", "", boxes)])
    assert named(opened) == [["Sky", "Building"]]


def test_an_older_export_is_read_as_it_was_meant(tmp_path):
    """It has the background in labels.txt, and its box files count from the label id 1."""
    (tmp_path / "labels.txt").write_text("0 background #000000\n1 cell #ff0000\n")
    assert read_labels(tmp_path, Task.DETECTION).labels == LABELS[:2]
    (tmp_path / "labels.txt").write_text("0 Sky #090909\n1 Building #080808\n")
    assert read_labels(tmp_path, Task.DETECTION).labels == WITHOUT_BACKGROUND
    # Only a plain list that says the same tells that the ids are those of the box files.
    (tmp_path / "classes.txt").write_text("Building\nSky\n")
    assert read_labels(tmp_path, Task.DETECTION).labels == WITHOUT_BACKGROUND
    (tmp_path / "classes.txt").write_text("Sky\nBuilding\n")
    found = read_labels(tmp_path, Task.DETECTION).labels
    assert [(x.id, x.name) for x in found] == [(0, "background"), (1, "Sky"), (2, "Building")]
    assert read_labels(tmp_path, Task.SEMANTIC).labels == WITHOUT_BACKGROUND


def test_maps_of_nothing_but_ignored_pixels_are_no_masks_of_the_first_label(tmp_path):
    ignored = Annotation(Mask(3, 3, np.ones((4, 5), bool)), IGNORE)
    samples = [("a.png", "train", [ignored]), ("b.png", "train", [])]
    opened = write(tmp_path, "txt_semantic", LABELS[:2], samples)
    assert named(opened) == [["ignored"], []]


@pytest.mark.parametrize(
    ("name", "ending"), [("txt", ".json"), ("txt_detection", ".txt"), ("txt_semantic", ".png")]
)
def test_only_its_own_kind_is_recognised(tmp_path, name, ending):
    mask = Annotation(Mask(3, 3, np.ones((4, 5), bool)), 1)
    box = Annotation(Box(1, 1, 9, 9), 1)
    write(tmp_path, name, LABELS, [("a.png", "", [box if ending == ".txt" else mask])])
    found = [registry.get(other).recognise(tmp_path) for other in ("txt", name)]
    assert found[1]
    assert sum(registry.get(n).recognise(tmp_path) for n in KINDS) == 1
    assert [p.suffix for p in (tmp_path / "labels").rglob("a.*")] == [ending]


KINDS = ("txt", "txt_detection", "txt_semantic")


def test_pictures_elsewhere_are_listed_where_they_are(tmp_path):
    folder, picture = tmp_path / "out", tmp_path / "pictures" / "a.png"
    folder.mkdir()
    picture.parent.mkdir()
    cv2.imwrite(str(picture), np.zeros((20, 40, 3), np.uint8))
    writer = registry.get("txt_detection").writer(folder, LABELS)
    writer.add(Sample(FrameId(str(picture)), (20, 40), ()), picture, "train")
    writer.finish()
    assert (folder / "train.txt").read_text() == "../pictures/a.png labels/train/a.txt\n"
    assert "train:" not in (folder / "data.yaml").read_text()
