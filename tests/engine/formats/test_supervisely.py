"""Supervisely: whole coordinates name pixels, others are where the tool shows them."""

import base64
import io
import json
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.adapt import GROUP
from engine.formats.open_dataset import ReadOptions
from engine.formats.packed_mask import unzip_png
from engine.formats.report import Report
from engine.regions.masks import polygon_to_mask
from engine.values import Box, Mask, Polygon, Polyline
from tests.damaged_dataset import read_damaged

MASK = np.array([[0, 1, 1], [1, 1, 0]], bool)
META = {
    "classes": [
        {"title": "car", "shape": "any", "color": "#FF8000", "geometry_config": {}},
        {"title": "road", "shape": "bitmap", "color": "#0000FF"},
    ],
    "tags": [],
}


def packed(mask=MASK, mode="RGBA"):
    if mode == "RGBA":
        picture = Image.fromarray(np.repeat(mask[..., None], 4, axis=2).astype(np.uint8) * 255)
    else:
        picture = Image.fromarray(mask.astype(np.uint8) * 255, "L")
    data = io.BytesIO()
    picture.save(data, "PNG")
    return base64.b64encode(zlib.compress(data.getvalue())).decode()


def outline(exterior, *interior, kind="polygon"):
    place = {"exterior": exterior, "interior": list(interior)}
    return {"classTitle": "car", "geometryType": kind, "tags": [], "points": place}


def bitmap(data, **more):
    return {
        "classTitle": "road",
        "geometryType": "bitmap",
        "bitmap": {"data": data, "origin": [4, 3]},
        **more,
    }


def project(folder, *objects, tags=()):
    (folder / "train" / "ann").mkdir(parents=True)
    (folder / "train" / "img").mkdir()
    (folder / "meta.json").write_text(json.dumps(META), encoding="utf-8")
    size = {"height": 20, "width": 30}
    content = {"description": "", "tags": list(tags), "size": size, "objects": list(objects)}
    (folder / "train" / "ann" / "a.jpg.json").write_text(json.dumps(content), encoding="utf-8")


def read(folder):
    opened = registry.get("supervisely").open(folder, ReadOptions())
    report = Report()
    return opened, opened.read(opened.frame_ids[0], report), report


def test_whole_coordinates_name_pixels(tmp_path):
    box = outline([[2, 3], [9, 7]], kind="rectangle")
    holed = outline([[1, 1], [9, 1], [9, 9], [1, 9]], [[3, 3], [5, 3], [5, 5]])
    project(tmp_path, box, holed)
    assert [f.name for f in registry.recognised(tmp_path)] == ["supervisely"]
    assert registry.get("supervisely").recognise(tmp_path / "train")
    opened, sample, _ = read(tmp_path)
    assert opened.labels[1].color == (255, 128, 0)
    assert opened.splits == {"train": opened.frame_ids}
    assert opened.frame_ids[0].path == str(tmp_path / "train" / "img" / "a.jpg")
    assert sample.size_hw == (20, 30)
    box, holed = (a.region for a in sample.annotations)
    # The pixels 2 to 9 and 3 to 7 belong to it.
    assert box == Box(2, 3, 10, 8)
    assert holed.points_xy.tolist() == [[1.5, 1.5], [9.5, 1.5], [9.5, 9.5], [1.5, 9.5]]
    assert holed.holes[0].tolist() == [[3.5, 3.5], [5.5, 3.5], [5.5, 5.5]]
    assert polygon_to_mask(Polygon(holed.points_xy), (20, 30)).pixels.shape == (8, 8)


def test_fractions_are_where_the_tool_shows_them(tmp_path):
    box = outline([[9.5, 7.25], [2, 3]], kind="rectangle")
    line = outline([[1, 1], [2, 3]], kind="line")
    project(tmp_path, box, outline([[1, 1], [9.5, 1], [9, 9]]), line)
    _, sample, _ = read(tmp_path)
    assert sample.annotations[0].region == Box(2, 3, 9.5, 7.25)
    assert sample.annotations[1].region == Polygon([[1, 1], [9.5, 1], [9, 9]])
    assert sample.annotations[2].region == Polyline([[1.5, 1.5], [2.5, 3.5]])


@pytest.mark.parametrize("mode", ["RGBA", "L"])
def test_a_bitmap_is_where_it_is_opaque(tmp_path, mode):
    assert np.array_equal(unzip_png(packed(mode=mode)), MASK)
    project(tmp_path, bitmap(packed(mode=mode)))
    assert read(tmp_path)[1].annotations[0].region == Mask(4, 3, MASK)


def test_tags_descriptions_and_instances_are_attributes(tmp_path):
    tags = [{"name": "parked", "value": None}, {"name": "speed", "value": 5}]
    project(
        tmp_path, bitmap(packed(), tags=tags, description="near", instanceKey="k"), tags=tags[1:]
    )
    _, sample, _ = read(tmp_path)
    assert sample.attributes == (("speed", "5"),)
    assert sample.annotations[0].attributes == (
        ("parked", ""),
        ("speed", "5"),
        ("description", "near"),
        (GROUP, "k"),
    )


def test_what_is_no_region_is_left_out_and_said(tmp_path):
    bomb = base64.b64encode(zlib.compress(bytes(33 << 20), 1)).decode()
    line = outline([[1, 1], [2, 2]], kind="graph")
    odd = {**bitmap(packed()), "classTitle": "lorry"}
    project(tmp_path, line, bitmap(bomb), bitmap("!"), bitmap(packed(MASK & False)), odd, 7)
    _, sample, report = read(tmp_path)
    assert not sample.annotations
    assert [r.why for r in report.skipped] == [
        "key points have no area",
        "its bitmap is damaged",
        "its bitmap is damaged",
        "its bitmap has no pixels",
        "meta.json does not name its class 'lorry'",
        "it is no table",
    ]


def test_a_project_without_classes_or_annotations_is_refused(tmp_path):
    layout = registry.get("supervisely")
    with pytest.raises(DatasetError, match=r"no meta\.json"):
        layout.open(tmp_path, ReadOptions())
    (tmp_path / "meta.json").write_text(json.dumps(META), encoding="utf-8")
    assert not layout.recognise(tmp_path)
    with pytest.raises(DatasetError, match="no annotations"):
        layout.open(tmp_path, ReadOptions())


def whole(folder):
    project(folder, outline([[2, 3], [9, 7]], kind="rectangle"), bitmap(packed()), tags=[{"a": 1}])


def test_damaged_files_are_read_or_refused(tmp_path):
    whole(tmp_path)
    became = read_damaged("supervisely", tmp_path, range(100), "*.json")
    assert became["refused"]
    assert became["skipped"]


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, inputs, record_property):
    whole(tmp_path)
    record_property("damaged", dict(read_damaged("supervisely", tmp_path, range(inputs), "*.json")))
