"""Label Studio: percent of the picture, turned around the top left corner, brushes as bits."""

import json

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.open_dataset import ReadOptions
from engine.formats.packed_mask import unpack_brush
from engine.formats.report import Report
from engine.values import Box, Mask, Polyline
from tests.damaged_dataset import read_damaged

SIZE = {"original_width": 40, "original_height": 20, "image_rotation": 0}


def brush(rgba):
    """Bytes as the tool packs them: runs of equal values, and one run of values as they are."""
    bits = f"{len(rgba):032b}{7:05b}" + "".join(f"{n - 1:04b}" for n in (2, 4, 8, 16))
    repeat, single = rgba[:-3], rgba[-3:]
    at = 0
    while at < len(repeat):
        end = at
        while end < len(repeat) and repeat[end] == repeat[at]:
            end += 1
        bits += f"1{3:02b}{end - at - 1:016b}{repeat[at]:08b}"
        at = end
    bits += f"0{0:02b}{len(single) - 1:02b}" + "".join(f"{value:08b}" for value in single)
    bits += "0" * (-len(bits) % 8)
    return [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]


def row(kind, identifier="r", *, label="Car", **value):
    labels = {kind: [label]} if kind.endswith("labels") else {}
    head = {"id": identifier, "type": kind, "from_name": "tag", "to_name": "image"}
    return {**head, **SIZE, "value": {**value, **labels}}


def task(*rows, image="/data/upload/1/0a1b2c3d-a.png", **more):
    annotations = [{"id": 1, "result": list(rows), "was_cancelled": False}]
    return {"id": 1, "data": {"image": image}, "annotations": annotations, **more}


