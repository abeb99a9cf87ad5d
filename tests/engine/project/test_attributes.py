"""What the objects of a label may say of themselves: a part of the label, in every step of it."""

import sqlite3
from contextlib import closing

import pytest

from engine.attributes import AttributeKind, AttributeSpec
from engine.errors import ConfigError, ProjectError
from engine.project.history import StepKind
from engine.project.project import Project
from engine.project.salvage import repair
from engine.values import Label
from tests.make_project import B, add_box, frame, redo, texts, undo

COLOR = AttributeSpec("color", AttributeKind.CHOICE, ("red", "blue"))
AGE = AttributeSpec("age", AttributeKind.NUMBER)


@pytest.fixture
def defined(project):
    project.define_attributes(1, (COLOR, AGE))
    return project


def test_defining_is_one_step_that_undo_takes_back(defined):
    assert defined.label_attributes == {1: (COLOR, AGE)}
    step = defined.steps(0, 1)[0]
    assert (step.text, step.kind) == ("Change attributes of label cell", StepKind.LABELS)
    assert undo(defined) == "Change attributes of label cell"
    assert defined.label_attributes == {}
    redo(defined)
    assert defined.label_attributes == {1: (COLOR, AGE)}


def test_they_are_there_when_the_project_is_opened_again(defined):
    defined.close()
    with Project.open(defined.place) as again:
        assert again.label_attributes == {1: (COLOR, AGE)}


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: p.rename_label(1, "red cell"),
        lambda p: p.recolor_label(1, (9, 8, 7)),
        lambda p: p.reorder_labels([2, 1]),
        lambda p: p.add_label("cow"),
        lambda p: p.set_labels([B, Label(1, "x", (0, 0, 0))]),
    ],
)
def test_other_edits_of_labels_leave_them(defined, edit):
    edit(defined)
    assert defined.label_attributes == {1: (COLOR, AGE)}
    undo(defined)
    assert defined.label_attributes == {1: (COLOR, AGE)}


@pytest.mark.parametrize(
    "edit",
    [lambda p: p.delete_labels([1], with_objects=True), lambda p: p.merge_labels([1], 2)],
)
def test_they_go_with_the_label_and_come_back_with_it(defined, edit):
    defined.apply(frame(defined), add_box(1, 1))
    edit(defined)
    assert defined.label_attributes == {}
    undo(defined)
    assert defined.label_attributes == {1: (COLOR, AGE)}


def test_a_label_that_is_revived_for_its_objects_has_them_again(defined):
    a = frame(defined)
    defined.apply(a, add_box(1, 1))
    undo(defined, a)
    defined.delete_labels([1])
    redo(defined, a)
    assert defined.label_attributes == {1: (COLOR, AGE)}


def test_the_same_definitions_are_no_step(defined):
    count = defined.step_count
    defined.define_attributes(1, (COLOR, AGE))
    assert defined.step_count == count


def test_what_makes_no_sense_is_refused_and_changes_nothing(defined):
    with pytest.raises(ConfigError):
        defined.define_attributes(1, (AGE, AGE))
    with pytest.raises(ProjectError, match="no label"):
        defined.define_attributes(77, (AGE,))
    assert defined.label_attributes == {1: (COLOR, AGE)}


def test_another_window_sees_them(defined):
    with Project.open(defined.place) as other:
        other.define_attributes(2, (AGE,))
    assert defined.label_attributes == {1: (COLOR, AGE), 2: (AGE,)}


def test_odd_definitions_are_left_out_and_set_aside_by_a_repair(defined):
    database = defined.place.database
    defined.close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE labels SET attributes = 'odd' WHERE id = 1")
        connection.commit()
    with Project.open(defined.place) as project:
        assert [label.name for label in project.labels[1:]] == ["cell", "nucleus"]
        assert project.label_attributes == {}
    report = repair(database)
    assert any("attributes" in aside.why for aside in report.set_aside)
    with Project.open(defined.place) as project:
        assert [label.name for label in project.labels[1:]] == ["cell", "nucleus"]


def test_a_repair_keeps_definitions_and_history(defined):
    database = defined.place.database
    defined.close()
    assert repair(database).has_history
    with Project.open(defined.place) as project:
        assert project.label_attributes == {1: (COLOR, AGE)}
        assert texts(project) == ("Change attributes of label cell", None)
        undo(project)
        assert project.label_attributes == {}
