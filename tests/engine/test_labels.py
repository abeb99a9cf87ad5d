from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.annotations.accept import proposals_of
from engine.annotations.mapping import merge, relabelled, to_labels
from engine.formats.adapt import adapt
from engine.formats.labels_file import read_labels, write_labels
from engine.formats.report import Report
from engine.formats.sample_files import read_label_map
from engine.formats.txt_label_files import CARRIES, LabelFiles
from engine.labels import (
    BACKGROUND,
    background_of,
    is_background,
    matching_name,
    same_labels,
    same_names,
    with_background,
)
from engine.painting.overlay import paint
from engine.pipeline.decode import semantic_maps
from engine.preprocess import Placement
from engine.values import IGNORE, Annotation, Box, FrameId, Label, LabelMap, Prediction, Sample
from models.task import Task

GREY = (90, 90, 90)
SKY = Label(0, "Sky", (128, 128, 128))
CAMVID = (SKY, Label(1, "Building", (128, 0, 0)), Label(2, "Road", (128, 64, 128)))
DETECTOR = (Label(1, "person", GREY), Label(2, "car", GREY))
OBJECTS = (BACKGROUND, Label(1, "cell", GREY))


def label(label_id, name, color=GREY):
    return Label(label_id, name, color)


@pytest.mark.parametrize(
    "name", ["background", "Background", "BACKGROUND", "__background__", "_background_", "bg", "BG"]
)
def test_id_0_under_a_name_of_the_background_is_background(name):
    assert is_background(label(0, name))
    assert background_of((label(0, name), label(1, "cell"))) == 0


@pytest.mark.parametrize(
    "name", ["Sky", "void", "ignore", "unlabelled", "background clutter", "my background", "0", "_"]
)
def test_id_0_under_any_other_name_is_a_label_like_others(name):
    assert not is_background(label(0, name))
    assert background_of((label(0, name), label(1, "cell"))) is None


def test_another_id_is_an_object_whatever_its_name():
    assert not is_background(label(3, "background"))
    assert background_of((SKY, label(3, "background"))) is None
    assert background_of((label(3, "background"),)) == 0


def test_a_color_decides_nothing():
    assert is_background(label(0, "background", (255, 0, 0)))
    assert not is_background(label(0, "Sky", (0, 0, 0)))


def test_labels_that_do_not_name_id_0_leave_it_the_background():
    assert background_of(DETECTOR) == 0
    assert background_of(()) == 0
    assert with_background(DETECTOR) == (BACKGROUND, *DETECTOR)
    assert with_background(()) == (BACKGROUND,)


def test_the_order_of_the_labels_does_not_matter():
    assert background_of(tuple(reversed(CAMVID))) is None
    assert with_background(tuple(reversed(CAMVID))) == tuple(reversed(CAMVID))
    assert with_background(tuple(reversed(OBJECTS))) == tuple(reversed(OBJECTS))


def test_all_names_of_the_background_match_one_another():
    names = {matching_name(label(0, name)) for name in ("bg", "__background__", "Background")}
    assert names == {"background"}
    assert matching_name(label(1, " Cat")) == matching_name(label(7, "cat"))
    assert matching_name(label(1, "bg")) != matching_name(BACKGROUND)


# The way of a label map


def predicted(labels):
    """Three stripes, one for each label; a model that is unsure of all of them."""
    scores = torch.zeros(3, 4, 6)
    for index in range(3):
        scores[index, :, 2 * index : 2 * index + 2] = 0.1
    maps = semantic_maps(scores, Placement((4, 6), (4, 6), (4, 6)))
    label_map = maps.label_map(0.9, background_of(labels))
    return Prediction(FrameId("street.png"), (4, 6), labels, label_map=label_map, origin="net")


def exported(path, prediction, labels):
    sample = Sample(prediction.frame_id, (4, 6), annotations=proposals_of(prediction))
    adapted = adapt(sample, CARRIES[Task.SEMANTIC], labels, Report())
    LabelFiles(Task.SEMANTIC, background_of(labels)).write(path / "street.png", adapted)
    return read_label_map(path / "street.png").ids


