import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import SourceError
from engine.look import LabelsAt, look_at, open_labels
from engine.unknown_files import kind_of


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(path)
    return path


def names(found):
    return [Path(i.path).name for i in found.frame_ids]


def listed(folder):
    picture(folder / "images" / "a.jpg")
    picture(folder / "images" / "b.jpg")
    (folder / "boxes").mkdir()
    for name in "ab":
        (folder / "boxes" / f"{name}.txt").write_text("0 .5 .5 .5 .5\n")
    lines = "".join(f"images/{n}.jpg boxes/{n}.txt\n" for n in "ab")
    (folder / "train.txt").write_text(lines)
    return folder


def test_a_list_brings_its_labels(tmp_path):
    path = listed(tmp_path) / "train.txt"
    found = look_at([path])
    assert names(found) == ["a.jpg", "b.jpg"]
    assert found.labels == (LabelsAt("txt_detection", str(path)),)
    assert found.root == tmp_path
    assert len(found.labels[0].open().labels) == 2


def test_a_folder_brings_the_labels_in_it(tmp_path):
    found = look_at([listed(tmp_path)])
    assert names(found) == ["a.jpg", "b.jpg"]
    assert found.labels == (LabelsAt("txt_detection", str(tmp_path)),)
    assert found.is_folder


def test_a_picture_comes_with_its_neighbours(tmp_path):
    folder = listed(tmp_path) / "images"
    found = look_at([folder / "b.jpg"])
    assert names(found) == ["a.jpg", "b.jpg"]
    assert found.first == 1
    assert found.labels == ()


def test_of_several_files_only_the_pictures_are_shown(tmp_path):
    one, two = picture(tmp_path / "x.png"), picture(tmp_path / "y.png")
    (tmp_path / "notes.md").write_text("# Notes")
    assert names(look_at([one, tmp_path / "notes.md", two])) == ["x.png", "y.png"]


def test_what_is_not_there_or_empty_is_said(tmp_path):
    with pytest.raises(SourceError, match="does not exist"):
        look_at([tmp_path / "gone"])
    with pytest.raises(SourceError, match="holds no pictures"):
        look_at([tmp_path])


def test_labels_without_their_pictures_say_where_to_bring_them(tmp_path):
    path = listed(tmp_path) / "train.txt"
    for name in "ab":
        (tmp_path / "images" / f"{name}.jpg").unlink()
    with pytest.raises(SourceError):
        look_at([path])


def test_labels_that_cannot_be_opened_leave_the_pictures(tmp_path):
    (listed(tmp_path) / "labels.txt").write_text("1 cat\n1 dog\n")
    found = look_at([tmp_path])
    assert len(found.frame_ids) == 2
    opened = open_labels(found.labels)
    assert not opened.chosen
    assert "named twice" in opened.problems[0].message


def test_a_list_goes_before_what_says_the_same_again(tmp_path):
    listed(tmp_path)
    (tmp_path / "classes.txt").write_text("cat\n")
    (tmp_path / "boxes").rename(tmp_path / "labels")
    lines = (tmp_path / "train.txt").read_text().replace("boxes/", "labels/")
    (tmp_path / "train.txt").write_text(lines)
    found = look_at([tmp_path])
    assert [at.format for at in found.labels] == ["txt_detection", "yolo"]
    opened = open_labels(found.labels)
    assert [at.format for at, _ in opened.chosen] == ["txt_detection"]
    assert [at.format for at in opened.others] == ["yolo"]
    (tmp_path / "train.txt").unlink()
    assert [at.format for at, _ in open_labels(look_at([tmp_path]).labels).chosen] == ["yolo"]


def boxes(path, *stems):
    rows = "".join(f"{stem}.jpg,cat,1,1,9,9\n" for stem in stems)
    path.write_text(f"filename,class,xmin,ymin,xmax,ymax\n{rows}")


def test_of_several_layouts_each_counts_for_pictures_of_which_no_other_tells(tmp_path):
    for stem in "abcd":
        picture(tmp_path / f"{stem}.jpg")
        (tmp_path / f"{stem}.txt").write_text("0 0.5 0.5 0.25 0.5\n")
    (tmp_path / "classes.txt").write_text("cat\n")
    (tmp_path / "d.txt").unlink()
    boxes(tmp_path / "boxes.csv", "c", "d")
    found = look_at([tmp_path])
    opened = open_labels(found.labels, found.frame_ids)
    assert [at.format for at, _ in opened.chosen] == ["yolo", "csv"]
    boxes(tmp_path / "boxes.csv", "b", "c")
    opened = open_labels(found.labels, found.frame_ids)
    assert [at.format for at, _ in opened.chosen] == ["yolo"]
    assert [at.format for at in opened.others] == ["csv"]


def test_labels_of_other_pictures_are_no_reason_to_leave_out_these(tmp_path):
    """As of the folder that this one was copied from."""
    for name in ("old", "new"):
        for stem in "ab":
            picture(tmp_path / name / f"{stem}.jpg")
        boxes(tmp_path / name / "boxes.csv", *"ab"[: 1 + (name == "old")])
    found = [look_at([tmp_path / name]) for name in ("new", "old")]
    labels = [*found[1].labels, *found[0].labels]
    opened = open_labels(labels, found[0].frame_ids)
    assert [at.path for at, _ in opened.chosen] == [str(tmp_path / "new")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize(
    "name", ["a.png", "a.txt", "a.json", "a.xml", "a.csv", "a.npy", "a.mp4", "a"]
)
def test_a_pipe_is_refused_at_once_and_harms_no_folder(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(SourceError, match="named pipe"):
        look_at([tmp_path / name])
    assert kind_of(tmp_path / name) == "a file that cannot be read"
    picture(tmp_path / "b.png")
    assert "b.png" in names(look_at([tmp_path]))


def test_the_folders_below_may_be_left_alone_and_label_maps_shown(tmp_path):
    folder = listed(tmp_path)
    with pytest.raises(SourceError, match="itself holds no pictures; those below it hold 2"):
        look_at([folder], recursive=False)
    for name in "ab":
        picture(folder / "masks" / f"{name}.png")
    found = look_at([folder])
    assert (len(found.frame_ids), found.maps) == (2, (("masks", 2),))
    found = look_at([folder], with_maps=True)
    assert (len(found.frame_ids), found.maps) == (4, ())