def read(folder, *tasks):
    (folder / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    opened = registry.get("label_studio").open(folder, ReadOptions())
    report = Report()
    return opened, [opened.read(i, report) for i in opened.frame_ids], report


BOX = row("rectanglelabels", x=25, y=50, width=50, height=25, rotation=0)


def test_percent_of_the_picture_are_pixels(tmp_path):
    turned = row("rectanglelabels", "t", x=50, y=50, width=25, height=10, rotation=90)
    outline = row("polygonlabels", "p", points=[[0, 0], [100, 0], [100, 100]], closed=True)
    ellipse = row("ellipselabels", "e", x=50, y=50, radiusX=10, radiusY=20, rotation=0)
    opened, (sample,), report = read(tmp_path, task(BOX, turned, outline, ellipse))
    assert [f.name for f in registry.recognised(tmp_path)] == ["label_studio"]
    assert [label.name for label in opened.labels] == ["background", "Car"]
    assert sample.size_hw == (20, 40)
    box, turned, outline, ellipse = (a.region for a in sample.annotations)
    assert box == Box(10, 10, 30, 15)
    # 10 wide and 2 high at (20, 10), turned by a quarter clockwise around that corner.
    assert np.allclose(turned.points_xy, [[20, 10], [20, 20], [18, 20], [18, 10]], atol=1e-4)
    assert outline.points_xy.tolist() == [[0, 0], [40, 0], [40, 20]]
    assert np.allclose(ellipse.points_xy[[0, 16]], [[24, 10], [20, 14]], atol=1e-4)
    assert (report.kept["0a1b2c3d-a.png"], len(report.converted)) == (2, 2)


def test_a_brush_is_where_its_picture_is_opaque(tmp_path):
    mask = np.zeros((20, 40), bool)
    mask[3, 4:9] = mask[19, 39] = True
    rgba = np.repeat(mask.ravel().astype(np.uint8) * 255, 4).tolist()
    assert np.array_equal(unpack_brush(brush(rgba), (20, 40)), mask)
    found = row("brushlabels", format="rle", rle=brush(rgba))
    _, (sample,), _ = read(tmp_path, task(found))
    assert sample.annotations[0].region == Mask(4, 3, mask[3:, 4:])


@pytest.mark.parametrize("counts", [[], [0] * 8, [300], [0, 0, 0, 16, 56, *[255] * 99]])
def test_a_damaged_brush_is_refused(counts):
    with pytest.raises(ValueError, match="its "):
        unpack_brush(counts, (2, 2))


def test_labels_choices_and_texts_belong_to_their_region_or_picture(tmp_path):
    plain = row("rectangle", "a", x=0, y=0, width=50, height=50)
    name = row("labels", "a", label="Bus")
    side = {"id": "a", "type": "choices", "from_name": "side", "value": {"choices": ["left", "up"]}}
    sky = {"id": "q", "type": "choices", "from_name": "sky", "value": {"choices": ["grey"]}}
    note = {"id": "n", "type": "textarea", "from_name": "note", "value": {"text": ["hm"]}}
    _, (sample,), report = read(tmp_path, task(plain, name, side, sky, note))
    (found,) = sample.annotations
    assert (found.region, found.attributes) == (Box(0, 0, 20, 10), (("side", "left, up"),))
    assert sample.attributes == (("sky", "grey"), ("note", "hm"))
    assert not report.skipped


def test_one_annotation_counts_and_predictions_where_there_is_none(tmp_path):
    other = {"result": [], "ground_truth": True}
    first = task(BOX, predictions=[{"result": [BOX]}])
    first["annotations"].append(other)
    guess = {"result": [BOX], "score": 0.5}
    second = {"data": {"image": "b.png"}, "annotations": [], "predictions": [guess]}
    _, (one, two), report = read(tmp_path, first, second)
    assert not one.annotations
    assert [a.score for a in two.annotations] == [0.5]
    assert [(r.what, r.count) for r in report.skipped] == [("annotation", 1), ("prediction", 1)]


def test_curves_and_turned_pictures_are_left_out_and_said(tmp_path):
    point = row("keypointlabels", "k", x=50, y=50, width=1)
    curve = row("vectorlabels", "v", vertices=[])
    turned = {**BOX, "id": "z", "image_rotation": 90}
    _, (sample,), report = read(tmp_path, task(point, curve, turned))
    assert [a.region for a in sample.annotations] == [Polyline([[20, 10]])]
    assert [r.why for r in report.skipped] == [
        "a curve has no area",
        "its picture was turned in Label Studio",
    ]


@pytest.mark.parametrize(
    "image",
    [
        "/data/upload/1/0a1b2c3d-a%20b.png",
        "/data/local-files/?d=set/a%20b.png",
        "https://example.com/x/a%20b.png?token=1",
        "s3://bucket/a b.png",
        r"C:\pictures\a b.png",
    ],
)
def test_a_picture_is_found_by_the_end_of_its_address(tmp_path, image):
    (tmp_path / "images").mkdir()
    place = tmp_path / "images" / "a b.png"
    cv2.imwrite(str(place), np.zeros((20, 40, 3), np.uint8))
    opened, _, _ = read(tmp_path, task(BOX, image=image))
    assert opened.frame_ids[0].path == str(place)


def test_a_file_without_pictures_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('[{"data": {"text": 5}}, 7]', encoding="utf-8")
    with pytest.raises(DatasetError, match="no task with a picture"):
        registry.get("label_studio").open(path, ReadOptions())
    with pytest.raises(DatasetError, match="no file of Label Studio"):
        registry.get("label_studio").open(tmp_path, ReadOptions())


def dataset(folder):
    rgba = np.zeros(20 * 40 * 4, np.uint8)
    rgba[40:80] = 255
    mask = row("brushlabels", "m", format="rle", rle=brush(rgba.tolist()))
    outline = row("polygonlabels", "p", points=[[0, 0], [100, 0], [100, 100]])
    both = [task(BOX, outline, mask), task(BOX, image="b.png", predictions=[{"result": [BOX]}])]
    (folder / "export.json").write_text(json.dumps(both), encoding="utf-8")


def test_damaged_files_are_read_or_refused(tmp_path):
    dataset(tmp_path)
    became = read_damaged("label_studio", tmp_path, range(100), "*.json")
    assert became["refused"]
    assert became["skipped"]


@pytest.mark.long
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, inputs, record_property):
    dataset(tmp_path)
    record_property("damaged", dict(read_damaged("label_studio", tmp_path, range(inputs), "*")))
