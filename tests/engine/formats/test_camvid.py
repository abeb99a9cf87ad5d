"""CamVid: a folder of maps beside each folder of pictures."""

from pathlib import Path

import pytest

from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import IGNORE
from tests.make_maps import grey, picture, read


def test_camvid_ignores_what_it_calls_void(tmp_path):
    for split in ("train", "val"):
        picture(tmp_path / split / "a.png")
        grey(tmp_path / f"{split}annot" / "a.png")
    (tmp_path / "classes.txt").write_text("Sky\nRoad\nVoid\n", encoding="utf-8")
    opened, ids, _ = read("camvid", tmp_path)
    assert [label.name for label in opened.labels] == ["Sky", "Road"]
    assert list(ids.values()) == [[[0, 1, 255], [255, 1, 255]]] * 2
    sample = opened.read(opened.frame_ids[0], Report())
    assert {a.label_id for a in sample.annotations} == {0, 1, IGNORE}
    assert sorted(opened.splits) == ["train", "val"]


DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not there")
def test_all_pictures_of_the_real_one_are_read():
    opened = registry.get("camvid").open(DATA / "camvid", ReadOptions())
    assert {k: len(v) for k, v in opened.splits.items()} == {"train": 367, "val": 101, "test": 233}
    assert [label.name for label in opened.labels][:2] == ["Sky", "Building"]
    assert len(opened.labels) == 11
    sample = opened.read(opened.frame_ids[0], Report())
    assert sample.size_hw == (360, 480)
    assert IGNORE in {a.label_id for a in sample.annotations}
