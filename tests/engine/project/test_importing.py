import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.annotations.emptiness import is_marked_empty
from engine.attributes import AttributeKind, AttributeSpec
from engine.errors import DatasetError
from engine.formats.label_notes import LabelNotes
from engine.formats.open_dataset import OpenDataset
from engine.project.importing import Fate, Policy, import_dataset, preview_import
from engine.project.project import Project
from engine.values import (
    IGNORE,
    Annotation,
    Box,
    FrameId,
    Label,
    Sample,
    SampleState,
)
from tests.make_project import undo

BACKGROUND, CELL = Label(0, "background", (0, 0, 0)), Label(4, "cell", (9, 9, 9))


def opened(samples, labels=(BACKGROUND, CELL)):
    table = {sample.frame_id: sample for sample in samples}
    return OpenDataset(tuple(table), labels, lambda frame_id, report: table[frame_id])


def dataset(folder, *boxes, label_id=4):
    annotations = tuple(Annotation(box, label_id, origin="import") for box in boxes)
    for name in ("a.jpg", "b.jpg"):
        (folder / name).touch()
    state = SampleState.CORRECTED
    names = (FrameId(str(folder / name)) for name in ("a.jpg", "b.jpg"))
    return opened([Sample(name, (40, 40), annotations, state=state) for name in names])


def draw(project, at, box, label_id=1):
    drawn = Annotation(box, label_id)
    project.apply(at, Edit("Draw", partial(edits.add, annotations=drawn)))
    return drawn


COLOR = AttributeSpec("color", AttributeKind.CHOICE, ("red", "blue"))
AGE = AttributeSpec("age", AttributeKind.NUMBER)


def test_what_objects_may_say_comes_along_and_what_is_defined_stays(tmp_path):
    mine = AttributeSpec("color")
    source = replace(dataset(tmp_path, Box(0, 0, 9, 9)), notes=LabelNotes({4: (COLOR, AGE)}))
    with Project.create(tmp_path) as project:
        import_dataset(project, source)
        assert project.label_attributes == {1: (COLOR, AGE)}
        undo(project)
        assert project.label_attributes == {}
    (tmp_path / "other").mkdir()
    with Project.create(tmp_path / "other", (Label(7, "cell", (1, 1, 1)),)) as project:
        project.define_attributes(7, (mine,))
        import_dataset(project, source)
        assert project.label_attributes == {7: (mine, AGE)}
        undo(project, FrameId(str(tmp_path / "a.jpg")))
        assert project.label_attributes == {7: (mine,)}


def test_labels_are_matched_by_name_and_one_undo_takes_all_back(tmp_path):
    with Project.create(tmp_path, (Label(7, "cell", (1, 1, 1)),)) as project:
        report = import_dataset(project, dataset(tmp_path, Box(0, 0, 9, 9)))
        assert report.fates == {Fate.PLACED: 2}
        assert report.objects == 2
        assert not report.new_labels
        assert "2 objects on 2 pictures" in report.report.notes[-1]
        sample = project.sample(FrameId(str(tmp_path / "b.jpg")))
        assert sample.annotations[0].label_id == 7
        assert (sample.state, sample.size_hw) == (SampleState.LABELLED, (40, 40))
        assert undo(project, sample.frame_id) == "Import 2 pictures"
        assert not project.sample(sample.frame_id).annotations


def test_a_project_without_labels_takes_them_as_they_are(tmp_path):
    with Project.create(tmp_path) as project:
        report = import_dataset(project, dataset(tmp_path, Box(0, 0, 9, 9)))
        assert [(x.id, x.name) for x in report.new_labels] == [(4, "cell")]
        undo(project, FrameId(str(tmp_path / "a.jpg")))
        assert [x.name for x in project.labels] == ["background"]


