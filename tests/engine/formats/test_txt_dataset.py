import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.export.export import export
from engine.export.options import ExportOptions
from engine.formats.adapt import adapt
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.txt_dataset import open_dataset, open_txt
from engine.formats.txt_label_files import CARRIES
from engine.look import look_at
from engine.values import IGNORE, Annotation, Box, FrameId, Label, Mask, Sample
from models.task import Task


def read(path):
    return open_dataset(path, ReadOptions()).dataset(Report())


def picture(folder, name="a.jpg"):
    cv2.imwrite(str(folder / name), np.zeros((10, 20, 3), np.uint8))


def test_a_label_map_becomes_one_mask_per_label(tmp_path):
    picture(tmp_path)
    ids = np.zeros((10, 20), np.uint8)
    ids[1:3, 1:4], ids[5:, 5:], ids[0, 0] = 1, 3, IGNORE
    cv2.imwrite(str(tmp_path / "a.png"), ids)
    (tmp_path / "train.txt").write_text("a.jpg a.png\n")
    dataset = read(tmp_path / "train.txt")
    found = {a.label_id: a.region for a in dataset.samples[0].annotations}
    assert found[1] == Mask(1, 1, np.ones((2, 3), bool))
    assert set(found) == {1, 3, IGNORE}
    assert [x.name for x in dataset.labels] == ["background", "label_1", "label_3"]


def test_two_valued_masks_are_told_for_the_whole_list(tmp_path):
    for name, value in (("a", 255), ("b", 0)):
        picture(tmp_path, f"{name}.jpg")
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.eye(10, 20, dtype=np.uint8) * value)
    (tmp_path / "train.txt").write_text("a.jpg a.png\nb.jpg b.png\n")
    dataset = open_txt(tmp_path / "train.txt")
    assert dataset.two_valued
    assert [x.id for x in dataset.labels()] == [0, 1]


def test_boxes_come_with_their_names(tmp_path):
    picture(tmp_path)
    (tmp_path / "a.txt").write_text("1 0.5 0.5 0.5 0.5\n")
    (tmp_path / "classes.txt").write_text("person\ncar\n")
    (tmp_path / "train.txt").write_text("a.jpg a.txt\n")
    dataset = read(tmp_path)
    assert dataset.samples[0].annotations[0].region == Box(5, 2.5, 15, 7.5)
    assert {x.id: x.name for x in dataset.labels}[2] == "car"


def test_what_of_a_list_is_not_shown_is_told(tmp_path):
    picture(tmp_path)
    (tmp_path / "a.txt").write_text("1 0.5 0.5 0.5 0.5\n0 2.5 0.5 0.5 0.5\n")
    (tmp_path / "b.txt").write_text("0 0.5 0.5 0.5 0.5\n")
    (tmp_path / "train.txt").write_text("a.jpg a.txt\na.jpg a.txt\n")
    (tmp_path / "val.txt").write_text("a.jpg a.txt\na.jpg b.txt\n")
    opened, report = open_dataset(tmp_path, ReadOptions()), Report()
    assert [(r.sample, r.what, r.count) for r in opened.report.skipped] == [("a.jpg", "line", 1)]
    (frame_id,) = opened.frame_ids
    assert [a.label_id for a in opened.read(frame_id, report).annotations] == [2]
    assert [(r.what, r.why) for r in report.skipped] == [("box", "it lies outside the picture")]
    assert look_at([tmp_path / "val.txt"]).frame_ids == (frame_id,)


def test_a_label_of_another_size_is_a_clear_error(tmp_path):
    picture(tmp_path)
    cv2.imwrite(str(tmp_path / "a.png"), np.ones((20, 10), np.uint8))
    (tmp_path / "train.txt").write_text("a.jpg a.png\n")
    with pytest.raises(DatasetError, match=r"a\.png is 10x20, its picture 20x10"):
        read(tmp_path / "train.txt")
    (tmp_path / "none").mkdir()
    with pytest.raises(DatasetError, match="no list"):
        read(tmp_path / "none")


def test_scores_of_a_list_come_back_and_are_written_again(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    picture(folder)
    (folder / "a.txt").write_text("0 .5 .5 .25 .25 .9\n0 .25 .25 .25 .25\n1 .5 .5 .5 .5 95\n")
    (folder / "train.txt").write_text("a.jpg a.txt\n")
    (folder / "labels.txt").write_text("1 cat\n2 dog\n")
    opened, report = open_dataset(folder, ReadOptions()), Report()
    (sample,) = (opened.read(i, report) for i in opened.frame_ids)
    assert [a.score for a in sample.annotations] == [0.9, None, None]
    assert [(r.why, r.count) for r in report.converted] == [
        ("its score is no share from 0 to 1: without it", 1)
    ]
    assert report.kept.total() == 2
    options = ExportOptions("txt_detection", split=None)
    export(opened, tmp_path / "out", options)
    (written,) = (tmp_path / "out" / "labels").rglob("a.txt")
    assert [line.split()[5:] for line in written.read_text().splitlines()] == [["0.9"], [], []]


def test_scores_of_a_model_are_not_written_for_training(tmp_path):
    carries = CARRIES[Task.DETECTION]
    boxes = [Annotation(Box(1, 1, 9, 9), 1, origin=o, score=0.5) for o in ("import", "net")]
    sample = Sample(FrameId("a.png"), (20, 20), tuple(boxes))
    report = Report()
    adapted = adapt(sample, carries, [Label(1, "cat", (1, 2, 3))], report)
    assert [a.score for a in adapted.annotations] == [0.5, None]
    assert [remark.why for remark in report.converted] == ["without its score"]
