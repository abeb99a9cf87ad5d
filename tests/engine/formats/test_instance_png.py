"""Instance maps: every number is an object."""

from pathlib import Path

import numpy as np
import pytest

from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.values import Mask
from tests.damaged_dataset import read_damaged
from tests.make_maps import grey, palette, picture, read


def test_every_number_of_an_instance_map_is_an_object(tmp_path):
    numbers = np.array([[0, 1, 300], [300, 0, 1]], np.uint16)
    picture(tmp_path / "images" / "a.png")
    grey(tmp_path / "instances" / "a.png", numbers)
    assert [f.name for f in registry.recognised(tmp_path)] == ["instance_png"]
    opened, _, report = read("instance_png", tmp_path)
    one, many = opened.read(opened.frame_ids[0], Report()).annotations
    assert one.region == Mask(1, 0, [[True, False], [False, True]])
    assert many.region == Mask(0, 0, [[False, False, True], [True, False, False]])
    assert [label.name for label in opened.labels] == ["background", "object"]
    assert report.kept == {"a.png": 2}
    (tmp_path / "classes.txt").write_text("background\nnucleus\nother\n", encoding="utf-8")
    assert [x.name for x in read("instance_png", tmp_path)[0].labels] == ["background", "nucleus"]


def test_damaged_files_are_read_or_refused(tmp_path):
    picture(tmp_path / "images" / "a.png")
    palette(tmp_path / "instances" / "a.png")
    became = read_damaged("instance_png", tmp_path, range(40), "*")
    assert became["refused"]
    assert became["whole"]


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, inputs, record_property):
    picture(tmp_path / "images" / "a.png")
    palette(tmp_path / "instances" / "a.png")
    record_property("damaged", dict(read_damaged("instance_png", tmp_path, range(inputs), "*")))


DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not there")
@pytest.mark.slow
def test_all_nuclei_of_the_real_data_are_objects():
    opened = registry.get("instance_png").open(DATA / "dsb2018_nuclei", ReadOptions())
    found = [opened.read(frame_id, Report()) for frame_id in opened.frame_ids]
    assert (len(found), sum(len(s.annotations) for s in found)) == (110, 3325)