@pytest.mark.parametrize(
    ("policy", "fate"),
    [
        (Policy.SKIP, Fate.SKIPPED),
        (Policy.PROPOSE, Fate.PROPOSED),
        (Policy.REPLACE_UNTOUCHED, Fate.SKIPPED),
        (Policy.REPLACE_ALL, Fate.REPLACED),
    ],
)
def test_what_a_person_drew_is_replaced_only_when_all_is(tmp_path, policy, fate):
    with Project.create(tmp_path, (Label(1, "cell", (9, 9, 9)),)) as project:
        at = FrameId(str(tmp_path / "a.jpg"))
        drawn = draw(project, at, Box(0, 0, 10, 9))
        found = dataset(tmp_path, Box(0, 0, 9, 9), Box(20, 20, 30, 30))
        planned = preview_import(project, found, policy)
        assert project.sample(at).annotations == (drawn,)
        report = import_dataset(project, found, policy)
        assert planned.fates == report.fates == {fate: 1, Fate.PLACED: 1}
        sample = project.sample(at)
        if fate is Fate.REPLACED:
            assert len(sample.annotations) == 2
        else:
            assert sample.annotations == (drawn,)
        # What overlaps a drawn object of its label is there already.
        waiting = [Box(20, 20, 30, 30)] if fate is Fate.PROPOSED else []
        assert [a.region for a in sample.proposals] == waiting
        new = {Fate.SKIPPED: 0, Fate.PROPOSED: 1, Fate.REPLACED: 2}[fate]
        assert planned.objects == report.objects == 2 + new


def test_what_came_by_import_alone_is_replaced_as_untouched(tmp_path):
    with Project.create(tmp_path) as project:
        import_dataset(project, dataset(tmp_path, Box(0, 0, 9, 9)))
        other = dataset(tmp_path, Box(5, 5, 9, 9))
        assert preview_import(project, other, Policy.REPLACE_UNTOUCHED).fates == {Fate.REPLACED: 2}
        at = FrameId(str(tmp_path / "a.jpg"))
        project.apply(at, Edit("Verify", partial(edits.set_state, state=SampleState.VERIFIED)))
        report = import_dataset(project, other, Policy.REPLACE_UNTOUCHED)
        assert report.fates == {Fate.REPLACED: 1, Fate.SKIPPED: 1}
        assert project.sample(at).annotations[0].region == Box(0, 0, 9, 9)


def test_the_same_import_again_changes_nothing(tmp_path):
    with Project.create(tmp_path) as project:
        found = dataset(tmp_path, Box(0, 0, 9, 9))
        import_dataset(project, found)
        for policy in (Policy.REPLACE_ALL, Policy.PROPOSE):
            report = import_dataset(project, found, policy)
            assert report.fates == {Fate.SAME: 2}
            assert not report.changed


def test_what_changed_in_the_file_is_proposed_and_what_covers_much_of_another_too(tmp_path):
    with Project.create(tmp_path) as project:
        import_dataset(project, dataset(tmp_path, Box(0, 0, 20, 20)))
        sample = partial(project.sample, FrameId(str(tmp_path / "a.jpg")))
        near, moved = Box(0, 0, 20, 26), Box(4, 0, 24, 20)
        report = import_dataset(project, dataset(tmp_path, Box(0, 0, 20, 20), near))
        assert report.fates == {Fate.PROPOSED: 2}
        assert [a.region for a in sample().proposals] == [near]
        import_dataset(project, dataset(tmp_path, moved, near))
        assert [a.region for a in sample().proposals] == [near, moved]
        import_dataset(project, dataset(tmp_path, moved), Policy.REPLACE_UNTOUCHED)
        assert [a.region for a in sample().annotations] == [moved]
        assert [a.region for a in sample().proposals] == [near], "what is there waits no more"


def test_a_picture_without_objects_in_the_dataset_is_marked_empty(tmp_path):
    with Project.create(tmp_path) as project:
        import_dataset(project, dataset(tmp_path))
        assert is_marked_empty(project.sample(FrameId(str(tmp_path / "a.jpg"))))