def test_capitals_make_no_difference_unless_names_differ_in_nothing_else():
    assert same_names(["Cat", "cow"], ["dog", "cat"]) == {"Cat": "cat"}
    assert same_names(["a", "A"], ["a", "A", "b"]) == {"a": "a", "A": "A"}
    assert same_names(["a", "A"], ["A"]) == {"A": "A"}
    assert same_names(["a", "A"], ["b"]) == {}
    assert same_names(["CAT"], ["cat", "Cat"]) == {}


def test_the_same_labels_are_found_by_their_ids():
    ours = (BACKGROUND, label(4, "cat"), label(5, "A"))
    theirs = (label(0, "bg"), label(1, " Cat"), label(2, "a"), label(3, "A"))
    assert same_labels(theirs, ours) == {0: ours[0], 1: ours[1], 3: ours[2]}


def test_sky_stays_sky_from_the_network_to_the_exported_file(tmp_path):
    prediction = predicted(CAMVID)
    assert [a.label_id for a in proposals_of(prediction)] == [0, 1, 2]
    assert exported(tmp_path, prediction, CAMVID)[0].tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("name", ["background", "Background", "bg", "__background__"])
def test_a_background_stays_background_on_the_same_way(tmp_path, name):
    labels = (label(0, name), *CAMVID[1:])
    prediction = predicted(labels)  # so unsure that all of it is background
    assert not prediction.label_map.ids.any()
    assert proposals_of(prediction) == ()
    assert not exported(tmp_path, prediction, labels).any()


def test_what_nobody_drew_is_ignored_where_there_is_no_background(tmp_path):
    nothing = replace(predicted(CAMVID), label_map=None)
    assert (exported(tmp_path, nothing, CAMVID) == IGNORE).all()


def test_sky_is_painted_even_if_it_is_black_and_a_background_never():
    ids = LabelMap(np.zeros((4, 6), np.uint8))
    white = np.full((4, 6, 3), 255, np.uint8)
    for first, is_painted in ((replace(SKY, color=(0, 0, 0)), True), (label(0, "bg"), False)):
        seen = Prediction(FrameId("a.png"), (4, 6), (first,), label_map=ids)
        assert (paint(white, seen, (first,)) != white).any() == is_painted


# A model's labels and the project's


def test_a_models_background_is_the_projects_under_any_name():
    theirs = (label(0, "__background__"), label(1, "cell"))
    seen = Prediction(FrameId("a.png"), (1, 2), theirs, label_map=LabelMap(np.uint8([[0, 1]])))
    mapped, labels = to_labels(seen, OBJECTS)
    assert labels == OBJECTS == merge(OBJECTS, theirs)
    assert mapped.label_map.ids.tolist() == [[0, 1]]


def test_a_models_background_says_nothing_in_a_project_without_one():
    seen = Prediction(FrameId("a.png"), (1, 2), OBJECTS, label_map=LabelMap(np.uint8([[0, 1]])))
    mapped, labels = to_labels(seen, CAMVID)
    assert mapped.label_map.ids.tolist() == [[IGNORE, 3]]
    assert labels == (*CAMVID, label(3, "cell")) == merge(CAMVID, OBJECTS)
    drawn, _ = relabelled((Annotation(Box(0, 0, 1, 1), 0),), OBJECTS, CAMVID)
    assert [a.label_id for a in drawn] == [IGNORE]


def test_a_models_sky_is_no_background_of_the_project():
    seen = Prediction(FrameId("a.png"), (1, 2), CAMVID, label_map=LabelMap(np.uint8([[0, 1]])))
    mapped, labels = to_labels(seen, OBJECTS)
    assert mapped.label_map.ids.tolist() == [[2, 3]]
    assert [x.name for x in labels] == ["background", "cell", "Sky", "Building"]


# The file that names them


def test_a_plain_list_may_begin_with_any_name_of_the_background(tmp_path):
    for name in ("bg", "Background", "_background_"):
        (tmp_path / "classes.txt").write_text(f"{name}\ncell\n", "utf-8")
        found = read_labels(tmp_path, Task.DETECTION)
        assert [(x.id, x.name) for x in found.labels] == [(0, name), (1, "cell")]


def test_the_file_of_a_dataset_without_a_background_comes_back(tmp_path):
    write_labels(tmp_path / "labels.txt", CAMVID, (11,))
    found = read_labels(tmp_path, Task.SEMANTIC)
    assert (found.labels, found.ignored_ids) == (CAMVID, {11})
    assert background_of(found.labels) is None
