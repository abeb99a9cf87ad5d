import numpy as np
import pytest

from engine.annotations.mapping import merge, relabelled, to_labels
from engine.errors import ProjectError
from engine.values import IGNORE, Annotation, Box, Detection, FrameId, Label, LabelMap, Prediction

GREY = (90, 90, 90)
PROJECT = (Label(0, "background", (0, 0, 0)), Label(1, "dog", GREY), Label(2, "cat", GREY))
MODEL = (Label(0, "background", (0, 0, 0)), Label(1, "Cat", GREY), Label(2, "horse", GREY))


def prediction(**values):
    return Prediction(FrameId("a.png"), (2, 3), MODEL, **values)


def test_the_same_name_is_the_same_label_whatever_its_id():
    found = (Detection(Box(0, 0, 1, 1), 1, 0.9),)
    mapped, labels = to_labels(prediction(detections=found), PROJECT)
    assert mapped.detections[0].label_id == 2
    assert labels == PROJECT


def test_a_label_that_is_used_and_missing_is_added_under_a_free_id():
    found = (Detection(Box(0, 0, 1, 1), 2, 0.9),)
    mapped, labels = to_labels(prediction(detections=found), PROJECT)
    assert labels[-1] == Label(3, "horse", GREY)
    assert mapped.detections[0].label_id == 3


def test_label_maps_are_renumbered_and_ignored_pixels_stay_ignored():
    ids = np.array([[0, 1, 1], [2, IGNORE, 0]], np.uint8)
    mapped, labels = to_labels(prediction(label_map=LabelMap(ids)), PROJECT)
    assert mapped.label_map.ids.tolist() == [[0, 2, 2], [3, IGNORE, 0]]
    assert [label.name for label in labels] == ["background", "dog", "cat", "horse"]


def test_labels_that_do_not_occur_are_not_added():
    ids = np.zeros((2, 3), np.uint8)
    _, labels = to_labels(prediction(label_map=LabelMap(ids)), PROJECT)
    assert labels == PROJECT


def test_merging_adds_new_names_only():
    merged = merge(PROJECT, MODEL)
    assert [(label.id, label.name) for label in merged] == [
        (0, "background"),
        (1, "dog"),
        (2, "cat"),
        (3, "horse"),
    ]


def test_annotations_follow_labels_that_have_changed_meanwhile():
    made = (Annotation(Box(0, 0, 1, 1), 3), Annotation(Box(0, 0, 1, 1), 1))
    theirs = (*PROJECT, Label(3, "horse", GREY))
    now = (*PROJECT, Label(3, "mitosis", GREY), Label(4, "cow", GREY))
    mapped, labels = relabelled(made, theirs, now)
    assert labels[: len(now)] == now  # whatever a person made of them stays
    assert labels[len(now) :] == (Label(5, "horse", GREY),)
    assert [annotation.label_id for annotation in mapped] == [5, 1]


def test_a_label_that_a_person_deleted_comes_back_only_if_it_is_used():
    assert relabelled((), (*PROJECT, Label(3, "horse", GREY)), PROJECT) == ((), PROJECT)


def test_labels_that_differ_in_capitals_alone_stay_apart():
    theirs = (Label(0, "background", (0, 0, 0)), Label(1, "a", GREY), Label(2, "A", GREY))
    merged = merge(theirs[:2], theirs)
    assert [label.name for label in merged] == ["background", "a", "A"]
    made = (Annotation(Box(0, 0, 1, 1), 2),)
    mapped, labels = relabelled(made, theirs, theirs[:2])
    assert labels == merged
    assert [annotation.label_id for annotation in mapped] == [2]
    found = (Detection(Box(0, 0, 1, 1), 2, 0.9),)
    answer = Prediction(FrameId("a.png"), (2, 3), theirs, found)
    mapped, labels = to_labels(answer, theirs[:2])
    assert (mapped.detections[0].label_id, labels) == (2, merged)


FULL = (PROJECT[0], *(Label(i, f"kind {i}", GREY) for i in range(1, IGNORE)))
"""As many labels as there are ids."""


def test_a_label_for_which_no_id_is_left_is_refused():
    found = (Detection(Box(0, 0, 1, 1), 2, 0.9),)
    with pytest.raises(ProjectError, match="at most 254 labels"):
        to_labels(prediction(detections=found), FULL)
    with pytest.raises(ProjectError, match="at most 254 labels"):
        relabelled((Annotation(Box(0, 0, 1, 1), 2),), MODEL, FULL)
    mapped, labels = to_labels(prediction(detections=found), FULL[:-1])
    assert (labels[-1], mapped.detections[0].label_id) == (Label(254, "horse", GREY), 254)


def test_of_a_ranking_the_best_are_named_as_far_as_there_are_ids():
    theirs = tuple(Label(i, f"breed {i}", GREY) for i in range(1, 201))
    ranked = tuple((label.id, 1 / (2 + label.id)) for label in theirs)
    ranking = Prediction(FrameId("a.png"), (2, 3), theirs, ranking=ranked)
    mapped, labels = to_labels(ranking, FULL[:200])  # 199 of 254 ids are taken.
    assert labels == FULL[:200]
    assert len(mapped.ranking) == 55
    names = {label.id: label.name for label in mapped.labels}
    assert [names[label_id] for label_id, _ in mapped.ranking] == [x.name for x in theirs[:55]]
