"""A pixel of one map is its label's number, of the other its object's; 255 is ignored."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.adapt import adapt
from engine.formats.objects import GROUP
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.formats.voc_colors import palette
from engine.values import IGNORE, Annotation, FrameId, Label, Mask, Polygon, Sample

MASKS = registry.get("voc_masks")
# Two cats (8) side by side, a dog (12) of which nobody numbered the last pixel, and void.
CLASSES = np.array([[0, 8, 8, 8, 8, 0], [0, 8, 8, 8, 8, 0], [12, 12, 12, 0, 255, 255]], np.uint8)
OBJECTS = np.array([[0, 1, 1, 2, 2, 0], [0, 1, 1, 2, 2, 0], [3, 3, 0, 0, 255, 255]], np.uint8)


def save(path, values, colors=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(values)
    if colors is not None:
        picture.putpalette(colors.astype(np.uint8).tobytes())
    picture.save(path)
    return path


def lay_out(folder, classes=CLASSES, objects=OBJECTS, colors=None):
    colors = palette() if colors is None else colors
    save(folder / "SegmentationClass" / "a.png", classes, colors if classes.ndim == 2 else None)
    if objects is not None:
        own = palette() if objects.ndim == 2 else None
        save(folder / "SegmentationObject" / "a.png", objects, own)
    save(folder / "JPEGImages" / "a.jpg", np.zeros((*classes.shape[:2], 3), np.uint8))


def read(folder):
    opened = MASKS.open(folder, ReadOptions())
    report = Report()
    return opened.read(opened.frame_ids[0], report), opened, report


def said(sample, opened):
    names = {label.id: label.name for label in opened.labels} | {IGNORE: "ignored"}
    return [(names[a.label_id], a.region) for a in sample.annotations]


def ones(left, top, width, height):
    return Mask(left, top, np.ones((height, width), bool))


def test_objects_are_apart_and_what_is_left_is_kept(tmp_path):
    lay_out(tmp_path)
    assert [found.name for found in registry.recognised(tmp_path)] == ["voc_masks"]
    sample, opened, report = read(tmp_path)
    assert said(sample, opened) == [
        ("cat", ones(1, 0, 2, 2)),
        ("cat", ones(3, 0, 2, 2)),
        ("dog", ones(0, 2, 2, 1)),
        ("dog", ones(2, 2, 1, 1)),
        ("ignored", ones(4, 2, 2, 1)),
    ]
    assert len(opened.labels) == 21
    assert opened.is_layered
    assert not [*report.skipped, *report.converted]


def test_without_a_map_of_objects_each_label_is_one_area(tmp_path):
    lay_out(tmp_path, objects=None)
    sample, opened, _ = read(tmp_path)
    assert not opened.is_layered
    assert said(sample, opened) == [
        ("cat", ones(1, 0, 4, 2)),
        ("dog", ones(0, 2, 3, 1)),
        ("ignored", ones(4, 2, 2, 1)),
    ]


@pytest.mark.parametrize(("depth", "count"), [(np.uint8, 4), (np.uint16, 5)])
def test_255_is_a_number_where_there_are_more(tmp_path, depth, count):
    objects = OBJECTS.astype(depth)
    objects[2] = 255, 3, 0, 0, 0, 0
    lay_out(tmp_path, objects=None)
    path = tmp_path / "SegmentationObject" / "a.png"
    path.parent.mkdir()
    cv2.imwrite(str(path), objects)
    sample, _, _ = read(tmp_path)
    assert len([a for a in sample.annotations if a.label_id != IGNORE]) == count


def test_the_palette_is_that_of_voc():
    colors = palette().tolist()
    assert colors[:4] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]
    assert (colors[15], colors[20], colors[255]) == ([192, 128, 128], [0, 64, 128], [224, 224, 192])


def test_maps_in_colours_are_voc_s_own_or_those_of_a_labelmap(tmp_path):
    lay_out(tmp_path, classes=palette()[CLASSES], objects=palette()[OBJECTS])
    sample, opened, _ = read(tmp_path)
    assert [name for name, _ in said(sample, opened)] == ["cat", "cat", "dog", "dog", "ignored"]
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::", "red: cat:64,0,0::"]
    (tmp_path / "labelmap.txt").write_text("\n".join(lines))
    sample, opened, report = read(tmp_path)
    assert [name for name, _ in said(sample, opened)] == ["red: cat", "red: cat", "ignored"]
    assert report.converted[0].why == "3 pixels of colors that nothing names are ignored"


def test_names_come_from_a_file_or_numbers(tmp_path):
    grey = np.repeat(np.arange(256)[:, None], 3, axis=1)
    (tmp_path / "labels.txt").write_text("0 background\n8 of another dataset\n")
    folder = tmp_path / "voc"
    lay_out(folder, colors=grey)
    _, opened, _ = read(folder)
    assert [x.name for x in opened.labels] == ["background", "label_8", "label_12"]
    (folder / "labels.txt").write_text("0 background\n8 lynx\n12 void\n")
    sample, opened, _ = read(folder)
    assert [name for name, _ in said(sample, opened)] == ["lynx", "lynx", "ignored"]


def test_parts_of_an_object_have_one_number_and_many_objects_are_colours(tmp_path):
    group = ((GROUP, "a"),)
    parts = [Annotation(ones(x, 0, 2, 2), 1, z=x, attributes=group) for x in (0, 6)]
    many = [Annotation(ones(x, 5 + y, 1, 1), 1, z=9) for y in range(10) for x in range(40)]
    labels = (Label(1, "cell", (0, 0, 0)),)
    for annotations, expected in ((parts, 1), (parts + many, 401)):
        folder = tmp_path / str(expected)
        sample = Sample(FrameId(str(folder / "JPEGImages" / "a.png")), (20, 40), tuple(annotations))
        save(folder / "JPEGImages" / "a.png", np.zeros((20, 40, 3), np.uint8))
        writer = MASKS.writer(folder, labels)
        adapted = adapt(sample, MASKS.carries, labels, Report())
        writer.add(adapted, Path(sample.frame_id.path), "")
        writer.finish()
        again, opened, _ = read(folder)
        assert len(again.annotations) == expected
        assert [label.name for label in opened.labels] == ["background", "cell"]
        assert opened.labels[1].color != (0, 0, 0)


def test_a_picture_without_objects_is_one(tmp_path):
    lay_out(tmp_path, classes=np.zeros((3, 6), np.uint8), objects=np.zeros((3, 6), np.uint8))
    sample, _, report = read(tmp_path)
    assert not sample.annotations
    assert not report.skipped


def test_those_above_cover_those_below(tmp_path):
    square = Polygon([[0, 0], [4, 0], [4, 4], [0, 4]])
    below = Annotation(square, 1, z=0)
    above = Annotation(ones(2, 0, 4, 4), IGNORE, z=1)
    picture = save(tmp_path / "JPEGImages" / "a.png", np.zeros((6, 8, 3), np.uint8))
    labels = (Label(1, "cell", (9, 9, 9)),)
    sample = Sample(FrameId(str(picture)), (6, 8), (above, below))
    writer = MASKS.writer(tmp_path, labels)
    writer.add(adapt(sample, MASKS.carries, labels, Report()), picture, "train")
    writer.finish()
    again, opened, _ = read(tmp_path)
    assert said(again, opened) == [("cell", ones(0, 0, 2, 4)), ("ignored", ones(2, 0, 4, 4))]
    assert [len(ids) for ids in opened.splits.values()] == [1]


def test_an_object_that_others_cover_is_said(tmp_path):
    annotations = (
        Annotation(ones(1, 1, 2, 2), 1, z=0, id="a"),
        Annotation(ones(0, 0, 4, 4), 1, z=1, id="b"),
    )
    report = Report()
    sample = Sample(FrameId("a.png"), (6, 8), annotations)
    adapted = adapt(sample, MASKS.carries, (Label(1, "cell", (9, 9, 9)),), report)
    assert [a.id for a in adapted.annotations] == ["b"]
    assert [(r.why, r.count) for r in report.skipped] == [("objects above it cover all of it", 1)]
    assert report.kept == {"a.png": 1}


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_broken_map_is_a_clear_error(tmp_path, data):
    lay_out(tmp_path)
    cv2.imwrite(str(tmp_path / "JPEGImages" / "b.png"), np.zeros((3, 6, 3), np.uint8))
    (tmp_path / "SegmentationClass" / "b.png").write_bytes(data)
    opened = MASKS.open(tmp_path, ReadOptions())
    with pytest.raises(DatasetError, match=r"b\.png"):
        opened.read(opened.frame_ids[1], Report())


def test_a_map_of_objects_of_another_size_is_reported(tmp_path):
    lay_out(tmp_path, objects=OBJECTS[:, :3])
    sample, _, report = read(tmp_path)
    assert len(sample.annotations) == 3
    assert "another size" in report.skipped[0].why
