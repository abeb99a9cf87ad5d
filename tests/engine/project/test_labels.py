"""Edits of labels: each one step, which undo gives back exactly."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.errors import ProjectError
from engine.project.history import StepKind
from engine.project.label_rows import LabelUse
from engine.project.project import Project
from engine.values import Annotation, Box, Label, SampleState
from tests.make_project import A, B, add_box, frame, miscounted, redo, texts, undo


@pytest.fixture
def used(project):
    """Cells and a nucleus, drawn and proposed, on two pictures."""
    project.apply(frame(project), add_box(1, 1, "first"))
    project.apply(frame(project), add_box(20, 2, "second"))
    waiting = Annotation(Box(0, 0, 3, 3), 1, "unet", 0.5, id="proposed")
    run = partial(edits.set_proposals, proposals=[waiting])
    project.apply(frame(project, "b.jpg"), Edit("Run unet", run))
    return project


def everything(project):
    return project.labels, [project.sample(i) for i in project.frame_ids()]


def labels_of(project):
    found = [project.sample(i) for i in project.frame_ids()]
    return [[a.label_id for a in (*s.annotations, *s.proposals)] for s in found]


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda p: p.add_label("cow"), "Add label cow"),
        (lambda p: p.rename_label(1, "red cell"), "Rename label cell to red cell"),
        (lambda p: p.recolor_label(2, (9, 8, 7)), "Change color of label nucleus"),
        (lambda p: p.reorder_labels([2, 1]), "Reorder labels"),
        (lambda p: p.merge_labels([1], 2), "Merge label cell into nucleus (2 objects)"),
        (
            lambda p: p.delete_labels([1, 2], with_objects=True),
            "Delete label cell, nucleus (3 objects)",
        ),
        (lambda p: p.set_labels([B, Label(1, "x", (0, 0, 0))]), "Change labels"),
    ],
)
def test_an_edit_of_labels_is_one_step(used, edit, text):
    before = everything(used)
    edit(used)
    after = everything(used)
    assert after[0] != before[0]
    assert miscounted(used) == []
    step = used.steps(0, 1)[0]
    assert (step.text, step.kind) == (text, StepKind.LABELS)
    assert used.undo(step.id).has_labels
    assert everything(used) == before
    assert miscounted(used) == []
    used.redo(step.id)
    assert everything(used) == after
    with Project.open(used.root) as again:
        assert everything(again) == after
        assert again.undo(step.id).has_labels
        assert everything(again) == before


def test_what_changes_nothing_is_no_step(project):
    project.rename_label(1, "cell")
    project.reorder_labels([1, 2])
    project.set_labels(project.labels)
    assert project.add_label("cell") == A
    assert project.merge_labels([1], 1) == project.delete_labels([]) == 0
    assert project.step_count == 0


def test_uses_are_counted(used):
    used.add_label("debris")
    assert used.label_uses() == {
        0: LabelUse(),
        1: LabelUse(1, 1, 2),
        2: LabelUse(1, 0, 1),
        3: LabelUse(),
    }
    assert used.label_uses([1]) == {1: LabelUse(1, 1, 2)}
    waiting = Annotation(Box(0, 0, 3, 3), 1, "unet", 0.5)
    used.apply(frame(used), Edit("Run", partial(edits.set_proposals, proposals=[waiting])))
    assert used.label_uses([1])[1] == LabelUse(1, 2, 2)
    assert used.label_uses()[1].objects == 3


def test_merging_relabels_annotations_and_proposals(used):
    assert used.merge_labels([1], 2) == 2
    assert labels_of(used) == [[2, 2], [2], []]
    assert [x.name for x in used.labels] == ["background", "nucleus"]
    assert used.sample(frame(used, "b.jpg")).state is SampleState.PREDICTED
    assert used.steps(0, 1)[0].frames == 2
    assert texts(used, frame(used, "b.jpg"))[0].startswith("Merge label cell")


def test_a_label_in_use_is_deleted_only_with_its_objects(used):
    with pytest.raises(ProjectError, match="cell is in use by 2 objects"):
        used.delete_labels([1])
    assert used.delete_labels([1], with_objects=True) == 2
    assert labels_of(used) == [[2], [], []]
    with pytest.raises(ProjectError, match="no label with the id 1"):
        used.rename_label(1, "x")


def test_the_label_of_id_0_stays(project):
    with pytest.raises(ProjectError, match="cannot be deleted"):
        project.delete_labels([0])
    with pytest.raises(ProjectError, match="cannot be deleted"):
        project.merge_labels([0], 1)


@pytest.mark.parametrize("name", ["nucleus", " ", "\ud800"])
def test_a_name_that_will_not_do_is_refused(project, name):
    with pytest.raises(ProjectError):
        project.rename_label(1, name)
    assert project.labels[1] == A
    assert project.step_count == 0


def test_a_label_that_would_vanish_in_use_is_said_with_the_count(project):
    cow = project.add_label("cow")
    project.apply(frame(project), add_box(1, cow.id))
    project.apply(frame(project), add_box(9, cow.id))
    (step,) = [step for step in project.steps() if step.kind is StepKind.LABELS]
    with pytest.raises(ProjectError, match="cow is in use by 2 objects"):
        project.undo(step.id)
    assert cow in project.labels


def test_steps_of_one_label_are_in_line_and_others_are_not(project):
    project.rename_label(1, "one")
    project.rename_label(2, "two")
    project.rename_label(1, "uno")
    one = project.steps()[-1]
    assert [step.text for step in project.dependents(one.id)] == ["Rename label one to uno"]
    with pytest.raises(ProjectError, match="1 later step change"):
        project.undo(one.id)
    project.undo(project.steps()[1].id)
    assert [x.name for x in project.labels] == ["background", "uno", "nucleus"]
    project.rename_label(2, "deux")
    assert project.steps()[0].text == "Rename label nucleus to deux"
    assert not any(step.is_undone for step in project.steps())


def test_a_name_given_to_another_label_goes_along(project):
    project.rename_label(1, "blob")
    project.add_label("cell")
    rename = project.steps()[-1]
    assert [step.text for step in project.dependents(rename.id)] == ["Add label cell"]


def test_labels_change_their_names(project):
    project.set_labels([Label(1, "nucleus", A.color), Label(2, "cell", B.color)])
    undo(project)
    assert project.labels[1:] == (A, B)
    redo(project)
    assert [x.name for x in project.labels[1:]] == ["nucleus", "cell"]


def test_a_deleted_labels_id_is_never_another_labels(project):
    at = frame(project)
    cow = project.add_label("cow")
    project.apply(at, add_box(1, cow.id, "box"))
    project.apply(at, Edit("Delete", partial(edits.delete, ids={"box"})))
    project.delete_labels([cow.id])
    dog = project.add_label("dog")
    assert dog.id != cow.id
    assert undo(project, at) == "Delete"
    assert project.sample(at).annotations[0].label_id == cow.id
    assert cow in project.labels
    project.set_labels([*project.labels, Label(99, "bird", (0, 0, 0))])
    assert project.labels[-1].id == 99


def test_the_name_of_a_label_that_comes_back_may_be_taken(project):
    at = frame(project)
    cow = project.add_label("cow")
    project.apply(at, add_box(1, cow.id, "box"))
    project.apply(at, Edit("Delete", partial(edits.delete, ids={"box"})))
    project.delete_labels([cow.id])
    other = project.add_label("cow")
    undo(project, at)
    assert [(x.id, x.name) for x in project.labels[-2:]] == [
        (cow.id, "cow 2"),
        (other.id, "cow"),
    ]


def test_all_ids_can_be_given_and_given_again(project):
    names = [Label(i, f"label {i}", (0, 0, 0)) for i in range(1, 255)]
    project.set_labels(names)
    with pytest.raises(ProjectError, match="at most 254"):
        project.add_label("one more")
    project.delete_labels([7])
    assert project.add_label("one more").id == 7


PIG = Label(7, "pig", (7, 7, 7))


def propose(project, label=PIG):
    waiting = Annotation(Box(1, 1, 9, 9), label.id, "unet", 0.5, id="proposed")
    edit = Edit("Run", partial(edits.set_proposals, proposals=(waiting,)))
    project.apply(frame(project), edit, labels=(label,))


def test_adding_a_label_that_only_proposals_have_is_undone_by_lending_it_again(project):
    propose(project)
    (lent,) = project.offered_labels
    pig = project.add_label("pig")
    assert pig.id == lent.id
    assert project.offered_labels == ()
    (step,) = project.steps()[:1]
    project.undo(step.id)
    assert pig not in project.labels
    assert [(x.id, x.name) for x in project.offered_labels] == [(pig.id, "pig")]
    project.redo(step.id)
    assert pig in project.labels


def test_a_label_that_no_proposal_has_any_more_is_not_offered(project):
    propose(project)
    project.apply(frame(project), Edit("Reject", edits.reject_all))
    assert project.offered_labels == ()
    assert [x.name for x in project.lent_labels] == ["pig"]
