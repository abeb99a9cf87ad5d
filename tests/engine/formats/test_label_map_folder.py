"""Folders of label maps: which picture a map belongs to, and what its numbers and colours mean."""

import cv2
import numpy as np
import pytest
from PIL import Image

from engine.errors import DatasetError
from engine.formats import registry
from engine.formats.map_files import read_map_file
from engine.formats.open_dataset import ReadOptions
from engine.formats.report import Report
from engine.regions.masks import label_map_of
from engine.values import IGNORE, Annotation, FrameId, Label, Mask, Sample
from tests.damaged_dataset import read_damaged

IDS = np.array([[0, 1, 2], [255, 1, 2]], np.uint8)


def picture(path, size_hw=(2, 3)):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((*size_hw, 3), np.uint8))


def grey(path, ids=IDS):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(ids).save(path)


def palette(path, ids=IDS):
    path.parent.mkdir(parents=True, exist_ok=True)
    map_picture = Image.fromarray(ids)
    map_picture.putpalette([0, 0, 0, 10, 20, 30, 40, 50, 60, *[0] * 759])
    map_picture.save(path)


def read(name, folder, **options):
    opened = registry.get(name).open(folder, ReadOptions(**options))
    report = Report()
    ids = {}
    for frame_id in opened.frame_ids:
        sample = opened.read(frame_id, report)
        ids[frame_id.path] = label_map_of(sample.annotations, sample.size_hw).ids.tolist()
    return opened, ids, report


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


def test_an_id_that_no_label_has_is_reported(tmp_path):
    picture(tmp_path / "images" / "a.png")
    grey(tmp_path / "labels" / "a.png")
    (tmp_path / "classes.txt").write_text("background\none\n", encoding="utf-8")
    _, ids, report = read("label_map", tmp_path)
    assert list(ids.values()) == [[[0, 1, 0], [255, 1, 0]]]
    assert [r.why for r in report.skipped] == ["no label has the id 2"]


def test_a_written_map_has_a_palette_that_every_program_shows(tmp_path):
    layout = registry.get("label_map")
    writer = layout.writer(tmp_path, (Label(0, "background", (0, 0, 0)), Label(3, "x", (9, 8, 7))))
    mask = Annotation(Mask(1, 0, [[True, True]]), 3)
    writer.add(Sample(FrameId("x"), (2, 4), (mask,)), tmp_path / "images" / "a.jpg", "")
    writer.finish()
    with Image.open(tmp_path / "labels" / "a.png") as found:
        assert found.mode == "P"
        assert np.asarray(found).tolist() == [[0, 3, 3, 0], [0, 0, 0, 0]]
        assert np.asarray(found.convert("RGB"))[0, 1].tolist() == [9, 8, 7]
    assert cv2.imread(str(tmp_path / "labels" / "a.png"))[0, 1].tolist() == [7, 8, 9]


def test_two_pictures_never_share_a_map(tmp_path):
    writer = registry.get("label_map").writer(tmp_path, ())
    sample = Sample(FrameId("x"), (2, 4))
    writer.add(sample, tmp_path / "elsewhere" / "a.jpg", "")
    with pytest.raises(DatasetError, match="the name A"):
        writer.add(sample, tmp_path / "other" / "A.png", "")


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


def cityscapes(folder, kind, ids):
    picture(folder / "leftImg8bit" / "val" / "ulm" / "ulm_000000_000019_leftImg8bit.png")
    grey(folder / "gtFine" / "val" / "ulm" / f"ulm_000000_000019_gtFine_{kind}.png", ids)


def test_cityscapes_ids_have_their_names(tmp_path):
    cityscapes(tmp_path, "labelIds", np.array([[0, 7, 7], [3, 26, 33]], np.uint8))
    opened, ids, _ = read("cityscapes", tmp_path)
    names = {label.id: label.name for label in opened.labels}
    assert (names[7], names[26], names[33], len(names)) == ("road", "car", "bicycle", 30)
    assert list(ids.values()) == [[[255, 7, 7], [255, 26, 33]]]


def test_cityscapes_training_ids_have_theirs(tmp_path):
    cityscapes(tmp_path, "labelTrainIds", np.array([[0, 0, 13], [255, 18, 18]], np.uint8))
    opened, ids, _ = read("cityscapes", tmp_path)
    assert [label.name for label in opened.labels][::13] == ["road", "car"]
    assert list(ids.values()) == [[[0, 0, 13], [255, 18, 18]]]


def test_cityscapes_names_are_written_with_its_own_ids(tmp_path):
    labels = (Label(0, "road", (1, 1, 1)), Label(1, "car", (2, 2, 2)))
    writer = registry.get("cityscapes").writer(tmp_path, labels)
    place = tmp_path / writer.picture_place("ulm_000000_000019.png", "val")
    picture(place, (1, 3))
    masks = [
        Annotation(Mask(0, 0, [[True]]), 0),
        Annotation(Mask(1, 0, [[True]]), 1),
        Annotation(Mask(2, 0, [[True]]), IGNORE),
    ]
    writer.add(Sample(FrameId(str(place)), (1, 3), tuple(masks)), place, "val")
    writer.finish()
    path = tmp_path / "gtFine" / "val" / "ulm" / "ulm_000000_000019_gtFine_labelIds.png"
    assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED).tolist() == [[7, 26, 0]]
    assert not (tmp_path / "labels.txt").exists()
    assert list(read("cityscapes", tmp_path)[1].values()) == [[[7, 26, 255]]]


