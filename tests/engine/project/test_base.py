from dataclasses import replace

from engine.annotations.emptiness import is_marked_empty
from engine.errors import DatasetError
from engine.formats.open_dataset import OpenDataset
from engine.project.base import BaseLabels
from engine.project.seen import Seen
from engine.values import Annotation, Box, FrameId, Label, Sample, SampleState

A, B, C = FrameId("/p/a.jpg"), FrameId("/p/b.jpg"), FrameId("/p/c.jpg")
BACKGROUND = Label(0, "background", (0, 0, 0))
CAT, DOG = Label(1, "cat", (9, 0, 0)), Label(2, "dog", (0, 9, 0))


def opened(labels, content):
    def read(frame_id, report):
        objects = content[frame_id]
        if objects is None:
            raise DatasetError("Damaged.")
        annotations = tuple(Annotation(Box(*box), i, origin="import") for box, i in objects)
        return Sample(frame_id, (40, 40), annotations, state=SampleState.CORRECTED)

    return OpenDataset(tuple(content), labels, read)


def test_two_datasets_of_one_picture_are_read_as_one():
    first = opened((BACKGROUND, CAT), {A: [((0, 0, 9, 9), 1)], B: []})
    second = opened((BACKGROUND, Label(1, "Dog", (0, 9, 0))), {A: [((5, 5, 9, 9), 1)]})
    second = replace(second, is_layered=False)
    again = opened((BACKGROUND, CAT), {A: [((0, 0, 9, 9), 1)]})
    base = BaseLabels([first, second, again], (BACKGROUND,))
    assert [(x.id, x.name) for x in base.labels] == [(0, "background"), (1, "cat"), (2, "Dog")]
    sample = base.sample(A)
    assert [(a.region.x1, a.label_id) for a in sample.annotations] == [(0, 1), (5, 2)]
    assert sample.state is SampleState.LABELLED
    assert set(base.frame_ids) == {A, B}
    assert is_marked_empty(base.sample(B))


def test_labels_are_met_by_name():
    found = opened((BACKGROUND, CAT), {A: [((0, 0, 9, 9), 1)]})
    base = BaseLabels([found], (BACKGROUND, Label(1, "dog", (0, 9, 0)), Label(5, "CAT", (1, 1, 1))))
    assert base.sample(A).annotations[0].label_id == 5
    assert len(base.labels) == 3


def test_a_label_that_another_file_brings_has_a_colour_of_its_own():
    first, second = (opened((BACKGROUND, Label(1, n, (9, 0, 0))), {A: []}) for n in ("cat", "dog"))
    (_, cat, dog) = BaseLabels([first, second], ()).labels
    assert (cat.name, cat.color, dog.name) == ("cat", (9, 0, 0), "dog")
    assert dog.color != cat.color


def test_labels_that_differ_in_capitals_alone_stay_apart():
    letters = (BACKGROUND, Label(1, "a", (9, 0, 0)), Label(2, "A", (0, 9, 0)))
    found = opened(letters, {A: [((0, 0, 9, 9), 1), ((0, 0, 9, 9), 2)]})
    first = BaseLabels([found], (BACKGROUND,))
    assert first.labels == letters
    assert [a.label_id for a in first.sample(A).annotations] == [1, 2]
    again = BaseLabels([found], letters, first.ids())
    assert [a.label_id for a in again.sample(A).annotations] == [1, 2]
    other = BaseLabels([found], letters[:2], {"background": 0, "a": 1})
    assert [a.label_id for a in other.sample(A).annotations] == [1, 2]
    assert other.labels == letters


def test_what_cannot_be_read_is_not_nothing():
    base = BaseLabels([opened((BACKGROUND, CAT), {A: None})], (BACKGROUND,))
    assert base.sample(A) is None
    assert base.sample(C) is None
    assert list(base.problems) == [A]
    assert C not in base


def test_a_frame_of_a_video_without_objects_is_not_empty():
    frame = FrameId("/p/v.mp4", 3)
    base = BaseLabels([opened((BACKGROUND, CAT), {frame: []})], (BACKGROUND,))
    assert base.sample(frame) is None


def test_a_picture_that_nobody_labelled_is_not_empty():
    found = replace(opened((BACKGROUND, CAT), {A: [], B: []}), unlabelled=frozenset({A}))
    base = BaseLabels([found], (BACKGROUND,))
    assert base.sample(A) is None
    assert (base.count, list(base.frame_ids)) == (1, [B])
    assert is_marked_empty(base.sample(B))


def test_what_a_model_found_are_proposals():
    found = opened((BACKGROUND, CAT), {A: [((0, 0, 9, 9), 1)], B: []})
    base = BaseLabels([replace(found, is_predicted=True)], (BACKGROUND,))
    sample = base.sample(A)
    assert not sample.annotations
    assert [a.label_id for a in sample.proposals] == [1]
    assert sample.state is SampleState.PREDICTED
    assert base.is_predicted(A)
    assert base.sample(B) is None


def test_what_counts_for_a_frame_is_found_once_for_all_who_open_the_project():
    first = opened((BACKGROUND, CAT), {A: [((0, 0, 9, 9), 1)], B: []})
    second = replace(opened((BACKGROUND, DOG), {A: [((5, 5, 9, 9), 2)]}), is_layered=False)
    seen = Seen(labels=((None, first), (None, second)))
    assert seen.by_frame == {A: {True: 0, False: 1}, B: {True: 0}}
    assert seen.by_frame is seen.by_frame
    base = BaseLabels([first, second], (BACKGROUND,), by_frame=seen.by_frame)
    assert len(base.sample(A).annotations) == 2
