"""What is exported of a Sample: no false negatives, and labels as the person wants them."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import ConfigError, DatasetError
from engine.export.options import LabelChoice, Unheld
from engine.export.prepare import UnheldError
from engine.formats.instances import read_instances
from engine.formats.sample_files import read_label_map
from engine.formats.txt_list import read_list
from engine.values import IGNORE, Annotation, Dataset, Label, Mask, SampleState
from tests.engine.export.make import (
    BLOCK,
    BOX,
    LABELS,
    SQUARE,
    dataset,
    run,
    sample,
    tree,
    with_attributes,
)


def test_a_picture_with_an_object_that_has_no_place_is_left_out_and_said(tmp_path):
    data = dataset(tmp_path, 2)
    boxed = replace(data.samples[1], annotations=(BOX, BLOCK))
    report = run(replace(data, samples=(data.samples[0], boxed)), tmp_path / "out")
    assert [e.image.name for e in read_list(tmp_path / "out/train.txt").entries] == ["00.png"]
    skipped = {(r.sample, r.what) for r in report.objects.skipped}
    assert skipped == {("01.png", "picture"), ("01.png", "box"), ("01.png", "mask")}


def test_or_its_pixels_are_ignored(tmp_path):
    data = dataset(tmp_path, 1, (replace(BOX, z=5), BLOCK))
    report = run(data, tmp_path / "out", unheld=Unheld.IGNORE)
    ids = read_label_map(tmp_path / "out/labels/00.png").ids
    assert (ids[1:10, 1:10] == IGNORE).all()
    assert (ids[10:14, 10:15] == 2).all(), "what was drawn lies above"
    assert (ids[22:] == 0).all()
    assert ("box", 1) in [(r.what, r.count) for r in report.objects.converted]
    assert report.kept == 1
    assert report.verification.ok


def test_or_the_object_is_left_out_where_that_is_no_lie_of_the_format(tmp_path):
    ignored = replace(BOX, label_id=IGNORE)
    data = dataset(tmp_path, 2, (ignored, BOX))
    with pytest.raises(DatasetError, match="ignored regions"):
        run(data, tmp_path / "one", "txt_detection")
    report = run(data, tmp_path / "two", "txt_detection", unheld=Unheld.WITHOUT)
    assert (report.written, report.kept) == (2, 2)
    assert [(r.what, r.count) for r in report.objects.skipped] == [("box", 1)] * 2
    with pytest.raises(ConfigError, match="background"):
        run(data, tmp_path / "three", unheld=Unheld.WITHOUT)
    with pytest.raises(ConfigError, match="ignored"):
        run(data, tmp_path / "four", "txt_detection", unheld=Unheld.IGNORE)


def test_an_object_without_a_label_never_leaves_silently(tmp_path):
    data = dataset(tmp_path, 2)
    unknown = replace(data.samples[1], annotations=(SQUARE, replace(BLOCK, label_id=9)))
    report = run(replace(data, samples=(data.samples[0], unknown)), tmp_path / "out", "txt")
    assert report.written == 1
    assert any("no label has the id 9" in r.why for r in report.objects.skipped)


def test_a_picture_without_objects_needs_somebody_who_said_so(tmp_path):
    data = dataset(tmp_path, 4, ())
    unmarked = tuple(with_attributes(one, ()) for one in data.samples[:3])
    data = replace(data, samples=(*unmarked, data.samples[3]))
    report = run(data, tmp_path / "out", "txt_detection")
    assert report.written == 1
    assert "1 picture without objects written." in report.notes
    assert "  3 pictures: it has no objects: mark it as empty to export it" in report.lines
    assert (tmp_path / "out/labels/train/03.txt").read_bytes() == b""
    assert report.verification.ok
    assert run(data, tmp_path / "all", "txt", unmarked_empty=True).written == 4


def test_the_mark_of_an_empty_picture_is_no_loss(tmp_path):
    report = run(dataset(tmp_path, 1, ()), tmp_path / "out")
    assert report.is_flawless


def test_only_the_chosen_states_are_written(tmp_path):
    data = dataset(tmp_path, 3)
    first = replace(data.samples[0], state=SampleState.PREDICTED)
    data = replace(data, samples=(first, *data.samples[1:]))
    report = run(data, tmp_path / "out")
    assert report.written == 2
    assert "1 picture in other states left out." in report.notes
    only = run(data, tmp_path / "two", states=frozenset({SampleState.PREDICTED}))
    assert only.written == 1
    with pytest.raises(DatasetError, match="nothing to export"):
        run(data, tmp_path / "three", states=frozenset({SampleState.SKIPPED}))
    assert tree(tmp_path / "pictures")
    assert not (tmp_path / "three").exists()


# Labels


def test_ids_are_dense_and_in_the_order_of_the_project(tmp_path):
    labels = (
        Label(7, "dog", (1, 1, 1)),
        Label(0, "background", (0, 0, 0)),
        Label(3, "cat", (2, 2, 2)),
    )
    drawn = (replace(SQUARE, label_id=3), replace(BLOCK, label_id=7))
    data = replace(dataset(tmp_path, 1, drawn), labels=labels)
    run(data, tmp_path / "out", "txt")
    lines = (tmp_path / "out/labels.txt").read_text().splitlines()
    assert lines == ["0 background #000000", "1 dog #010101", "2 cat #020202"]
    found = read_instances(tmp_path / "out/labels/00.json").annotations
    assert [a.label_id for a in found] == [2, 1]


def test_labels_are_left_out_merged_renamed_and_ignored(tmp_path):
    labels = (*LABELS, Label(3, "c", (3, 3, 3)), Label(4, "d", (4, 4, 4)))
    drawn = tuple(
        replace(BLOCK, label_id=i, region=Mask(8 * i, 9, BLOCK.region.pixels), id=str(i))
        for i in (1, 2, 3, 4)
    )
    data = replace(dataset(tmp_path, 1, drawn), labels=labels)
    choice = LabelChoice({"cell": "thing", "b": "thing"}, frozenset({"c"}), frozenset({"d"}))
    report = run(data, tmp_path / "out", "txt", labels=choice)
    assert (tmp_path / "out/labels.txt").read_text().splitlines()[1:] == ["1 thing #ff0000"]
    found = read_instances(tmp_path / "out/labels/00.json").annotations
    assert [a.label_id for a in found] == [1, 1, IGNORE]
    assert [r.why for r in report.objects.skipped] == ["its label is left out"]
    assert report.balance.objects == {("train", "thing"): 2, ("train", "ignored"): 1}
    with pytest.raises(ConfigError, match="no label e"):
        run(data, tmp_path / "two", "txt", labels=LabelChoice({"e": "f"}))


def test_a_picture_of_left_out_labels_only_is_no_negative(tmp_path):
    data = dataset(tmp_path, 2, (SQUARE,))
    other = replace(data.samples[1], annotations=(BLOCK,))
    data = replace(data, samples=(data.samples[0], other))
    report = run(data, tmp_path / "out", "txt", labels=LabelChoice(left_out=frozenset({"b"})))
    assert report.written == 1
    assert any(r.why == "none of its objects is exported" for r in report.objects.skipped)


def test_without_a_background_what_is_not_drawn_is_ignored(tmp_path):
    data = replace(dataset(tmp_path, 1), labels=(Label(0, "Sky", (9, 9, 9)), *LABELS[1:]))
    report = run(data, tmp_path / "out")
    ids = read_label_map(read_list(report.lists["train"]).entries[0].label).ids
    assert ids[0, 0] == IGNORE
    assert report.verification.ok


def test_the_report_says_which_switch_writes_the_pictures_that_were_left_out(tmp_path):
    void = Annotation(Mask(0, 0, np.ones((9, 9), bool)), IGNORE)
    samples = [sample(tmp_path / f"{n}.png", SQUARE, *[void] * (n > 0), seed=n) for n in range(3)]
    some = Dataset(tuple(samples), LABELS)
    report = run(some, tmp_path / "out", "yolo_seg")
    assert (report.written, report.has_unheld) == (1, True)
    note = next(note for note in report.notes if "--unheld" in note)
    assert note.startswith("2 pictures left out (this format has no place for ignored regions); ")
    assert "“without” leaves out only such objects" in note
    assert "“ignore”" not in note
    with pytest.raises(UnheldError, match="nothing to export") as found:
        run(Dataset(tuple(samples[1:]), LABELS), tmp_path / "none", "yolo_seg")
    assert found.value.hint == note
    report = run(some, tmp_path / "out", "yolo_seg", unheld=Unheld.WITHOUT)
    assert (report.written, report.has_unheld) == (3, False)
    assert [r.why for r in report.objects.skipped] == [
        "this format has no place for ignored regions"
    ] * 2


def test_what_a_label_map_has_no_place_for_can_be_ignored(tmp_path):
    some = Dataset(
        (sample(tmp_path / "a.png", SQUARE, BOX), sample(tmp_path / "b.png", SQUARE)), LABELS
    )
    (note,) = (n for n in run(some, tmp_path / "out", "txt_semantic").notes if "--unheld" in n)
    assert "“ignore” marks the pixels" in note
    assert "“without”" not in note
