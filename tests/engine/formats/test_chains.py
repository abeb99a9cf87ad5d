"""From Format to Format: what arrives differs by no more than their own rounding."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.formats import registry
from engine.formats.adapt import adapt
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.regions.masks import box_of
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Sample
from tests.make import write_picture

SIZE_HW = (97, 131)
LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cell", (9, 200, 9)))
OWN = 1e-4
"""What single precision leaves of a coordinate."""
BOXES = [
    ("coco", "yolo", "labelme", "cvat", "coco"),
    ("labelme", "voc", "coco", "csv", "voc"),
    ("yolo", "coco", "yolo", "labelme", "yolo"),
    ("txt_detection", "coco", "voc", "labelme"),
    ("cvat", "mot", "csv", "mot", "cvat"),
    ("coco", "cvat_video", "mot", "cvat_video"),
]
OUTLINES = [
    ("coco", "yolo_seg", "labelme", "cvat", "coco"),
    ("labelme", "coco", "labelme", "yolo_seg"),
]
MASKS = [
    ("coco", "labelme", "cvat", "voc_masks", "coco"),
    ("labelme", "txt", "coco", "label_map", "voc_masks", "labelme"),
    ("cvat", "numpy", "camvid", "color_map", "cityscapes", "cvat"),
]


def passed_on(regions, chain, folder):
    """What is read at the end of a chain, and by how much its Formats may round in all."""
    sample = Sample(
        FrameId("none"), SIZE_HW, tuple(Annotation(r, 1, z=i) for i, r in enumerate(regions))
    )
    labels, rounding = LABELS, OWN
    for step, name in enumerate(chain):
        layout, report = registry.get(name), Report()
        root = folder / f"{step}_{name}"
        writer = layout.writer(root, labels)
        place = write_picture(root / writer.picture_place("a.png", ""), SIZE_HW)
        sample = replace(sample, frame_id=FrameId(str(place)))
        writer.add(adapt(sample, layout.carries, labels, report), Path(place), "")
        writer.finish()
        opened = layout.open(root, ReadOptions())
        sample, labels = opened.read(opened.frame_ids[0], report), opened.labels
        assert not report.skipped
        rounding += layout.carries.precision + OWN
    names = {label.id: label.name for label in labels}
    assert {names[a.label_id] for a in sample.annotations} == {"cell"}
    return [a.region for a in sorted(sample.annotations, key=lambda a: a.z)], rounding


def far_apart(found, expected):
    """The largest difference of two coordinates."""
    return max(np.abs(np.subtract(a, b)).max() for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("chain", BOXES, ids="-".join)
def test_boxes_stay_where_they_are(tmp_path, chain):
    random = np.random.default_rng(5)
    corners = random.random((12, 2)) * (90, 60)
    ends = corners + 1.5 + random.random((12, 2)) * 30
    boxes = [Box(*start, *end) for start, end in zip(corners, ends, strict=True)]
    found, rounding = passed_on(boxes, chain, tmp_path)
    assert far_apart([b.xyxy for b in found], [b.xyxy for b in boxes]) <= rounding


@pytest.mark.parametrize("chain", OUTLINES, ids="-".join)
def test_outlines_stay_where_they_are(tmp_path, chain):
    random = np.random.default_rng(6)
    rings = [Polygon(random.random((n, 2)) * (131, 97)) for n in (3, 4, 9, 40)]
    found, rounding = passed_on(rings, chain, tmp_path)
    assert [len(p.points_xy) for p in found] == [3, 4, 9, 40]
    assert far_apart([p.points_xy for p in found], [p.points_xy for p in rings]) <= rounding


@pytest.mark.parametrize("chain", MASKS, ids="-".join)
def test_masks_stay_the_same_pixels(tmp_path, chain):
    pixels = np.random.default_rng(7).random((40, 50)) > 0.4
    pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1] = True, True, True, True
    mask = Mask(81, 57, pixels)
    found, _ = passed_on([mask], chain, tmp_path)
    assert found == [mask]
    assert box_of(found[0]) == Box(81, 57, 131, 97)
