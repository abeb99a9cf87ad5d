"""Folders of label maps: which picture a map belongs to, and what its numbers mean."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import FrameId, Label, Sample
from tests.make_maps import IDS, grey, palette, picture, read


def test_maps_without_names_are_numbered_in_the_colors_of_their_palette(tmp_path):
    picture(tmp_path / "images" / "a.jpg")
    palette(tmp_path / "labels" / "a.png")
    opened, ids, report = read("label_map", tmp_path)
    assert opened.labels == (
        Label(0, "background", (0, 0, 0)),
        Label(1, "label_1", (10, 20, 30)),
        Label(2, "label_2", (40, 50, 60)),
    )
    assert list(ids.values()) == [IDS.tolist()]
    assert report.kept == {"a.jpg": 3}


def test_maps_of_0_and_255_are_masks_and_their_names_may_say_so(tmp_path):
    mask = np.array([[0, 255, 255], [0, 0, 255]], np.uint8)
    for name in ("a", "b"):
        picture(tmp_path / "images" / f"{name}.jpg")
        grey(tmp_path / "masks" / f"{name}_segmentation.png", mask)
    opened, ids, _ = read("label_map", tmp_path)
    assert [label.id for label in opened.labels] == [0, 1]
    assert list(ids.values()) == [(mask // 255).tolist()] * 2


def test_three_equal_channels_are_numbers_and_the_pictures_ending_may_be_part_of_the_name(tmp_path):
    ids = np.array([[0, 1, 1], [0, 0, 2]], np.uint8)
    picture(tmp_path / "images" / "a.jpg")
    (tmp_path / "masks").mkdir()
    Image.fromarray(np.dstack([ids] * 3)).save(tmp_path / "masks" / "a.jpg.png")
    assert [f.name for f in registry.recognised(tmp_path)] == ["label_map"]
    _, found, _ = read("label_map", tmp_path)
    assert found == {str(tmp_path / "images" / "a.jpg"): ids.tolist()}
    Image.fromarray(np.dstack([ids, ids, 0 * ids])).save(tmp_path / "masks" / "a.jpg.png")
    assert not registry.recognised(tmp_path)


def test_splits_pair_by_path_and_what_has_no_picture_is_reported(tmp_path):
    for split in ("train", "val"):
        picture(tmp_path / "images" / split / "a.png")
        grey(tmp_path / "labels" / split / "a.png")
    grey(tmp_path / "labels" / "val" / "b.png")
    (tmp_path / "classes.txt").write_text("background\none\ntwo\n", encoding="utf-8")
    opened, ids, _ = read("label_map", tmp_path)
    assert {k: [i.path for i in v] for k, v in opened.splits.items()} == {
        split: [str(tmp_path / "images" / split / "a.png")] for split in ("train", "val")
    }
    assert len(ids) == 2
    assert [r.why for r in opened.report.skipped] == ["its picture was not found"]


def test_the_pictures_may_be_elsewhere(tmp_path):
    picture(tmp_path / "photos" / "a.png")
    grey(tmp_path / "maps" / "a.png")
    _, ids, _ = read("label_map", tmp_path / "maps", images=tmp_path / "photos")
    assert list(ids) == [str(tmp_path / "photos" / "a.png")]
    with pytest.raises(DatasetError, match="No picture belongs"):
        read("label_map", tmp_path / "maps")


def test_names_above_count_for_a_part_of_a_dataset_alone(tmp_path):
    for folder in ("train", "other"):
        picture(tmp_path / folder / "images" / "a.png")
        grey(tmp_path / folder / "labels" / "a.png")
    (tmp_path / "classes.txt").write_text("background\none\ntwo\n", encoding="utf-8")
    named = [
        [x.name for x in read("label_map", tmp_path / f)[0].labels] for f in ("train", "other")
    ]
    assert named == [["background", "one", "two"], ["background", "label_1", "label_2"]]


def test_an_id_that_no_label_has_is_reported(tmp_path):
    picture(tmp_path / "images" / "a.png")
    grey(tmp_path / "labels" / "a.png")
    (tmp_path / "classes.txt").write_text("background\none\n", encoding="utf-8")
    _, ids, report = read("label_map", tmp_path)
    assert list(ids.values()) == [[[0, 1, 0], [255, 1, 0]]]
    assert [r.why for r in report.skipped] == ["no label has the id 2"]


def test_two_pictures_never_share_a_map(tmp_path):
    writer = registry.get("label_map").writer(tmp_path, ())
    sample = Sample(FrameId("x"), (2, 4))
    writer.add(sample, tmp_path / "elsewhere" / "a.jpg", "")
    with pytest.raises(DatasetError, match="the name A"):
        writer.add(sample, tmp_path / "other" / "A.png", "")


DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not there")
@pytest.mark.parametrize(
    ("name", "pictures", "labels"),
    [("isic2018", 1200, 2), ("dsb2018_nuclei", 110, 2), ("voc_everyday", 1180, 21)],
)
@pytest.mark.slow
def test_all_maps_of_real_data_have_their_picture(name, pictures, labels):
    opened = registry.get("label_map").open(DATA / name, ReadOptions())
    assert len(opened.frame_ids) == pictures
    assert len(opened.labels) == labels
    assert not opened.report.skipped
    assert opened.read(opened.frame_ids[-1], Report()).annotations
