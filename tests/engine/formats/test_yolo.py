"""YOLO's numbers are shares of the picture's width and height, from its upper left corner."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.yolo_lines import line_of, read_line
from engine.values import Annotation, Box, FrameId, Label, Polygon, Sample, SampleState

SIZE_HW = (40, 60)
DATA = Path(__file__).parents[4] / "shared" / "data"
LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(3, "cell", (9, 9, 9)),
    Label(7, "ü: 1", (1, 2, 3)),
)


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", np.zeros((*SIZE_HW, 3), np.uint8))[1].tobytes())
    return path


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def read(path, images=None, name="yolo"):
    opened = registry.get(name).open(path, ReadOptions(images))
    report = Report()
    return [opened.read(i, report) for i in opened.frame_ids], opened, report


def test_a_box_is_its_centre_and_sides():
    # 0.25 of 60 is 15, 0.5 of 40 is 20; 0.1 of 60 is 6 wide, 0.2 of 40 is 8 high.
    found = read_line(["3", "0.25", "0.5", "0.1", "0.2"], SIZE_HW)
    assert (found.index, found.region, found.score) == (3, Box(12, 16, 18, 24), None)
    assert line_of(3, Box(12, 16, 18, 24), SIZE_HW) == "3 0.25 0.5 0.1 0.2"
    assert read_line(["3", "0.25", "0.5", "0.1", "0.2", "0.75"], SIZE_HW).score == 0.75


def test_an_outline_is_its_points():
    line = "0 0.1 0.1 0.5 0.1 0.5 0.75"
    ring = Polygon([[6, 4], [30, 4], [30, 30]])
    assert read_line(line.split(), SIZE_HW).region == ring
    assert line_of(0, ring, SIZE_HW) == line
    assert read_line([*line.split(), "0.5"], SIZE_HW).score == 0.5


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1 0.5 0.5 0.1", "five numbers"),
        ("x 0.5 0.5 0.1 0.1", "index"),
        ("1.5 0.5 0.5 0.1 0.1", "index"),
        ("-1 0.5 0.5 0.1 0.1", "index"),
        ("1 nan 0.5 0.1 0.1", "nan"),
        ("1 0.5 0.5 0 0.1", "no width"),
        ("1 320 0.5 10 10", "320"),
        ("1 0.5 0.5 0.1 0.1 7", "score"),
        ("9 0.5 0.5 0.1 0.1", "no label has the index 9"),
    ],
)
def test_a_damaged_line_is_left_out_and_named(tmp_path, line, why):
    picture(tmp_path / "images" / "a.png")
    text(tmp_path / "labels" / "a.txt", f"{line}\n1 0.5 0.5 0.5 0.5\n")
    text(tmp_path / "classes.txt", "cell\nplatelet\n")
    (sample,), _, report = read(tmp_path)
    assert len(sample.annotations) == 1
    assert report.skipped[0].what == "line 1"
    assert why in report.skipped[0].why


LINE = "1 0.5 0.5 0.5 0.5\n"


def lay_out(folder, layout):
    """The same two pictures in one of the usual layouts."""
    images = {"beside": "images/{}", "inside": "{}/images", "darknet": "obj_train_data/{}"}[layout]
    labels = images.replace("images", "labels")
    for split, name in (("train", "a"), ("valid", "b")):
        picture(folder / images.format(split) / f"{name}.png")
        text(folder / labels.format(split) / f"{name}.txt", LINE)
    if layout == "darknet":
        text(folder / "obj.names", "cell\nplatelet\n")
    else:
        text(folder / "classes.txt", "cell\nplatelet\n")


@pytest.mark.parametrize("layout", ["beside", "inside", "darknet"])
def test_the_usual_layouts_are_found(tmp_path, layout):
    lay_out(tmp_path, layout)
    assert [found.name for found in registry.recognised(tmp_path)] == ["yolo"]
    samples, opened, _ = read(tmp_path)
    assert [[a.region for a in s.annotations] for s in samples] == [[Box(15, 10, 45, 30)]] * 2
    assert [label.name for label in opened.labels] == ["background", "cell", "platelet"]
    if layout != "darknet":
        assert {k: len(v) for k, v in opened.splits.items()} == {"train": 1, "val": 1}


@pytest.mark.parametrize(
    "yaml",
    [
        "path: ../datasets/x\ntrain: images/train\nval: images/valid\nnames: [cell, platelet]\n",
        "train: ../images/train\nval: [./images/valid]\nnc: 2\nnames:\n  1: platelet\n  0: cell\n",
        "train: train.txt\nval: images/valid\nnames: {0: cell, 1: platelet}\n",
    ],
)
def test_a_data_yaml_names_folders_lists_and_labels(tmp_path, yaml):
    lay_out(tmp_path, "beside")
    (tmp_path / "classes.txt").unlink()
    text(tmp_path / "train.txt", "./images/train/a.png\n\n./images/train/none.png\n")
    path = text(tmp_path / "data.yaml", yaml)
    for place in (path, tmp_path):
        samples, opened, _ = read(place)
        assert [Path(s.frame_id.path).name for s in samples] == ["a.png", "b.png"]
        assert [label.name for label in opened.labels] == ["background", "cell", "platelet"]
        assert {k: len(v) for k, v in opened.splits.items()} == {"train": 1, "val": 1}
        assert samples[0].annotations[0].label_id == 2
    if "train.txt" in yaml:
        assert opened.report.skipped[0].what == "line 3"


def test_pictures_of_any_folder_have_their_labels_in_the_one_called_so(tmp_path):
    picture(tmp_path / "pictures" / "a.png")
    text(tmp_path / "labels" / "pictures" / "a.txt", LINE)
    text(tmp_path / "data.yaml", "train: pictures\nval: pictures\nnames: [cell, other]\n")
    (sample,), _, _ = read(tmp_path)
    assert len(sample.annotations) == 1


def test_of_several_yaml_files_data_yaml_counts(tmp_path):
    lay_out(tmp_path, "beside")
    for name in ("a.yaml", "data.yaml", "hyp.yaml"):
        text(tmp_path / name, f"train: images\nval: images\nnames: [{name[0]}, other]\n")
    text(tmp_path / "0.yaml", "names: 3\n")
    assert [label.name for label in read(tmp_path)[1].labels] == ["background", "d", "other"]


@pytest.mark.parametrize(
    ("shape", "points", "kept"),
    [
        ("[2, 3]", "0.5 0.5 2 0.1 0.1 0", "[30.0, 20.0, 2, 6.0, 4.0, 0]"),
        # Eight numbers would be four corners.
        ("[2, 2]", "0.5 0.5 0.1 0.1", "[30.0, 20.0, 2, 6.0, 4.0, 2]"),
    ],
)
def test_keypoints_stay_with_their_box_and_make_no_outline(tmp_path, shape, points, kept):
    text(tmp_path / "data.yaml", f"train: images\nkpt_shape: {shape}\nnames: [cat]\n")
    picture(tmp_path / "images/a.png")
    text(tmp_path / "labels/a.txt", f"0 0.25 0.5 0.1 0.2 {points}\n0 0.5 0.5 0.1 0.1 0.2 0.2 0.2\n")
    assert [f.name for f in registry.recognised(tmp_path)] == ["yolo"]
    (sample,), _, report = read(tmp_path)
    (one,) = sample.annotations
    assert (one.region, one.score) == (Box(12, 16, 18, 24), None)
    assert dict(one.attributes)["keypoints"] == kept
    assert "a box with 2 keypoints has" in report.skipped[0].why
    text(tmp_path / "data.yaml", "train: images\nkpt_shape: [2]\nnames: [cat]\n")
    with pytest.raises(DatasetError, match="kpt_shape is"):
        read(tmp_path)


def test_damaged_lines_are_told_and_do_not_hide_the_dataset_of_a_data_yaml(tmp_path):
    text(tmp_path / "data.yaml", "train: images\nnames: [cat]\n")
    picture(tmp_path / "images/a.png")
    text(tmp_path / "labels/a.txt", "0,0.5,0.5,0.1,0.1\n0,0.5,0.5,0.1,0.1\n0 0.25 0.5 0.1 0.2\n")
    assert [f.name for f in registry.recognised(tmp_path)] == ["yolo"]
    (sample,), _, report = read(tmp_path)
    assert len(sample.annotations) == 1
    assert [r.what for r in report.skipped] == ["line 1", "line 2"]


def test_a_data_yaml_leads_nowhere_else(tmp_path):
    picture(tmp_path / "secret" / "a.png")
    yaml = f"train: {tmp_path / 'secret'}\nval: ../../secret\nnames: [cell]\n"
    path = text(tmp_path / "in" / "data.yaml", yaml)
    with pytest.raises(DatasetError, match="no pictures with YOLO labels"):
        read(path)


def test_unnamed_labels_are_numbered_and_lonely_label_files_reported(tmp_path):
    picture(tmp_path / "images" / "a.png")
    picture(tmp_path / "images" / "new.png")
    text(tmp_path / "labels" / "a.txt", "5 0.5 0.5 0.5 0.5\n")
    text(tmp_path / "labels" / "gone.txt", LINE)
    (sample, new), opened, _ = read(tmp_path)
    assert [label.name for label in opened.labels] == ["background", "label_6"]
    assert (sample.state, new.state) == (SampleState.LABELLED, SampleState.NEW)
    assert opened.unlabelled == {new.frame_id}
    assert not opened.says_empty(new, Report())
    assert opened.count == 1
    assert [r.sample for r in opened.report.skipped] == ["gone.txt"]
    assert opened.report.notes == ["Pictures without a label file: 1."]


def test_pictures_may_be_elsewhere(tmp_path):
    for split in ("train", "val"):
        picture(tmp_path / "pictures" / split / "a.b.png")
        text(tmp_path / "in" / "labels" / split / "a.b.txt", LINE if split == "val" else "")
    samples, _, _ = read(tmp_path / "in", tmp_path / "pictures")
    assert [len(s.annotations) for s in samples] == [0, 1]


def test_what_is_written_names_the_same_labels_in_both_files(tmp_path):
    writer = registry.get("yolo").writer(tmp_path, LABELS)
    place = picture(tmp_path / writer.picture_place("a.png", ""))
    writer.add(
        Sample(FrameId(str(place)), SIZE_HW, (Annotation(Box(12, 16, 18, 24), 7),)), place, ""
    )
    writer.finish()
    assert (tmp_path / "labels" / "a.txt").read_text() == "1 0.25 0.5 0.1 0.2\n"
    assert (tmp_path / "classes.txt").read_text(encoding="utf-8") == "cell\nü: 1\n"
    assert (tmp_path / "data.yaml").read_text(encoding="utf-8").splitlines() == [
        "train: images",
        "val: images",
        "nc: 2",
        "names:",
        '  0: "cell"',
        '  1: "ü: 1"',
    ]
    assert not read(tmp_path)[1].splits


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("0 .1 .1 .5 .1 .5 .7 .1 .7\n", "yolo_obb"),
        ("0 .1 .1 .5 .1 .5 .7 .1 .6\n", "yolo_seg"),
        ("0 .1 .1 .5 .1 .5 .7\n0 .1 .1 .5 .1 .5 .7 .1 .7\n", "yolo_seg"),
        ("0 .1 .1 .5 .1\n", "yolo"),
        ("0 .1 .1 .5 .1 .9\n", "yolo"),
        ("0 .1 .1 .5\n", None),
        ("cell .1 .1 .5 .1\n", None),
        ("0 .1 .1 .5 .1\n" * 9 + "0 nan .1 .5 .1\n", "yolo"),
        ("0 .1 .1 .5 .1\n" * 2 + "0 nan .1 .5 .1\n", None),
    ],
)
def test_the_kind_is_told_from_the_lines(tmp_path, lines, name):
    picture(tmp_path / "images" / "a.png")
    text(tmp_path / "labels" / "a.txt", lines)
    assert [found.name for found in registry.recognised(tmp_path)] == ([name] if name else [])


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not here")
def test_every_line_of_a_real_dataset_is_kept():
    samples, opened, report = read(DATA / "coco128")
    assert (len(samples), sum(report.kept.values()), len(report.skipped)) == (88, 682, 0)
    assert len(opened.labels) == 81
    assert sum(s.state is SampleState.NEW for s in samples) == 2