COLORS = np.array([[[0, 0, 0], [128, 0, 0], [0, 128, 0]]], np.uint8)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("class_dict.csv", 'name,r,g,b\nbackground,0,0,0\n"car, red",128,0,0\nVoid,9,9,9\n'),
        ("class_dict.csv", "name;r;g;b\nbackground;0;0;0\ncar, red;128;0;0\nVoid;9;9;9\n"),
        ("label_colors.txt", "0 0 0\tbackground\n128 0 0\tcar, red\n9 9 9 Void\n"),
    ],
)
def test_a_table_says_what_colors_mean(tmp_path, name, text):
    picture(tmp_path / "train" / "a.png", (1, 3))
    grey(tmp_path / "train_labels" / "a_L.png", COLORS)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert [f.name for f in registry.recognised(tmp_path)] == ["color_map"]
    opened, ids, report = read("color_map", tmp_path)
    assert [label.name for label in opened.labels] == ["background", "car, red"]
    assert opened.labels[1].color == (128, 0, 0)
    assert list(ids.values()) == [[[0, 1, 255]]]
    assert [r.why for r in report.converted] == ["1 pixels have a colour of no label: ignored"]


def test_without_a_table_each_color_is_a_label(tmp_path):
    picture(tmp_path / "images" / "a.png", (1, 3))
    grey(tmp_path / "labels" / "a.png", COLORS)
    opened, ids, _ = read("color_map", tmp_path)
    assert [label.name for label in opened.labels] == ["background", "color_008000", "color_800000"]
    assert list(ids.values()) == [[[0, 2, 1]]]
    assert opened.report.notes


def test_a_palette_counts_by_its_colors_and_grey_by_the_row(tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / "images" / f"{name}.png")
    palette(tmp_path / "labels" / "a.png")
    grey(tmp_path / "labels" / "b.png")
    text = "background,0,0,0\ntwo,40,50,60\none,10,20,30\n"
    (tmp_path / "class_dict.csv").write_text(text, encoding="utf-8")
    opened, ids, _ = read("color_map", tmp_path)
    assert [label.name for label in opened.labels] == ["background", "two", "one"]
    assert list(ids.values()) == [[[0, 2, 1], [0, 2, 1]], [[0, 1, 2], [255, 1, 2]]]


def test_labels_of_one_color_are_written_in_two(tmp_path):
    labels = tuple(Label(i, f"l{i}", (5, 5, 5)) for i in (1, 2))
    writer = registry.get("color_map").writer(tmp_path, labels)
    masks = tuple(Annotation(Mask(i, 0, [[True]]), i) for i in (1, 2))
    place = tmp_path / "images" / "a.png"
    picture(place, (1, 3))
    writer.add(Sample(FrameId(str(place)), (1, 3), masks), place, "")
    writer.finish()
    opened = read("color_map", tmp_path)[0]
    assert [label.name for label in opened.labels] == ["l1", "l2"]
    assert len({label.color for label in opened.labels}) == 2


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


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((2, 3), np.float32),
        np.zeros((2, 3, 4), np.uint8),
        np.zeros((0, 3), np.uint8),
        np.full((2, 3), 256),
        np.full((2, 3), -1),
        np.array([[{}]], dtype=object),
    ],
)
def test_an_array_of_anything_but_ids_is_refused(tmp_path, values):
    picture(tmp_path / "images" / "a.png")
    (tmp_path / "labels").mkdir()
    np.save(tmp_path / "labels" / "a.npy", values, allow_pickle=True)
    with pytest.raises(DatasetError, match=r"a\.npy"):
        read("numpy", tmp_path)


def test_arrays_of_any_order_and_type_are_read(tmp_path):
    for name, array in {"a": np.asfortranarray(IDS), "b": IDS.astype(">i8")}.items():
        picture(tmp_path / "images" / f"{name}.png")
        (tmp_path / "labels").mkdir(exist_ok=True)
        np.save(tmp_path / "labels" / f"{name}.npy", array)
    _, ids, _ = read("numpy", tmp_path)
    assert list(ids.values()) == [IDS.tolist()] * 2


def test_a_written_array_is_what_numpy_reads(tmp_path):
    writer = registry.get("numpy").writer(tmp_path, (Label(1, "x", (9, 8, 7)),))
    mask = Annotation(Mask(1, 0, [[True, True]]), 1)
    writer.add(Sample(FrameId("x"), (2, 4), (mask,)), tmp_path / "images" / "a.jpg", "")
    found = np.load(tmp_path / "labels" / "a.npy", allow_pickle=False)
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]


def test_a_claimed_size_takes_no_memory(tmp_path):
    grey(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    (tmp_path / "a.png").write_bytes(bytes(data))
    with pytest.raises(DatasetError, match="Cannot read the label map"):
        read_map_file(tmp_path / "a.png")


def make(folder, name):
    """A small dataset of this layout, with a file of names."""
    picture(folder / "images" / "a.png")
    if name == "numpy":
        (folder / "labels").mkdir()
        np.save(folder / "labels" / "a.npy", IDS)
    else:
        palette(folder / ("instances" if name == "instance_png" else "labels") / "a.png")
    legend = "class_dict.csv" if name == "color_map" else "classes.txt"
    text = "background,0,0,0\none,10,20,30\ntwo,40,50,60\n" if name == "color_map" else "a\nb\nc\n"
    (folder / legend).write_text(text, encoding="utf-8")


KINDS = ("label_map", "color_map", "instance_png", "numpy")


@pytest.mark.parametrize("name", KINDS)
def test_damaged_files_are_read_or_refused(tmp_path, name):
    make(tmp_path, name)
    became = read_damaged(name, tmp_path, range(40), "*")
    assert became["refused"]
    assert became["whole"]


@pytest.mark.long
@pytest.mark.parametrize("name", KINDS)
def test_thousands_of_damaged_files_are_read_or_refused(tmp_path, name, inputs, record_property):
    make(tmp_path, name)
    record_property("damaged", dict(read_damaged(name, tmp_path, range(inputs), "*")))
