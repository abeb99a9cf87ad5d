import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import AppError, DatasetError
from engine.formats.labels_file import (
    apart,
    default_color,
    default_label,
    labels_of_ids,
    read_labels,
    write_labels,
)
from engine.values import Label
from models.task import Task
from tests.damage import damaged_bytes, seeds


def read(tmp_path, text, name="labels.txt", task=None):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_labels(tmp_path / "train.txt", task)


def test_names_with_spaces_and_colours_come_back(tmp_path):
    labels = (Label(0, "background", (0, 0, 0)), Label(7, "traffic light", (1, 200, 30)))
    write_labels(tmp_path / "labels.txt", labels, ignored_ids={9})
    found = read_labels(tmp_path)
    assert found.labels == labels
    assert found.ignored_ids == {9}


def test_colour_is_optional_and_void_names_are_ignored(tmp_path):
    found = read(tmp_path, "0 Sky\n1 Road #102030\n11 Unlabelled\n12 rest ignore\n255 border\n")
    assert [(x.id, x.name) for x in found.labels] == [(0, "Sky"), (1, "Road")]
    assert found.labels[1].color == (16, 32, 48)
    assert found.ignored_ids == {11, 12, 255}


def test_a_plain_list_counts_from_0_for_pixels_and_from_1_for_boxes(tmp_path):
    semantic = read(tmp_path, "road\ncar\nvoid\n", "classes.txt", "semantic")
    assert [(x.id, x.name) for x in semantic.labels] == [(0, "road"), (1, "car")]
    assert semantic.ignored_ids == {2}
    boxes = read(tmp_path, "person\nbicycle\n", "classes.txt", "detection")
    assert [(x.id, x.name) for x in boxes.labels] == [
        (0, "background"),
        (1, "person"),
        (2, "bicycle"),
    ]
    named = read(tmp_path, "background\ncar\n", "classes.txt", "detection")
    assert [x.id for x in named.labels] == [0, 1]


def test_without_a_file_there_are_no_labels(tmp_path):
    assert read_labels(tmp_path / "train.txt") is None
    assert [x.name for x in labels_of_ids({0, 3, 255})] == ["background", "label_3"]


@pytest.mark.parametrize("text", ["0 a\n0 b\n", "0 a\nb\n", "300 a\n"])
def test_a_wrong_labels_file_names_its_line(tmp_path, text):
    with pytest.raises(DatasetError, match="line"):
        read(tmp_path, text)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "labels.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="Cannot read"):
        read_labels(tmp_path)


def test_default_colours_differ():
    colors = [default_color(i) for i in range(1, 33)]
    assert len(set(colors)) == len(colors)
    nearest = min(
        sum(abs(a - b) for a, b in zip(x, y, strict=True))
        for i, x in enumerate(colors[:8])
        for y in colors[:i]
    )
    assert nearest > 40


@pytest.mark.parametrize("name", ["labels.txt", "classes.txt"])
def test_an_id_of_thousands_of_digits_is_none(tmp_path, name):
    text = "9" * 5000 + " cat\n"
    if name == "labels.txt":
        with pytest.raises(DatasetError, match=r"labels\.txt, line 2: a label line"):
            read(tmp_path, "1 dog\n" + text, name)
    else:
        assert len(read(tmp_path, text, name).labels) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "labels.txt")
    with pytest.raises(DatasetError, match="named pipe"):
        read_labels(tmp_path / "labels.txt")


WORDS = (
    b"9" * 5000, b"-1", b"300", b"255", b" ignore", b"#12345", b"#ffffff", b"\n", b"\t", b"\r",
    b"\xff", b"\xef\xbb\xbf", "\u2028".encode(), "\u0663 ".encode(), b"\0", b"void",
)  # fmt: skip


@given(seeds, st.sampled_from(["labels.txt", "classes.txt"]), st.sampled_from([None, *Task]))
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, seed, name, task):
    path = tmp_path_factory.getbasetemp() / name
    good = "0 background #000000\n1 traffic light #0102ff\n2 dog\n9 ignored #000000 ignore\n"
    path.write_bytes(damaged_bytes(good.encode(), seed, WORDS))
    with suppress(AppError):
        assert read_labels(path, task).path == path


def test_a_label_that_comes_later_has_a_colour_of_its_own():
    first, second = default_label(1), Label(2, "second", default_color(1))
    assert apart(first, (first,)) is first
    moved = apart(second, (first,))
    assert (moved.id, moved.name) == (2, "second")
    assert moved.color == default_color(2)
    third = apart(Label(2, "third", first.color), (first, Label(9, "x", moved.color)))
    assert third.color not in {first.color, moved.color}