def test_where_a_layout_cannot_say_so_a_picture_without_objects_is_not_empty(tmp_path):
    with Project.create(tmp_path) as project:
        found = replace(dataset(tmp_path), knows_empty=False)
        assert import_dataset(project, found).fates == {Fate.UNSAID: 2}
        sample = project.sample(FrameId(str(tmp_path / "a.jpg")))
        assert not is_marked_empty(sample)
        assert sample.state is SampleState.NEW


def test_what_is_missing_or_damaged_is_said_and_not_made_a_negative(tmp_path):
    (tmp_path / "a.jpg").touch()
    there, gone = FrameId(str(tmp_path / "a.jpg")), FrameId(str(tmp_path / "gone.jpg"))

    def read(frame_id, report):
        raise DatasetError("The label file of a.jpg is damaged.")

    with Project.create(tmp_path) as project:
        report = import_dataset(project, OpenDataset((there, gone), (BACKGROUND, CELL), read))
        assert report.fates == {Fate.UNREADABLE: 1, Fate.MISSING: 1}
        assert [r.why for r in report.report.skipped] == [
            "The label file of a.jpg is damaged.",
            f"{gone.path} does not exist",
        ]
        assert project.sample(there).state is SampleState.NEW
        assert not is_marked_empty(project.sample(there))
        assert gone not in project.frame_ids()


def test_the_background_of_a_dataset_becomes_the_projects_or_is_ignored(tmp_path):
    for name, labels, wanted in (
        ("own", (Label(1, "x", (1, 1, 1)),), 0),
        ("none", (Label(0, "Sky", (9, 9, 9)),), IGNORE),
    ):
        folder = tmp_path / name
        folder.mkdir()
        found = dataset(folder, Box(0, 0, 9, 9), label_id=0)
        found = opened(
            [found.read(i, None) for i in found.frame_ids], (Label(0, "bg", (0, 0, 0)), CELL)
        )
        with Project.create(folder, labels) as project:
            report = import_dataset(project, found)
            assert [x.name for x in report.new_labels] == ["cell"]
            sample = project.sample(found.frame_ids[0])
            assert sample.annotations[0].label_id == wanted


def test_a_datasets_sky_at_id_0_is_a_label_of_its_own(tmp_path):
    found = dataset(tmp_path, Box(0, 0, 9, 9), label_id=0)
    samples = [found.read(i, None) for i in found.frame_ids]
    with Project.create(tmp_path, (Label(1, "tree", (1, 1, 1)),)) as project:
        import_dataset(project, opened(samples, (Label(0, "Sky", (9, 9, 9)), CELL)))
        assert [x.name for x in project.labels] == ["background", "tree", "Sky", "cell"]
        assert project.sample(found.frame_ids[0]).annotations[0].label_id == 2


def import_in_thread(project_root, dataset, policy):
    """Import in another thread; gives a function that waits for its report."""
    reports = []

    def work():
        with Project.open(project_root) as project:
            reports.append(import_dataset(project, dataset, policy))

    thread = threading.Thread(target=work)
    thread.start()

    def wait():
        thread.join(timeout=60)
        return reports[0]

    return wait


