import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.annotations.tracking import accept_track, fill, interpolated
from engine.checks.check import check
from engine.errors import ConfigError, DatasetError
from engine.export.export import export
from engine.export.options import ExportOptions, Pictures, Split, Tiles
from engine.formats import registry
from engine.formats.instances import read_instances
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.sample_files import read_label_map, read_yolo
from engine.formats.txt_list import read_labels, read_list
from engine.sources.video_writer import VideoWriter
from engine.values import (
    Annotation,
    Box,
    Dataset,
    FrameId,
    Mask,
    Polygon,
    Sample,
    SampleState,
)
from models.task import Task
from tests.engine.export.make import (
    ALL,
    BLOCK,
    BOX,
    LABELS,
    SQUARE,
    dataset,
    run,
    sample,
    tree,
)

WRITTEN = [n for n in registry.names() if registry.get(n).writer and registry.get(n).open]


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_is_written_read_again_and_counted(tmp_path, name):
    data = dataset(tmp_path, 5, (SQUARE, BLOCK))
    report = run(data, tmp_path / "out", name)
    assert report.written == 5
    assert report.verification.ok, report.text
    assert report.verification.pictures == 5
    assert report.verification.objects == 10
    assert report.kept + sum(r.count for r in report.objects.converted) >= 10
    assert not report.objects.skipped
    said = json.loads((tmp_path / "out/report.json").read_text("utf-8"))
    assert said["pictures"] == 5
    assert said["verification"]["ok"]
    assert (tmp_path / "out/report.txt").read_text("utf-8").startswith("Wrote 5 pictures as")
    assert not [p for p in tree(tmp_path) if "exporting" in p]
    shutil.rmtree(tmp_path / "pictures")
    (tmp_path / "out").rename(tmp_path / "moved")
    opened = registry.get(name).open(tmp_path / "moved", ReadOptions())
    read = [opened.read(frame_id, Report()) for frame_id in opened.frame_ids]
    assert all(Path(s.frame_id.path).is_file() for s in read), "a self-contained folder"
    assert sum(len(s.annotations) for s in read) == 10


def test_a_semantic_export_reads_back_and_counts_its_splits(tmp_path):
    report = run(dataset(tmp_path), tmp_path / "out")
    assert report.counts == {"train": 8, "val": 1, "test": 1}
    reading = read_list(report.lists["train"], strict=True)
    assert reading.task is Task.SEMANTIC
    ids = read_label_map(reading.entries[0].label).ids
    assert ids.shape == (30, 40)
    assert ((ids == 1).sum(), (ids == 2).sum()) == (24, 20)
    assert read_labels(report.lists["train"]).labels == LABELS
    assert not list((tmp_path / "out").rglob(".*"))


def test_detection_writes_boxes_and_reports_what_became_one(tmp_path):
    outside = Annotation(Box(50, 50, 60, 60), 1)
    data = dataset(tmp_path, 1, (BOX, BLOCK, outside))
    report = run(data, tmp_path / "out", "txt_detection")
    entry = read_list(report.lists["train"]).entries[0]
    boxes, ids = read_yolo(entry.label, (30, 40))
    assert np.allclose(boxes, [[1, 1, 11, 21], [10, 10, 15, 14]], atol=1e-3)
    assert ids.tolist() == [1, 2]
    assert [r.what for r in report.objects.converted] == ["mask"]
    assert [r.why for r in report.objects.skipped] == ["it lies outside the picture"]
    assert not report.is_flawless


def test_instances_keep_masks_and_boxes(tmp_path):
    report = run(dataset(tmp_path, 1, (BOX, BLOCK, SQUARE)), tmp_path / "out", "txt")
    found = read_instances(read_list(report.lists["train"]).entries[0].label)
    assert [type(a.region) for a in found.annotations] == [Box, Mask, Mask]
    assert not report.objects.skipped


def test_nothing_is_dropped_silently(tmp_path):
    thin = Annotation(Polygon([[1.6, 1.6], [2.4, 1.6], [2.4, 2.4]]), 1)
    waiting = Annotation(Box(0, 0, 9, 9), 1, "yolo", 0.5)
    data = dataset(tmp_path, 2, (SQUARE, thin))
    found = tuple(replace(s, proposals=(waiting,) * 22) for s in data.samples)
    Path(found[1].frame_id.path).unlink()
    report = run(replace(data, samples=found), tmp_path / "out")
    skipped = {(r.sample, r.what, r.count) for r in report.objects.skipped}
    assert skipped == {
        ("00.png", "proposals", 22),
        ("00.png", "polygon", 1),
        ("01.png", "picture", 1),
    }
    assert report.written == 1
    assert "  22 proposals on 1 picture: nobody accepted or rejected them yet" in report.lines
    assert any("for val" in note for note in report.notes)


