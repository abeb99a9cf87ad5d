"""COCO counts from the upper left corner of the picture: left, top, width, height."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.adapt import GROUP
from engine.formats.coco_ids import number_in
from engine.formats.open_dataset import ReadOptions
from engine.formats.remarks import summary
from engine.formats.report import Report
from engine.regions.masks import region_to_mask
from engine.values import Annotation, Box, FrameId, Label, Mask, Polygon, Sample

COCO = registry.get("coco")
IMAGES = [{"id": 25, "file_name": "a.jpg", "height": 40, "width": 60}]
CATEGORIES = [{"id": 3, "name": "car"}, {"id": 90, "name": "tooth brush"}]
BOX = {"id": 1, "image_id": 25, "category_id": 90, "bbox": [1.5, 2, 10, 20.25]}
DATA = Path(__file__).parents[4] / "shared" / "data"
LABELS = (Label(0, "background", (0, 0, 0)), Label(1, "car", (9, 9, 9)))


def write(path, annotations, *, images=IMAGES, categories=CATEGORIES, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"images": images, "annotations": annotations, "categories": categories, **more}
    path.write_text(json.dumps(content))
    return path


def read(path, options=None):
    opened = COCO.open(path, options or ReadOptions())
    report = Report()
    return [opened.read(i, report) for i in opened.frame_ids], opened, report


def written(tmp_path, *annotations):
    """The rows of a file with these objects in a picture of 60 x 40."""
    sample = Sample(FrameId(str(tmp_path / "images" / "a.jpg")), (40, 60), annotations)
    writer = COCO.writer(tmp_path, LABELS)
    writer.add(sample, Path(sample.frame_id.path), "")
    writer.finish()
    return json.loads((tmp_path / "annotations" / "instances_default.json").read_text())[
        "annotations"
    ]


def test_a_box_is_left_top_width_height(tmp_path):
    (sample,), opened, _ = read(write(tmp_path / "a.json", [BOX]))
    assert sample.size_hw == (40, 60)
    assert sample.annotations[0].region == Box(1.5, 2, 11.5, 22.25)
    labels = {label.id: label.name for label in opened.labels}
    assert labels == {0: "background", 1: "car", 2: "tooth brush"}
    assert labels[sample.annotations[0].label_id] == "tooth brush"
    row = written(tmp_path, Annotation(Box(1.5, 2, 11.5, 22.25), 1))[0]
    assert (row["bbox"], row["area"], row["segmentation"]) == ([1.5, 2, 10, 20.25], 202.5, [])


def test_a_number_in_quotes_is_that_id(tmp_path):
    rows = [{**BOX, "image_id": "25"}, {**BOX, "category_id": "3"}, {**BOX, "category_id": "03"}]
    (sample,), opened, report = read(write(tmp_path / "a.json", rows))
    names = {label.id: label.name for label in opened.labels}
    assert [names[a.label_id] for a in sample.annotations] == ["tooth brush", "car"]
    assert [r.why for r in report.skipped] == ["there is no category with the id 03"]


def test_the_parts_of_an_object_are_a_group_and_one_row_again(tmp_path):
    parts = [[0, 0, 4, 0, 4, 3], [10, 10, 14, 10, 14, 14, 10, 14]]
    (sample,), _, report = read(
        write(tmp_path / "a.json", [{**BOX, "category_id": 3, "segmentation": parts}])
    )
    assert [len(a.region.points_xy) for a in sample.annotations] == [3, 4]
    assert len({dict(a.attributes)[GROUP] for a in sample.annotations}) == 1
    assert report.kept == {"a.jpg": 1}
    (row,) = written(
        tmp_path, *(Annotation(a.region, 1, attributes=a.attributes) for a in sample.annotations)
    )
    assert row["segmentation"] == parts
    assert (row["area"], row["bbox"]) == (6 + 16, [0, 0, 14, 14])


@pytest.mark.parametrize("is_compressed", [False, True])
def test_run_lengths_go_down_the_columns(tmp_path, is_compressed):
    # Columns of four pixels: nine are outside, down to the third column's first.
    counts = [9, 2, 2, 2, 9]
    lengths = {"size": [4, 6], "counts": counts}
    images = [{**IMAGES[0], "height": 4, "width": 6}]
    if is_compressed:
        lengths = coco_mask.frPyObjects(lengths, 4, 6)
        lengths["counts"] = lengths["counts"].decode()
    row = {**BOX, "segmentation": lengths, "iscrowd": 1}
    (sample,), _, report = read(write(tmp_path / "a.json", [row], images=images))
    assert not report.converted
    _, _, report = read(write(tmp_path / "b.json", [row]))
    assert report.converted[0].why == "its mask was made for 6x4: nothing was scaled"
    found = sample.annotations[0]
    assert found.region == Mask(2, 1, np.ones((2, 2), bool))
    assert found.attributes == (("iscrowd", "1"),)
    assert written(tmp_path, replace(found, label_id=1))[0]["iscrowd"] == 1


def test_pycocotools_counts_the_pixels_that_we_do(tmp_path):
    rng = np.random.default_rng(3)
    ring = Polygon([[5, 5], [30, 5], [30, 12], [18, 12], [18, 30], [5, 30]])
    mask = Mask(35, 8, rng.random((20, 20)) > 0.4)
    rows = written(tmp_path, Annotation(ring, 1, z=0), Annotation(mask, 1, z=1))
    lengths = coco_mask.merge(coco_mask.frPyObjects(rows[0]["segmentation"], 40, 60))
    assert coco_mask.area(lengths) == rows[0]["area"] == region_to_mask(ring, (40, 60)).pixels.sum()
    full = np.zeros((40, 60), np.uint8, order="F")
    full[8:28, 35:55] = mask.pixels
    assert coco_mask.encode(full)["counts"].decode() == rows[1]["segmentation"]["counts"]
    assert coco_mask.area(rows[1]["segmentation"]) == rows[1]["area"] == mask.pixels.sum()


def test_unknown_keys_and_keypoints_survive(tmp_path):
    points = [1, 2, 2, 0, 0, 0]
    row = {**BOX, "keypoints": points, "num_keypoints": 1, "mood": {"glad": 3}, "score": 0.25}
    row |= {"track_id": 7, "attributes": {"occluded": True, "color": "5"}}
    (sample,), _, _ = read(write(tmp_path / "a.json", [row]))
    found = sample.annotations[0]
    assert (found.score, found.track) == (0.25, 7)
    assert dict(found.attributes)["keypoints"] == "[1, 2, 2, 0, 0, 0]"
    (again,) = written(tmp_path, Annotation(found.region, 1, attributes=found.attributes))
    assert (again["keypoints"], again["num_keypoints"]) == (points, 1)
    assert again["attributes"] == {"mood": {"glad": 3}, "occluded": True, "color": "5"}


def test_ids_are_given_again_and_what_is_new_goes_on_behind_them(tmp_path):
    images = [{**IMAGES[0], "id": 700}, {**IMAGES[0], "id": 25, "file_name": "b.jpg"}]
    categories = [*CATEGORIES, {"id": 17, "name": "never seen"}]
    rows = [{**BOX, "id": n, "image_id": 700} for n in (900100, 3)]
    path = write(tmp_path / "a.json", rows, images=images, categories=categories)
    (first, second), opened, _ = read(path)
    new = Annotation(Box(1, 1, 9, 9), 1)
    copy = replace(first.annotations[0], id="a copy", region=Box(20, 20, 30, 30))
    first = replace(first, annotations=(new, copy, *first.annotations))
    third = Sample(FrameId(str(tmp_path / "c.jpg")), (40, 60), (new,))
    writer = COCO.writer(tmp_path, (*opened.labels, Label(4, "new", (1, 2, 3))))
    writer.take_notes(opened.notes)
    for sample in (first, second, third):
        writer.add(sample, Path(sample.frame_id.path), "")
    writer.finish()
    again = json.loads((tmp_path / "annotations" / "instances_default.json").read_text())
    assert [image["id"] for image in again["images"]] == [700, 25, 701]
    named = {row["id"]: row["name"] for row in again["categories"]}
    assert named == {3: "car", 90: "tooth brush", 17: "never seen", 91: "new"}
    found = [(row["id"], row["image_id"], row["category_id"]) for row in again["annotations"]]
    expected = [(900101, 700, 3), (900102, 700, 90), (900100, 700, 90), (3, 700, 90)]
    assert found == [*expected, (900103, 701, 3)]
    assert not any("coco_id" in str(image) for image in again["images"])


def test_ids_that_are_no_numbers_are_given_anew(tmp_path):
    images = [{**IMAGES[0], "id": "a"}]
    rows = [{**BOX, "id": number, "image_id": "a"} for number in ("x", None, -1, True)]
    (sample,), _, _ = read(write(tmp_path / "a.json", rows, images=images))
    assert sample.attributes == ()
    assert {number_in(a.id) for a in sample.annotations} == {None}
    assert len({a.id for a in sample.annotations}) == len(rows)


def test_licenses_are_kept_by_name(tmp_path):
    images = [{**IMAGES[0], "license": 4, "coco_url": "http://b.example/a.jpg"}]
    licenses = [{"id": 4, "name": "CC BY", "url": "http://c.example"}]
    path = write(tmp_path / "a.json", [], images=images, licenses=licenses)
    (sample,), _, _ = read(path)
    expected = {"license": "CC BY http://c.example", "coco_url": "http://b.example/a.jpg"}
    expected |= {"coco_id": "25"}
    assert dict(sample.attributes) == expected
    writer = COCO.writer(tmp_path / "out", LABELS)
    other = replace(sample, frame_id=FrameId("b.jpg"), attributes=(("license", "MIT"),))
    for one in (sample, other):
        writer.add(one, Path(one.frame_id.path), "")
    writer.finish()
    again, _, _ = read(tmp_path / "out")
    more = {"license": "MIT", "coco_id": "26"}
    assert [dict(one.attributes) for one in again] == [expected, more]


def test_pictures_in_folders_of_their_split_are_found(tmp_path):
    for split in ("train", "val"):
        write(tmp_path / "annotations" / f"instances_{split}2017.json", [BOX])
        (tmp_path / f"{split}2017").mkdir()
        (tmp_path / f"{split}2017" / "a.jpg").write_bytes(b"")
    write(tmp_path / "annotations" / "person_keypoints_train2017.json", [BOX])
    samples, opened, _ = read(tmp_path)
    places = [Path(s.frame_id.path).parent.name for s in samples]
    assert places == ["train2017", "val2017"]
    assert {k: len(v) for k, v in opened.splits.items()} == {"train": 1, "val": 1}


@pytest.mark.parametrize("place", ["valid", "images/valid", "images/val", "images", "."])
def test_pictures_are_found_in_the_usual_folders(tmp_path, place):
    path = write(tmp_path / "annotations" / "instances_val.json", [BOX])
    picture = tmp_path / place / "a.jpg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.touch()
    assert Path(read(path)[0][0].frame_id.path) == picture


def test_a_picture_that_two_files_name_is_read_once(tmp_path):
    for name in ("one.json", "two.json"):
        write(tmp_path / name, [BOX])
    samples, opened, _ = read(tmp_path)
    assert [len(s.annotations) for s in samples] == [1]
    assert "one.json has labelled" in opened.report.skipped[0].why


def test_results_are_read_with_the_file_that_names_the_images(tmp_path):
    write(tmp_path / "instances.json", [BOX])
    result = {"image_id": 25, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 0.75}
    path = tmp_path / "results.json"
    path.write_text(json.dumps([result, {**result, "image_id": 25, "score": 0.5}]))
    assert COCO.recognise(path)
    (sample,), _, _ = read(path)
    assert [a.score for a in sample.annotations] == [0.75, 0.5]
    other = write(tmp_path / "elsewhere" / "b.json", [], images=[{**IMAGES[0], "id": 99}])
    (sample,), opened, _ = read(path, ReadOptions(reference=other))
    assert not sample.annotations
    assert len(opened.report.skipped) == 2


def test_of_too_many_categories_those_that_are_used_have_ids(tmp_path):
    many = [{"id": i, "name": f"kind {i}"} for i in range(1, 400)]
    row = {**BOX, "category_id": 399}
    (sample,), opened, report = read(write(tmp_path / "a.json", [row], categories=many))
    assert len(opened.labels) == 255
    assert opened.labels[sample.annotations[0].label_id].name == "kind 399"
    assert not report.skipped


def test_a_category_of_the_background_is_it(tmp_path):
    named = [{"id": 0, "name": "__background__"}, *CATEGORIES]
    (sample,), opened, _ = read(write(tmp_path / "a.json", [BOX], categories=named))
    assert [x.name for x in opened.labels] == ["__background__", "car", "tooth brush"]
    assert sample.annotations[0].label_id == 2


def test_the_background_is_a_category_only_where_an_object_is_it(tmp_path):
    for label_id, names in ((1, ["car"]), (0, ["background", "car"])):
        folder = tmp_path / str(label_id)
        written(folder, Annotation(Box(1, 1, 9, 9), label_id))
        content = json.loads((folder / "annotations" / "instances_default.json").read_text())
        assert [row["name"] for row in content["categories"]] == names


@pytest.mark.parametrize(
    ("text", "is_coco"),
    [
        ('{"images": [], "annotations": [], "categories": []}', True),
        ('{"images": [], "annotations": []}', False),
        ('{"annotations": [{"category_id": 3}]}', True),
        ('{"file_name": 3}', False),
        ('{"images": [{"file_name": "a"}], "categories": [{"isthing": 1}]}', False),
        ('[{"image_id": 1, "category_id": 2, "score": 1}]', True),
        ('[{"image_id": 1, "category_id": 2}]', False),
        ("", False),
    ],
)
def test_a_file_is_told_from_its_ends(tmp_path, text, is_coco):
    (tmp_path / "a.json").write_text(text)
    assert COCO.recognise(tmp_path / "a.json") == is_coco


def test_an_address_names_an_image_without_a_file_name(tmp_path):
    images = [{"id": 25, "coco_url": "http://b.example/train2017/a.jpg", "height": 4, "width": 6}]
    (tmp_path / "train2017").mkdir()
    (tmp_path / "train2017" / "a.jpg").touch()
    (sample,), _, _ = read(write(tmp_path / "a.json", [], images=images))
    assert Path(sample.frame_id.path) == tmp_path / "train2017" / "a.jpg"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bbox": [1, 2, 0, 4]}, "no width"),
        ({"bbox": [1, 2, 3]}, "four numbers"),
        ({"bbox": [1, 2, "x", 4]}, "'x'"),
        ({"bbox": None}, "no list"),
        ({"bbox": [1e300, 2, 3, 4]}, "1e"),
        ({"category_id": 4}, "no category with the id 4"),
        ({"bbox": None, "segmentation": [[1, 2, 3]]}, "three points"),
        ({"bbox": None, "segmentation": {"size": [-1, 4], "counts": [1]}}, "4x-1"),
        ({"bbox": None, "segmentation": {"size": [4, 4], "counts": [2, -1]}}, "-1"),
        ({"bbox": None, "segmentation": {"size": [2**20, 2**20], "counts": "0"}}, "1048576"),
    ],
)
def test_a_damaged_object_is_left_out_and_named(tmp_path, change, why):
    (sample,), _, report = read(write(tmp_path / "a.json", [{**BOX, **change}, BOX]))
    assert len(sample.annotations) == 1
    assert report.skipped[0].what == "object 1"
    assert why in report.skipped[0].why


def test_a_damaged_outline_leaves_the_box(tmp_path):
    row = {**BOX, "segmentation": [[1, 2, 3, 4, 5, 6, 7]]}
    (sample,), _, report = read(write(tmp_path / "a.json", [row]))
    assert isinstance(sample.annotations[0].region, Box)
    assert "read as its box" in report.converted[0].why


def test_a_file_that_is_none_is_a_clear_error(tmp_path):
    for text in ("[]", "{}", '{"images": 3}', "{"):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(DatasetError, match=r"a\.json"):
            COCO.open(tmp_path / "a.json", ReadOptions())


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not here")
@pytest.mark.parametrize(
    ("where", "pictures", "objects"),
    [("coco128/instances.json", 88, 690), ("voc_everyday/boxes_val.json", 258, 907)],
)
def test_every_object_of_a_real_dataset_is_kept(where, pictures, objects):
    assert COCO.recognise(DATA / where)
    samples, opened, report = read(DATA / where)
    assert len(samples) == pictures
    assert sum(report.kept.values()) == objects
    assert not [*report.skipped, *report.converted, *opened.report.skipped]


def test_room_around_a_mask_changes_nothing_that_is_written(tmp_path):
    pixels = np.zeros((40, 60), dtype=np.bool_)
    pixels[5:9, 20:31] = True
    pixels[6, 22] = False
    tight = Mask(20, 5, pixels[5:9, 20:31])
    roomy, close = (written(tmp_path, Annotation(m, 1)) for m in (Mask(0, 0, pixels), tight))
    assert roomy == close
    assert (roomy[0]["bbox"], roomy[0]["area"]) == ([20, 5, 11, 4], 43)


def test_labels_of_two_images_never_become_those_of_one_picture(tmp_path):
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(tmp_path / "a.png")
    images = [
        {"id": n, "file_name": f"{folder}/a.png", "height": 40, "width": 60}
        for n, folder in enumerate(("one", "two"))
    ]
    rows = [{**BOX, "id": n, "image_id": n} for n in range(2)]
    samples, _, _ = read(write(tmp_path / "a.json", rows, images=images))
    assert [len(sample.annotations) for sample in samples] == [1, 1]
    assert [sample.frame_id.path for sample in samples] == [
        str(tmp_path / folder / "a.png") for folder in ("one", "two")
    ]


@pytest.mark.parametrize("ids", [[None, None], [0, 0]])
def test_objects_of_several_parts_without_ids_of_their_own_stay_apart(tmp_path, ids):
    ring = [[1, 1, 9, 1, 9, 9], [20, 1, 29, 1, 29, 9]]
    rows = [
        {"image_id": 25, "category_id": 3, "segmentation": ring} | ({} if i is None else {"id": i})
        for i in ids
    ]
    (sample,), _, _ = read(write(tmp_path / "a.json", rows))
    groups = [dict(a.attributes)[GROUP] for a in sample.annotations]
    assert groups[0] == groups[1] != groups[2] == groups[3]
    assert len({a.id for a in sample.annotations}) == 4


def test_the_parts_of_an_object_are_one_row_that_says_no_more(tmp_path):
    rings = [[1, 1, 9, 1, 9, 9], [20, 1, 29, 1, 29, 9]]
    row = {"image_id": 25, "category_id": 3, "segmentation": rings}
    (sample,), _, _ = read(write(tmp_path / "a.json", [row, row | {"id": 7}]))
    renamed = [replace(a, label_id=1) for a in sample.annotations]
    rows = written(tmp_path, *renamed)
    assert [len(one["segmentation"]) for one in rows] == [2, 2]
    assert not any("attributes" in one for one in rows)


def test_ids_that_cannot_be_given_again_are_told(tmp_path):
    images = [{**IMAGES[0], "id": "left"}, {**IMAGES[0], "id": 4, "file_name": "b.jpg"}]
    path = write(tmp_path / "a.json", [BOX | {"image_id": "left"}], images=images)
    (note,) = read(path)[1].report.notes
    assert note.startswith("1 image with ids that are no numbers (as left)")


def test_a_category_without_a_name_keeps_its_objects_and_is_told(tmp_path):
    rows = [{**BOX, "category_id": 3}, {**BOX, "id": 2}]
    categories = [{"id": 3}, {"id": 90, "name": "tooth brush"}]
    (sample,), opened, _ = read(write(tmp_path / "a.json", rows, categories=categories))
    names = {label.id: label.name for label in opened.labels}
    assert [names[a.label_id] for a in sample.annotations] == ["category 3", "tooth brush"]
    (told,) = summary(opened.report.converted)
    assert told == "label: of 3, its name is missing: it is read as “category 3”"
