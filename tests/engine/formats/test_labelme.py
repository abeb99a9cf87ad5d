"""labelme's points are corners of pixels on its canvas; a mask's are its first and last pixel."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.adapt import GROUP, adapt
from engine.formats.lines import line_along, line_in
from engine.formats.open_dataset import ReadOptions
from engine.formats.registry import OUTLINES, Carries
from engine.formats.report import Report
from engine.regions.masks import region_to_mask
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Sample

LABELME = registry.get("labelme")
LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "cat", (9, 9, 9)))


def png(pixels):
    data = cv2.imencode(".png", np.asarray(pixels, np.uint8))[1]
    return base64.b64encode(data.tobytes()).decode()


def write(path, *shapes, **more):
    content = {"version": "4.5.6", "flags": {}, "shapes": list(shapes), "imagePath": "a.jpg"}
    content |= {"imageData": None, "imageHeight": 40, "imageWidth": 60, **more}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def read(path, images=None):
    opened = LABELME.open(path, ReadOptions(images))
    report = Report()
    return [opened.read(i, report) for i in opened.frame_ids], opened, report


def again(tmp_path, sample):
    """The content of the file that is written for this Sample."""
    writer = LABELME.writer(tmp_path / "out", LABELS)
    writer.add(sample, tmp_path / "out" / "a.jpg", "")
    writer.finish()
    return json.loads((tmp_path / "out" / "a.json").read_text(encoding="utf-8"))


def shape(kind, points, **more):
    return {"label": "cat", "points": points, "group_id": None, "shape_type": kind, **more}


MASK = [[1, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize(
    ("kind", "points", "region", "more"),
    [
        ("polygon", [[1.5, 2], [9, 2], [9, 7.25]], Polygon([[1.5, 2], [9, 2], [9, 7.25]]), {}),
        ("rectangle", [[1, 2], [9.5, 7]], Box(1, 2, 9.5, 7), {}),
        ("line", [[1, 2], [9, 7]], line_along([[1, 2], [9, 7]]), {}),
        ("linestrip", [[1, 2], [9, 7], [3, 3]], line_along([[1, 2], [9, 7], [3, 3]]), {}),
        ("linestrip", [[1, 2], [9, 7]], line_along([[1, 2], [9, 7]]), {}),
        ("point", [[4, 5]], line_along([[4, 5]]), {}),
        ("points", [[4, 5], [7, 8]], line_along([[4, 5], [7, 8]]), {}),
        (
            "oriented_rectangle",
            [[4, 1], [7, 4], [4, 7], [1, 4]],
            Polygon([[4, 1], [7, 4], [4, 7], [1, 4]]),
            {},
        ),
        # Columns 5 to 7 and rows 10 and 11: the last ones are included.
        ("mask", [[5, 10], [7, 11]], Mask(5, 10, np.array(MASK, bool)), {"mask": png(MASK)}),
    ],
)
def test_every_type_of_shape_comes_in_and_goes_out_as_it_was(tmp_path, kind, points, region, more):
    path = write(tmp_path / "a.json", shape(kind, points, **more))
    (sample,), _, report = read(path)
    assert sample.annotations[0].region == region
    assert sample.size_hw == (40, 60)
    assert report.kept == {"a.jpg": 1}
    (written,) = again(tmp_path, sample)["shapes"]
    assert (written["shape_type"], written["points"]) == (kind, points)


def test_a_mask_of_many_bytes_is_read(tmp_path):
    pixels = np.random.default_rng(0).random((30, 50)) > 0.5
    pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1] = True, True, True, True
    found = shape("mask", [[3, 4], [52, 33]], mask=png(pixels))
    (sample,), _, _ = read(write(tmp_path / "a.json", found))
    assert sample.annotations[0].region == Mask(3, 4, pixels)


def test_a_circle_is_an_outline_and_a_circle_again(tmp_path):
    circle = shape("circle", [[20, 20], [23, 24]])
    (sample,), _, report = read(write(tmp_path / "a.json", circle))
    ring = sample.annotations[0].region.points_xy
    assert np.hypot(*(ring - (20, 20)).T) == pytest.approx(5)
    assert region_to_mask(sample.annotations[0].region, (40, 60)).pixels.sum() == pytest.approx(
        np.pi * 25, rel=0.03
    )
    assert "circle" in report.converted[0].why
    (written,) = again(tmp_path, sample)["shapes"]
    assert written["shape_type"] == "circle"
    assert np.array(written["points"]) == pytest.approx(np.array([[20, 20], [23, 24]]), abs=1e-3)


@pytest.mark.parametrize(("radius", "shift", "kind"), [(5, 0.1, "polygon"), (1e4, 0, "circle")])
def test_a_circle_that_was_changed_is_one_no_more(tmp_path, radius, shift, kind):
    circle = shape("circle", [[20, 20], [20, 20 + radius]])
    (sample,), _, _ = read(write(tmp_path / "a.json", circle))
    (found,) = sample.annotations
    ring = found.region.points_xy.copy()
    ring[7] += shift
    changed = replace(sample, annotations=(replace(found, region=Polygon(ring)),))
    assert again(tmp_path, changed)["shapes"][0]["shape_type"] == kind


def test_the_corners_of_a_rectangle_may_come_in_any_order(tmp_path):
    orders = ([[9, 7], [1, 2]], [[1, 7], [9, 2]], [[1, 2], [9, 2], [9, 7], [1, 7]])
    path = write(tmp_path / "a.json", *(shape("rectangle", points) for points in orders))
    assert {a.region for a in read(path)[0][0].annotations} == {Box(1, 2, 9, 7)}


def test_flags_groups_and_unknown_keys_survive(tmp_path):
    found = shape("rectangle", [[1, 2], [9, 7]], description="seen", kie_linking=[], score=0.5)
    found |= {"flags": {"hidden": True, "torn": False}, "attributes": {"a": 1}, "group_id": 4}
    found["done"] = True
    path = write(tmp_path / "a.json", found, flags={"night": True}, lineColor=[0, 255], note="5")
    (sample,), _, _ = read(path)
    annotation = sample.annotations[0]
    attributes = dict(annotation.attributes)
    assert (annotation.score, attributes[GROUP], attributes["flags.hidden"]) == (0.5, "4", "true")
    assert dict(sample.attributes)["flags.night"] == "true"
    content = again(tmp_path, sample)
    (written,) = content["shapes"]
    assert {key: written[key] for key in found} == found
    assert (content["flags"], content["lineColor"], content["note"]) == (
        {"night": True},
        [0, 255],
        "5",
    )
    assert content["imageData"] is None


def test_usual_shapes_have_no_attribute_of_their_type(tmp_path):
    shapes = [shape("polygon", [[1, 2], [9, 2], [9, 7]]), shape("rectangle", [[1, 2], [9, 7]])]
    shapes += [shape(None, [[1, 2], [9, 2], [9, 7]]), {"label": "cat", "points": [[1, 2]] * 3}]
    (sample,), _, _ = read(write(tmp_path / "a.json", *shapes))
    assert [a.attributes for a in sample.annotations] == [()] * 4


def test_a_picture_that_is_elsewhere_is_named_by_its_whole_path(tmp_path):
    picture = tmp_path / "far" / "b.jpg"
    writer = LABELME.writer(tmp_path / "out", LABELS)
    writer.add(Sample(FrameId(str(picture)), (40, 60)), picture, "train")
    content = json.loads((tmp_path / "out" / "train" / "b.json").read_text())
    assert content["imagePath"] == picture.as_posix()
    assert LABELME.open(tmp_path / "out", ReadOptions(picture.parent)).splits


def test_groups_of_other_formats_become_numbers(tmp_path):
    groups = ("7", "#598548", "7", "left")
    annotations = tuple(
        Annotation(Box(1, 2, 9, 7), 1, z=z, attributes=((GROUP, g),)) for z, g in enumerate(groups)
    )
    content = again(tmp_path, Sample(FrameId("a.jpg"), (40, 60), annotations))
    assert [s["group_id"] for s in content["shapes"]] == [7, 8, 7, 9]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (shape("polygon", [[1, 2], [3, 4]]), "2 points"),
        (shape("polygon", [[1, 2], [3, 4], [5]]), "two numbers"),
        (shape("rectangle", [[1, 2], [1, 9]]), "no width"),
        (shape("circle", [[1, 2], [1, 2]]), "no radius"),
        (shape("mask", [[1, 2], [3, 4]], mask="!"), "no PNG"),
        (shape("mask", [[1, 2], [3, 4]], mask=png([[0, 0]])), "no pixels"),
        (shape("mask", [[1, 2], [3, 4]]), "its mask"),
        ({**shape("point", [[1, 2]]), "label": ""}, "label"),
        ({**shape("point", [[1, 2]]), "points": []}, "no points"),
        (3, "no table"),
    ],
)
def test_a_damaged_shape_is_left_out_and_named(tmp_path, found, why):
    (sample,), _, report = read(write(tmp_path / "a.json", found, shape("point", [[1, 2]])))
    assert len(sample.annotations) == 1
    assert report.skipped[0].what == "shape 1"
    assert why in report.skipped[0].why


def test_a_picture_in_the_folder_beside_is_found(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").touch()
    write(tmp_path / "labels" / "a.json", imagePath="..\\images\\a.jpg")
    write(tmp_path / "labels" / "b.json", imagePath="..\\images\\gone.jpg")
    samples, _, _ = read(tmp_path / "labels")
    assert [Path(s.frame_id.path).relative_to(tmp_path).as_posix() for s in samples] == [
        "images/a.jpg",
        "labels/images/gone.jpg",
    ]


def test_a_file_that_was_renamed_with_its_picture_belongs_to_it(tmp_path):
    """labelme goes on saying the name that the picture had."""
    (tmp_path / "sub").mkdir()
    for name in ("e", "sub/f"):
        (tmp_path / f"{name}.jpg").touch()
    write(tmp_path / "e.json", imagePath="E.JPG")
    write(tmp_path / "f.json", imagePath="gone.jpg")
    _, opened, _ = read(tmp_path)
    found = [i.path for i in opened.frame_ids]
    assert found == [str(tmp_path / "e.jpg"), str(tmp_path / "gone.jpg")]
    assert opened.report.notes == ["Of 1 picture their files say another name, as of e.jpg."]


def test_a_file_without_shapes_is_reported(tmp_path):
    (tmp_path / "b.json").write_text('{"shapes": 3}')
    with pytest.raises(DatasetError, match="no labelme files"):
        read(tmp_path)
    write(tmp_path / "a.json")
    assert [r.sample for r in read(tmp_path)[1].report.skipped] == ["b.json"]


def test_lines_have_no_place_among_areas():
    ring = Polygon([[1, 1], [5, 1], [5, 5]])
    strip = line_along([[1, 1], [5, 1], [5, 5]])
    assert line_in(strip).tolist() == [[1, 1], [5, 1], [5, 5]]
    assert line_in(ring) is None
    sample = Sample(FrameId("a.jpg"), (9, 9), (Annotation(ring, 1), Annotation(strip, 1)))
    report = Report()
    assert len(adapt(sample, Carries(OUTLINES), LABELS, report).annotations) == 1
    assert [r.why for r in report.skipped] == ["a line or a point has no area"]
    assert len(adapt(sample, LABELME.carries, LABELS, Report()).annotations) == 2