@pytest.mark.parametrize("how", list(Pictures))
def test_pictures_are_copied_linked_or_referred_to(tmp_path, how):
    data = dataset(tmp_path, 2)
    report = run(data, tmp_path / "out", "txt", pictures=how, split=ALL)
    entry = read_list(report.lists["train"]).entries[0]
    source = Path(data.samples[0].frame_id.path)
    assert entry.image.samefile(source) == (how is not Pictures.COPY)
    assert entry.image.is_symlink() == (how is Pictures.SYMLINK)
    assert (entry.image == source) == (how is Pictures.REFER)
    assert report.verification.ok
    assert check(report.lists["train"]).ok


@pytest.mark.parametrize("how", [Pictures.COPY, Pictures.REFER])
def test_equal_names_from_several_folders_stay_apart_and_pass_the_check(tmp_path, how):
    made = [
        sample(
            tmp_path / folder / f"{i % 4:02d}.png",
            replace(SQUARE, region=Box(i + 1, 2, i + 9, 9)),
            seed=i,
        )
        for i in range(12)
        for folder in [("a/seq", "b/seq", "c")[i // 4]]
    ]
    data = Dataset(tuple(made), LABELS)
    report = run(data, tmp_path / "out", "txt_detection", pictures=how, split=ALL)
    entries = read_list(report.lists["train"], strict=True).entries
    assert len({e.label for e in entries}) == len({e.image for e in entries}) == 12
    assert [read_yolo(e.label, (30, 40))[0][0, 0].round() for e in entries] == list(range(1, 13))
    assert check(report.lists["train"]).ok
    assert "8 pictures renamed, as others have the same name." in report.notes


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
    report = run(data, tmp_path / "out", split=Split((0.6, 0.4, 0.0)))
    names = sorted(p.name for p in (tmp_path / "out/images").iterdir())
    assert names[6:] == ["clip_000001.png", "clip_000003.png", "clip_000004.png"]
    pixels = cv2.imread(str(tmp_path / "out/images/clip_000003.png"))
    assert abs(int(pixels.mean()) - 120) < 6
    for path in report.lists.values():
        in_list = [e for e in read_list(path, strict=True).entries if "clip" in e.image.name]
        assert len(in_list) in (0, 3)
    assert "clip.mp4, frame 3" in report.objects.kept or report.objects.converted


def test_an_accepted_track_is_exported_frame_by_frame(tmp_path):
    writer = VideoWriter(tmp_path / "clip.mp4", 10, (32, 48))
    for shade in range(5):
        writer.write(np.full((32, 48, 3), 40 * shade, np.uint8))
    writer.close()
    path = str(tmp_path / "clip.mp4")
    key = Annotation(Box(2, 2, 12, 12), LABELS[1].id, track=3)
    last = Sample(FrameId(path, 4), (32, 48), (key,), state=SampleState.CORRECTED)
    between = [
        fill(Sample(FrameId(path, index)), interpolated(key, Box(2 + index, 2, 12, 12)), (32, 48))
        for index in range(1, 4)
    ]
    accepted = [accept_track(one, 3) for one in between]
    data = replace(dataset(tmp_path, 0), samples=(*accepted, last))
    run(data, tmp_path / "out", "mot", split=ALL, states=frozenset(SampleState))
    (rows,) = (tmp_path / "out").rglob("gt.txt")
    told = [line.split(",")[:3] for line in rows.read_text().splitlines()]
    assert told == [["1", "3", "4"], ["2", "3", "5"], ["3", "3", "6"], ["4", "3", "3"]]


def test_frames_are_exported_in_the_order_of_their_video_whenever_they_were_touched(tmp_path):
    writer = VideoWriter(tmp_path / "clip.mp4", 10, (32, 48))
    for shade in range(5):
        writer.write(np.full((32, 48, 3), 40 * shade, np.uint8))
    writer.close()
    path = str(tmp_path / "clip.mp4")
    frames = [
        Sample(
            FrameId(path, index),
            (32, 48),
            (Annotation(Box(2 + index, 2, 12, 12), LABELS[1].id, track=3),),
            state=SampleState.VERIFIED,
        )
        for index in (4, 0, 2)
    ]
    data = replace(dataset(tmp_path, 0), samples=tuple(frames))
    report = run(data, tmp_path / "out", "cvat_video", split=None)
    assert report.verification.ok
    text = (tmp_path / "out" / "clip" / "annotations.xml").read_text()
    told = re.findall(r'<box frame="(\d)" keyframe="1" outside="0" occluded="0" xtl="(\d)"', text)
    assert told == [("0", "2"), ("1", "4"), ("2", "6")]


def test_frames_of_a_video_with_an_unusual_ending_are_exported(tmp_path):
    writer = VideoWriter(tmp_path / "clip.mp4", 10, (32, 48))
    for shade in range(3):
        writer.write(np.full((32, 48, 3), 40 * shade, np.uint8))
    writer.close()
    path = (tmp_path / "clip.mp4").rename(tmp_path / "clip.dav")
    frames = tuple(
        Sample(FrameId(str(path), i), (0, 0), (SQUARE,), state=SampleState.VERIFIED) for i in (0, 2)
    )
    report = run(replace(dataset(tmp_path, 0), samples=frames), tmp_path / "out", split=ALL)
    assert report.written == 2
    names = sorted(p.name for p in (tmp_path / "out/images").iterdir())
    assert names == ["clip_000000.png", "clip_000002.png"]


def test_labels_are_converted_where_the_pictures_are_not(tmp_path):
    data = dataset(tmp_path, 2)
    shutil.rmtree(tmp_path / "pictures")
    with pytest.raises(DatasetError, match="nothing to export"):
        run(data, tmp_path / "one", "txt")
    report = export(data, tmp_path / "two", ExportOptions("txt", pictures=Pictures.REFER))
    assert report.written == 2
    assert len(list((tmp_path / "two/labels").iterdir())) == 2


def test_pictures_become_smaller_and_their_labels_with_them(tmp_path):
    report = run(dataset(tmp_path, 1, (BOX, BLOCK)), tmp_path / "out", "txt", longest_side=20)
    entry = read_list(report.lists["train"]).entries[0]
    assert cv2.imread(str(entry.image)).shape == (15, 20, 3)
    box, block = read_instances(entry.label).annotations
    assert box.region == Box(0.5, 0.5, 5.5, 10.5)
    assert block.region == Mask(5, 5, np.ones((2, 2), bool))
    assert report.verification.ok


def test_pictures_are_cut_into_tiles_on_one_side(tmp_path):
    data = dataset(tmp_path, 3, (BOX,))
    report = run(data, tmp_path / "out", "txt", tiles=Tiles(20, 4), split=Split((0.7, 0.3, 0)))
    names = sorted(p.stem for p in (tmp_path / "out/images").iterdir() if p.stem.startswith("00"))
    assert names == [f"00_x{x}_y{y}" for x in (0, 16, 20) for y in (0, 10)]
    found = read_instances(tmp_path / "out/labels/00_x0_y10.json")
    assert found.size_hw == (20, 20)
    assert [a.region for a in found.annotations] == [Box(1, 0, 11, 11)]
    assert read_instances(tmp_path / "out/labels/00_x20_y0.json").annotations == ()
    assert "cut at the edge of a tile" in {r.why for r in report.objects.converted}
    sides = [{p.name[:2] for p in map(Path, text.split())} for text in texts(report)]
    assert not set.intersection(*sides) - {""} or len(sides) == 1
    assert report.verification.ok


def texts(report):
    return [" ".join(e.image.name for e in read_list(p).entries) for p in report.lists.values()]


def test_every_picture_is_validated_on_in_one_fold(tmp_path):
    report = run(dataset(tmp_path, 6), tmp_path / "out", "txt", split=Split(folds=3))
    folds = [tmp_path / f"out/fold_{i}" for i in (1, 2, 3)]
    lists = [[e.image.name for e in read_list(f / "val.txt").entries] for f in folds]
    assert sorted(name for names in lists for name in names) == [f"{i:02d}.png" for i in range(6)]
    assert all(len(read_list(f / "train.txt").entries) == 4 for f in folds)
    assert report.verification.pictures == 18
    assert report.written == 6
    assert report.counts["fold_2/val"] == 2
    assert os.stat(folds[0] / "images/00.png").st_nlink == 3, "one copy serves every fold"
    with pytest.raises(ConfigError, match="7 folds"):
        run(dataset(tmp_path, 6), tmp_path / "two", "txt", split=Split(folds=7))


def test_the_splits_of_a_dataset_are_kept_where_none_is_asked_for(tmp_path):
    run(dataset(tmp_path), tmp_path / "one", "txt")
    opened = registry.get("txt").open(tmp_path / "one", ReadOptions())
    report = export(opened, tmp_path / "two", ExportOptions("txt_semantic", split=None))
    assert report.counts == {"train": 8, "val": 1, "test": 1}
    for name in ("train", "val", "test"):
        before, after = (read_list(tmp_path / f / f"{name}.txt").entries for f in ("one", "two"))
        assert [e.image.name for e in before] == [e.image.name for e in after]
