"""The colour of a pixel is the id of its segment: red + 256 green + 65536 blue."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import IGNORE, Mask
from tests.damage import seeds
from tests.damaged_dataset import read_damaged

PANOPTIC = registry.get("coco_panoptic")
BIG = 5 + 256 * 7 + 65536 * 2


def write(folder, *, segments=None):
    """A picture of 6 x 4: the first column is nobody's, then one of segment 3, the rest of BIG."""
    ids = np.zeros((4, 6), np.int64)
    ids[:, 1], ids[:, 2:] = 3, BIG
    rgb = np.stack([ids % 256, ids // 256 % 256, ids // 65536], axis=-1).astype(np.uint8)
    for name, pixels in (("panoptic_val2017/a.png", rgb), ("val2017/a.jpg", rgb)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / name), pixels[..., ::-1])
    content = {
        "images": [{"id": 1, "file_name": "a.jpg", "height": 4, "width": 6}],
        "annotations": [
            {
                "image_id": 1,
                "file_name": "a.png",
                "segments_info": segments
                or [{"id": 3, "category_id": 9}, {"id": BIG, "category_id": 2, "iscrowd": 1}],
            }
        ],
        "categories": [{"id": 2, "name": "sky", "isthing": 0}, {"id": 9, "name": "car"}],
    }
    path = folder / "annotations" / "panoptic_val2017.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def read(path):
    opened = PANOPTIC.open(path, ReadOptions())
    report = Report()
    return opened.read(opened.frame_ids[0], report), opened, report


@pytest.mark.parametrize("is_folder", [False, True])
def test_each_segment_is_the_mask_of_its_colour(tmp_path, is_folder):
    path = write(tmp_path)
    found = [layout.name for layout in registry.recognised(path)]
    assert found == ["coco_panoptic"]
    sample, opened, report = read(tmp_path if is_folder else path)
    assert Path(sample.frame_id.path) == tmp_path / "val2017" / "a.jpg"
    names = {label.id: label.name for label in opened.labels} | {IGNORE: "ignored"}
    assert [(names[a.label_id], a.region, a.attributes) for a in sample.annotations] == [
        ("car", Mask(1, 0, np.ones((4, 1), bool)), ()),
        ("sky", Mask(2, 0, np.ones((4, 4), bool)), (("iscrowd", "1"),)),
        ("ignored", Mask(0, 0, np.ones((4, 1), bool)), ()),
    ]
    assert report.kept == {"a.jpg": 2}


def test_what_file_and_png_do_not_agree_on_is_reported(tmp_path):
    path = write(tmp_path, segments=[{"id": 3, "category_id": 9}, {"id": 77, "category_id": 9}])
    sample, _, report = read(path)
    assert len(sample.annotations) == 2
    assert [r.why for r in report.skipped] == [
        "no pixel has its id 77",
        "a.png shows it, the file does not name it",
    ]


def test_a_missing_png_is_a_clear_error(tmp_path):
    path = write(tmp_path)
    (tmp_path / "panoptic_val2017" / "a.png").unlink()
    with pytest.raises(DatasetError, match=r"a\.png does not exist"):
        read(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("panoptic")
    write(folder)
    return folder


@settings(max_examples=25)
@given(seed=seeds)
def test_a_damaged_file_is_read_or_refused(folder, seed):
    read_damaged("coco_panoptic", folder, [seed], "*.*n*")


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(folder, inputs, record_property):
    became = read_damaged("coco_panoptic", folder, range(inputs), "*.*n*")
    record_property("damaged files", dict(became))
