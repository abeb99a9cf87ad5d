"""Attributes in the window: defined for a label, given to objects, undone."""

from functools import partial

import pytest

from engine.annotations import edits
from engine.attributes import AttributeKind, AttributeSpec
from engine.project.project import Project
from engine.values import Annotation, Box
from gui.dialogs import ask
from tests.make_labels import add_label

COLOR = AttributeSpec("색", AttributeKind.CHOICE, ("빨강", "파랑"))
AGE = AttributeSpec("age", AttributeKind.NUMBER)


@pytest.fixture
def drawn(opened, monkeypatch):
    """Two boxes of one label, which has two attributes."""
    label = add_label(opened.session.project, "cow")
    boxes = tuple(Annotation(Box(30 * n, 9, 30 * n + 20, 60), label, id=str(n)) for n in (0, 1))
    opened.session.annotations.edit("Draw", partial(edits.add, annotations=boxes))
    monkeypatch.setattr(ask, "attributes", lambda *_: (COLOR, AGE))
    opened.window.labels.attributes_requested.emit(label)
    return opened


def form_of(app):
    return app.window.objects.attributes


def attributes(app):
    return [a.attributes for a in app.session.annotations.sample.annotations]


def test_what_is_defined_can_be_given_to_the_selected_objects_in_one_step_each(drawn):
    annotations = drawn.session.annotations
    assert not form_of(drawn).isVisible()
    annotations.select(("0", "1"))
    form_of(drawn).changed.emit("색", "파랑")
    form_of(drawn).changed.emit("age", "3,5")
    assert attributes(drawn) == [(("색", "파랑"), ("age", "3.5"))] * 2
    assert form_of(drawn).box("age").text() == "3.5"
    drawn.actions["undo"].trigger()
    assert attributes(drawn) == [(("색", "파랑"),)] * 2
    assert form_of(drawn).box("age").text() == ""
    drawn.actions["undo"].trigger()
    drawn.actions["redo"].trigger()
    assert attributes(drawn) == [(("색", "파랑"),)] * 2


@pytest.mark.parametrize(("name", "value"), [("age", "old"), ("색", "초록")])
def test_a_wrong_value_is_said_and_not_stored(drawn, name, value):
    drawn.session.annotations.select(("0",))
    steps = drawn.session.project.project.step_count
    form_of(drawn).changed.emit(name, value)
    assert drawn.window.notice.isVisible()
    assert attributes(drawn) == [(), ()]
    assert drawn.session.project.project.step_count == steps
    assert form_of(drawn).box("age").text() == ""


def test_values_without_a_definition_are_shown_and_stay(drawn):
    annotations = drawn.session.annotations
    change = partial(edits.set_attribute, ids=["0"], name="from", value="cvat")
    annotations.edit("Import", change)
    annotations.select(("0",))
    assert form_of(drawn).box("from").text() == "cvat"
    form_of(drawn).changed.emit("age", "1")
    assert attributes(drawn)[0] == (("from", "cvat"), ("age", "1"))
    form_of(drawn).changed.emit("from", "")
    assert attributes(drawn)[0] == (("age", "1"),)


def test_definitions_are_undone_in_the_history_and_the_form_follows(drawn):
    annotations, project = drawn.session.annotations, drawn.session.project.project
    annotations.select(("0",))
    assert form_of(drawn).isVisible()
    step = project.steps(0, 1)[0]
    assert step.text == "Change attributes of label cow"
    annotations.history.take(step)
    assert not form_of(drawn).isVisible()
    assert drawn.session.labels.attributes == {}


def test_they_are_there_after_reopening_and_another_window_is_heard(drawn):
    place = drawn.session.project.place
    drawn.session.annotations.select(("0",))
    with Project.open(place) as other:
        (label,) = other.label_attributes
        assert other.label_attributes[label] == (COLOR, AGE)
        other.define_attributes(label, (AGE,))
    drawn.session.watching.look()
    assert drawn.session.labels.attributes == {label: (AGE,)}
    assert len(form_of(drawn)._fields) == 1


def test_given_up_nothing_is_defined(drawn, monkeypatch):
    steps = drawn.session.project.project.step_count
    monkeypatch.setattr(ask, "attributes", lambda *_: None)
    drawn.window.labels.attributes_requested.emit(drawn.session.annotations.labels[0].id)
    assert drawn.session.project.project.step_count == steps