@pytest.mark.parametrize(
    ("policy", "fate", "count"),
    [(Policy.SKIP, Fate.SKIPPED, 1), (Policy.PROPOSE, Fate.PROPOSED, 1)],
)
def test_nobody_waits_while_labels_are_read_and_what_they_draw_counts(
    tmp_path, policy, fate, count
):
    given = dataset(tmp_path, Box(0, 0, 9, 9))
    is_reading, go_on = threading.Event(), threading.Event()

    def read(frame_id, report):
        is_reading.set()
        assert go_on.wait(timeout=60)
        return given.read(frame_id, report)

    with Project.create(tmp_path, (Label(4, "cell", (9, 9, 9)),)):
        pass
    with Project.open(tmp_path, busy_seconds=0.05) as project:
        wait = import_in_thread(tmp_path, replace(given, read=read), policy)
        try:
            assert is_reading.wait(timeout=60)
            at = FrameId(str(tmp_path / "a.jpg"))
            drawn = draw(project, at, Box(20, 20, 30, 30), 4)
        finally:
            go_on.set()
        report = wait()
        assert report.fates == {fate: 1, Fate.PLACED: 1}
        assert project.sample(at).annotations == (drawn,)
        assert len(project.sample(FrameId(str(tmp_path / "b.jpg"))).annotations) == count
        assert [step.text for step in project.steps()] == ["Import 2 pictures", "Draw"]


def test_a_label_that_is_deleted_while_labels_are_read_stays_deleted(tmp_path):
    given = dataset(tmp_path, Box(0, 0, 9, 9))
    with Project.create(tmp_path, (CELL, Label(5, "gone", (1, 1, 1)))) as project:

        def read(frame_id, report):
            if any(label.id == 5 for label in project.labels):
                project.delete_labels([5])
            return given.read(frame_id, report)

        import_dataset(project, replace(given, read=read))
        assert [label.name for label in project.labels] == ["background", "cell"]


@pytest.mark.parametrize("policy", [Policy.PROPOSE, Policy.REPLACE_UNTOUCHED, Policy.REPLACE_ALL])
def test_what_a_model_found_waits_as_proposals_and_replaces_nothing(tmp_path, policy):
    a, b = (FrameId(str(tmp_path / name)) for name in ("a.jpg", "b.jpg"))
    with Project.create(tmp_path, (BACKGROUND, Label(1, "cell", (9, 9, 9)))) as project:
        found = replace(dataset(tmp_path, Box(0, 0, 9, 9)), is_predicted=True)
        drawn = draw(project, a, Box(20, 20, 30, 30))
        report = import_dataset(project, found, policy)
        assert report.fates == {Fate.PROPOSED: 1, Fate.SUGGESTED: 1}
        assert project.sample(a).annotations == (drawn,)
        assert [len(project.sample(i).proposals) for i in (a, b)] == [1, 1]
        assert project.sample(b).state is SampleState.PREDICTED
        assert import_dataset(project, found, policy).fates == {Fate.SAME: 2}


def test_a_picture_on_which_a_model_found_nothing_is_not_empty(tmp_path):
    with Project.create(tmp_path) as project:
        report = import_dataset(project, replace(dataset(tmp_path), is_predicted=True))
        assert report.fates == {Fate.UNSAID: 2}
        assert not is_marked_empty(project.sample(FrameId(str(tmp_path / "a.jpg"))))


def test_several_tags_of_a_picture_come_all(tmp_path):
    at = FrameId(str(tmp_path / "a.png"))
    Path(at.path).touch()
    tags = (("tag", "dark"), ("tag", "wet"))
    sample = Sample(at, (48, 64), (Annotation(Box(1, 1, 9, 9), 4),), attributes=tags)
    with Project.create(tmp_path) as project:
        import_dataset(project, opened([sample]))
        assert project.sample(at).attributes == tags


def test_a_proposal_is_no_part_of_an_object_that_is_there(tmp_path):
    at, group = FrameId(str(tmp_path / "a.png")), (("group", "1"),)
    Path(at.path).touch()
    far = Annotation(Box(30, 30, 39, 39), 4, origin="import", attributes=group)
    with Project.create(tmp_path, (CELL,)) as project:
        drawn = Annotation(Box(1, 1, 9, 9), 4, attributes=group)
        project.apply(at, Edit("Draw", partial(edits.add, annotations=drawn)))
        import_dataset(project, opened([Sample(at, (40, 40), (far,))]))
        sample = project.sample(at)
        assert sample.annotations[0].attributes == group
        assert sample.proposals[0].attributes == (("group", "2"),)
