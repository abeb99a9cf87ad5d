import errno
import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine import files
from engine.checks.check import check
from engine.errors import ConfigError, DatasetError
from engine.formats.export import ExportOptions, export_txt
from engine.formats.instances import read_instances
from engine.formats.sample_files import read_label_map, read_yolo
from engine.formats.txt_list import read_labels, read_list
from engine.jobs import Cancelled, CancelToken
from engine.sources.video_writer import VideoWriter
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    Dataset,
    FrameId,
    Label,
    Mask,
    Polygon,
    Sample,
    SampleState,
)
from models.task import Task

LABELS = (
    Label(0, "background", (0, 0, 0)),
    Label(1, "cell", (255, 0, 0)),
    Label(2, "b", (1, 2, 3)),
)
SQUARE = Annotation(Polygon([[2, 2], [8, 2], [8, 6], [2, 6]]), 1)
BLOCK = Annotation(Mask(10, 10, np.ones((4, 5), bool)), 2)
BOX = Annotation(Box(1, 1, 11, 21), 1)


def picture(path, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    cv2.imwrite(str(path), cv2.resize(noise, (40, 30), interpolation=cv2.INTER_CUBIC))
    return path


def dataset(folder, count=10, annotations=(SQUARE, BLOCK)):
    samples = tuple(
        Sample(
            FrameId(str(picture(folder / f"pictures/{i:02d}.png", i))),
            (30, 40),
            annotations,
            state=SampleState.VERIFIED,
        )
        for i in range(count)
    )
    return Dataset(samples, LABELS)


def export(data, folder, task=Task.SEMANTIC, **options):
    return export_txt(data, folder, ExportOptions(task, **options))


def test_a_semantic_export_reads_back_and_counts_its_splits(tmp_path):
    report = export(dataset(tmp_path), tmp_path / "out")
    assert report.counts == {"train": 8, "val": 1, "test": 1}
    assert report.written == 10
    assert not report.skipped
    reading = read_list(report.lists["train"], strict=True)
    assert reading.task is Task.SEMANTIC
    ids = read_label_map(reading.entries[0].label).ids
    assert ids.shape == (30, 40)
    assert ((ids == 1).sum(), (ids == 2).sum()) == (24, 20)
    assert read_labels(report.lists["train"]).labels == LABELS
    assert not list((tmp_path / "out").rglob(".writing*"))


def test_lists_are_relative_so_that_everything_moves_as_one(tmp_path):
    report = export(dataset(tmp_path), tmp_path / "out", copy_pictures=True)
    (tmp_path / "out").rename(tmp_path / "moved")
    entries = read_list(tmp_path / "moved/train.txt", strict=True).entries
    assert entries[0].image.parent == tmp_path / "moved/images"
    assert len(list((tmp_path / "moved/images").iterdir())) == 10
    assert report.lists["train"].parent == tmp_path / "out"


def test_absolute_paths_are_written_on_request(tmp_path):
    report = export(dataset(tmp_path), tmp_path / "out", absolute=True)
    assert report.lists["val"].read_text().startswith(f"{tmp_path}/pictures/")


def test_detection_writes_boxes_and_reports_what_became_one(tmp_path):
    ignored = Annotation(Box(1, 1, 3, 3), IGNORE)
    outside = Annotation(Box(50, 50, 60, 60), 1)
    data = dataset(tmp_path, 1, (BOX, BLOCK, ignored, outside))
    report = export(data, tmp_path / "out", Task.DETECTION)
    entry = read_list(report.lists["train"]).entries[0]
    boxes, ids = read_yolo(entry.label, (30, 40))
    assert np.allclose(boxes, [[1, 1, 11, 21], [10, 10, 15, 14]], atol=1e-3)
    assert ids.tolist() == [1, 2]
    assert [s.what for s in report.converted] == ["mask of label 2"]
    assert len(report.skipped) == 2


def test_instances_keep_masks_and_boxes(tmp_path):
    report = export(dataset(tmp_path, 1, (BOX, BLOCK, SQUARE)), tmp_path / "out", Task.INSTANCE)
    found = read_instances(read_list(report.lists["train"]).entries[0].label)
    assert [type(a.region) for a in found.annotations] == [Box, Mask, Mask]
    assert not report.skipped


def test_nothing_is_dropped_silently(tmp_path):
    empty = Annotation(Polygon([[1.6, 1.6], [2.4, 1.6], [2.4, 2.4]]), 1)
    waiting = Annotation(Box(0, 0, 9, 9), 1, "yolo", 0.5)
    unknown = replace(BLOCK, label_id=9)
    data = dataset(tmp_path, 2, (BOX, empty, unknown, SQUARE))
    data = replace(data, samples=tuple(replace(s, proposals=(waiting,)) for s in data.samples))
    Path(data.samples[1].frame_id.path).unlink()
    report = export(data, tmp_path / "out")
    assert {s.what for s in report.skipped} == {
        "1 proposal",
        "box of label 1",
        "mask of label 9",
        "polygon of label 1",
        "picture",
    }
    assert report.written == 1
    assert any("val.txt" in note for note in report.notes)


def test_only_the_chosen_states_are_written(tmp_path):
    data = dataset(tmp_path, 3)
    first = replace(data.samples[0], state=SampleState.PREDICTED)
    data = replace(data, samples=(first, *data.samples[1:]))
    report = export(data, tmp_path / "out")
    assert report.written == 2
    assert "1 samples in other states" in report.notes[0]
    only = export(data, tmp_path / "two", states=frozenset({SampleState.PREDICTED}))
    assert only.written == 1
    with pytest.raises(DatasetError, match="nothing to export"):
        export(data, tmp_path / "three", states=frozenset({SampleState.SKIPPED}))


def test_a_picture_without_objects_is_an_empty_file(tmp_path):
    report = export(dataset(tmp_path, 1, ()), tmp_path / "out", Task.DETECTION)
    assert read_list(report.lists["train"]).entries[0].label.read_bytes() == b""


@pytest.mark.parametrize("copy_pictures", [False, True])
def test_equal_names_from_several_folders_stay_apart_and_pass_the_check(tmp_path, copy_pictures):
    samples = [
        replace(
            s, frame_id=FrameId(str(picture(tmp_path / folder / Path(s.frame_id.path).name, i)))
        )
        for i, s in enumerate(dataset(tmp_path, 4).samples * 3)
        for folder in [("a/seq", "b/seq", "c")[i // 4]]
    ]
    annotations = [replace(SQUARE, region=Box(i + 1, 2, i + 9, 9)) for i in range(12)]
    samples = [replace(s, annotations=(a,)) for s, a in zip(samples, annotations, strict=True)]
    options = {"copy_pictures": copy_pictures, "fractions": (1.0, 0.0, 0.0)}
    data = Dataset(tuple(samples), LABELS)
    report = export(data, tmp_path / "out", Task.DETECTION, **options)
    entries = read_list(report.lists["train"], strict=True).entries
    assert len({e.label for e in entries}) == len({e.image for e in entries}) == 12
    assert [read_yolo(e.label, (30, 40))[0][0, 0].round() for e in entries] == list(range(1, 13))
    assert check(report.lists["train"]).ok


def test_frames_of_a_video_are_written_as_pictures_on_one_side(tmp_path):
    writer = VideoWriter(tmp_path / "clip.mp4", 10, (32, 48))
    for shade in range(6):
        writer.write(np.full((32, 48, 3), 40 * shade, np.uint8))
    writer.close()
    frames = tuple(
        Sample(
            FrameId(str(tmp_path / "clip.mp4"), i), (0, 0), (SQUARE,), state=SampleState.VERIFIED
        )
        for i in (1, 3, 4)
    )
    data = dataset(tmp_path, 6)
    data = replace(data, samples=(*frames, *data.samples))
    report = export(data, tmp_path / "out", fractions=(0.6, 0.4, 0.0))
    names = sorted(p.name for p in (tmp_path / "out/images").iterdir())
    assert names == ["clip_000001.png", "clip_000003.png", "clip_000004.png"]
    pixels = cv2.imread(str(tmp_path / "out/images/clip_000003.png"))
    assert abs(int(pixels.mean()) - 120) < 6
    for path in report.lists.values():
        in_list = [e for e in read_list(path, strict=True).entries if "clip" in e.image.name]
        assert len(in_list) in (0, 3)


def test_without_a_background_what_is_not_drawn_is_ignored(tmp_path):
    data = replace(dataset(tmp_path, 1), labels=(Label(0, "Sky", (9, 9, 9)), *LABELS[1:]))
    report = export(data, tmp_path / "out")
    ids = read_label_map(read_list(report.lists["train"]).entries[0].label).ids
    assert ids[0, 0] == IGNORE


def test_a_list_of_an_earlier_export_does_not_stay(tmp_path):
    export(dataset(tmp_path), tmp_path / "out")
    export(dataset(tmp_path), tmp_path / "out", fractions=(1.0, 0.0, 0.0))
    assert (tmp_path / "out/test.txt").read_text() == ""
    assert len(read_list(tmp_path / "out/train.txt").entries) == 10


def test_a_cancelled_export_leaves_no_list(tmp_path):
    token = CancelToken()
    options = ExportOptions(Task.SEMANTIC)

    def progress(done, total, text):
        if done == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        export_txt(dataset(tmp_path), tmp_path / "out", options, progress=progress, cancel=token)
    assert not list((tmp_path / "out").glob("*.txt"))


def test_a_full_disk_says_what_to_do_and_leaves_no_half_written_list(tmp_path, monkeypatch):
    data = dataset(tmp_path)
    real = os.replace

    def full(source, target):
        if Path(target).name == "00.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DatasetError, match="disk is full") as error:
        export(data, tmp_path / "out")
    assert "another disk" in error.value.hint
    assert not list((tmp_path / "out").rglob("*.txt"))
    assert not list((tmp_path / "out").rglob(".writing*"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path):
    with pytest.raises(DatasetError) as error:
        export(dataset(tmp_path, 1), Path("/proc/self/fd/out"))
    assert error.value.hint
    with pytest.raises(DatasetError, match="read-only"), files.disk_errors(tmp_path / "a"):
        raise OSError(errno.EROFS, "Read-only file system")


def test_wrong_options_are_refused():
    with pytest.raises(ConfigError):
        ExportOptions(Task.SEMANTIC, fractions=(0.5, 0.1, 0.1))
    with pytest.raises(DatasetError):
        ExportOptions(Task.CLASSIFICATION)
