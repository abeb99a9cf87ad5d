import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats.instances import read_instances
from engine.formats.sample_files import read_label_map, read_yolo
from engine.formats.txt_list import read_labels, read_list
from engine.jobs import Cancelled, CancelToken
from engine.pipeline.batch import BatchOptions, predict_batch
from engine.pipeline.batch_results import Existing
from engine.pipeline.pipeline import Pipeline
from engine.sources.video_writer import VideoWriter
from engine.thresholds import Thresholds
from engine.values import Box
from models.task import Task
from tests.fakes import FakeBackend, make_weights
from tests.make import LABELS, write_picture


def make_pipeline(model: str = "tiny_segmenter") -> Pipeline:
    weights = make_weights(model)
    return Pipeline(weights, use=FakeBackend(weights))


def write_video(path: Path, count: int) -> Path:
    writer = VideoWriter(path, 25, (48, 64))
    for i in range(count):
        writer.write(np.full((48, 64, 3), i * 20, np.uint8))
    writer.close()
    return path


def test_a_folder_becomes_a_txt_listed_dataset(tmp_path: Path) -> None:
    for i in range(6):
        write_picture(tmp_path / "in" / f"사진 {i}.png", seed=i)
    steps: list[tuple[int, int]] = []
    report = predict_batch(
        make_pipeline(),
        [str(tmp_path / "in")],
        BatchOptions(tmp_path / "out", overlay=True),
        progress=lambda done, total, _: steps.append((done, total)),
    )
    reading = read_list(report.list_path, strict=True)
    assert [e.image.name for e in reading.entries] == [f"사진 {i}.png" for i in range(6)]
    for entry in reading.entries:
        assert isinstance(entry.label, Path)
        assert read_label_map(entry.label).ids.shape == (48, 64)
    labels = read_labels(report.list_path)
    assert labels is not None
    assert labels.labels == LABELS
    assert report.images == 6
    assert report.errors == []
    assert steps[-1] == (6, 6)
    assert len(report.overlays) == 6
    assert all(path.is_file() for path in report.overlays)


def test_folders_are_searched_below_and_results_are_no_input(tmp_path: Path) -> None:
    for name in ("a.png", "one/a.png", "one/two/a.png"):
        write_picture(tmp_path / name)
    for recursive, count in ((True, 3), (True, 3), (False, 1)):
        options = BatchOptions(
            tmp_path / "out", overlay=True, recursive=recursive, existing=Existing.OVERWRITE
        )
        report = predict_batch(make_pipeline(), [str(tmp_path)], options)
        assert report.images == count
        assert len({entry.label for entry in read_list(report.list_path).entries}) == count


def test_a_picture_that_no_list_can_name_is_left_out_and_said(tmp_path: Path) -> None:
    try:
        os.rename(write_picture(tmp_path / "a.png"), tmp_path / os.fsdecode(b"caf\xe9.png"))
    except OSError:
        pytest.skip("This system allows only text as names.")
    write_picture(tmp_path / "b.png")
    report = predict_batch(make_pipeline(), [str(tmp_path)], BatchOptions(tmp_path / "out"))
    assert [e.image.name for e in read_list(report.list_path).entries] == ["b.png"]
    assert [message for _, message in report.errors] == [
        f"The name {tmp_path}/caf\\udce9.png is not valid UTF-8. Rename that file or folder."
    ]


def test_detections_become_yolo_files(tmp_path: Path) -> None:
    pixels = np.zeros((64, 96, 3), np.uint8)
    pixels[20:40, 30:60] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    report = predict_batch(
        make_pipeline("tiny_detector"), [str(tmp_path / "a.png")], BatchOptions(tmp_path / "out")
    )
    (entry,) = read_list(report.list_path, strict=True).entries
    assert isinstance(entry.label, Path)
    boxes, ids = read_yolo(entry.label, (64, 96))
    assert ids.tolist() == [1, 2]
    assert np.allclose(boxes[0], (30, 20, 60, 40), atol=2)
    labels = read_labels(report.list_path, Task.DETECTION)
    assert labels is not None
    assert [label.id for label in labels.labels] == [0, 1, 2]
    names = [label.name for label in labels.labels[1:]]
    written = (tmp_path / "out" / "labels.txt").read_text().splitlines()
    assert [line.split()[:2] for line in written] == [[str(i), n] for i, n in enumerate(names)]
    assert (tmp_path / "out" / "classes.txt").read_text().splitlines() == names
    again = BatchOptions(tmp_path / "out", existing=Existing.OVERWRITE, keeps_scores=True)
    report = predict_batch(make_pipeline("tiny_detector"), [str(tmp_path / "a.png")], again)
    (entry,) = read_list(report.list_path, strict=True).entries
    assert isinstance(entry.label, Path)
    found = read_instances(entry.label).annotations
    assert [a.label_id for a in found] == [1, 2]
    assert all(isinstance(a.region, Box) and a.score is not None for a in found)
    assert not (tmp_path / "out" / "classes.txt").exists()


def test_a_broken_picture_does_not_stop_the_others(tmp_path: Path) -> None:
    for name in ("a", "c", "d"):
        write_picture(tmp_path / f"{name}.png")
    (tmp_path / "b.png").write_bytes(b"broken")
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2")
    inputs = [str(tmp_path), str(tmp_path / "missing.png"), str(tmp_path / "binary.txt")]
    report = predict_batch(make_pipeline(), inputs, BatchOptions(tmp_path / "out"))
    assert report.images == 3
    assert [Path(path).name for path, _ in report.errors] == ["b.png", "missing.png", "binary.txt"]


def test_frames_of_a_video_are_written_as_pictures(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", 9)
    options = BatchOptions(tmp_path / "out", overlay=True)
    report = predict_batch(make_pipeline(), [str(video)], options)
    entries = read_list(report.list_path, strict=True).entries
    assert [e.image.name for e in entries] == [f"clip_{i:06d}.jpg" for i in range(9)]
    assert cv2.imread(str(entries[4].image)) is not None
    assert [path.name for path in report.overlays] == ["clip.mp4"]


def test_a_list_and_the_same_picture_twice(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    write_picture(tmp_path / "sub" / "a.png", seed=3)
    Image.fromarray(np.zeros((48, 64), np.uint8)).save(tmp_path / "label.png")
    (tmp_path / "list.txt").write_text("a.png label.png\nsub/a.png label.png\n", encoding="utf-8")
    inputs = [str(tmp_path / "list.txt"), str(picture)]
    report = predict_batch(make_pipeline(), inputs, BatchOptions(tmp_path / "out"))
    entries = read_list(report.list_path, strict=True).entries
    assert report.images == 2
    assert len({e.label for e in entries}) == 2


def test_tiles_and_cancel(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "large.png", (150, 200))
    options = BatchOptions(tmp_path / "out", Thresholds(tile=64))
    assert predict_batch(make_pipeline(), [str(picture)], options).images == 1
    cancel = CancelToken()
    cancel.cancel()
    again = replace(options, existing=Existing.OVERWRITE)
    with pytest.raises(Cancelled):
        predict_batch(make_pipeline(), [str(picture)], again, cancel=cancel)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    (tmp_path / "out").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(DatasetError):
        predict_batch(make_pipeline(), [str(picture)], BatchOptions(tmp_path / "out"))
