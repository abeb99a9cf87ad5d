"""Maps of colours: a table says what they mean, or each is a label."""

import numpy as np
import pytest

from engine.formats import registry
from engine.values import Annotation, FrameId, Label, Mask, Sample
from tests.make_maps import grey, palette, picture, read

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
    assert [r.why for r in report.converted] == ["1 pixels have a color of no label: ignored"]


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
