"""The Labels dock in the real window."""

from functools import partial
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, Label
from gui.dialogs import ask
from gui.panels.label_rows import NAME
from tests.make import LABELS
from tests.make_labels import add_label, set_labels

BOX = Annotation(Box(2, 3, 20, 30), 1, id="box")


@pytest.fixture
def labelled(opened):
    set_labels(opened.session.project, LABELS)
    opened.session.annotations.apply(Edit("Draw", partial(edits.add, annotations=BOX)))
    return opened


def names(app):
    return [label.name for label in app.session.annotations.labels]


def view_of(app, row):
    view = app.window.labels._view
    view.setFocus()
    view.selectRow(row)
    return view


def test_a_name_is_changed_by_a_double_click_while_samples_change(qtbot, labelled):
    view = view_of(labelled, 0)
    cell = view.visualRect(view.model().index(1, NAME)).center()
    for kind in (QTest.mouseClick, QTest.mouseDClick):
        kind(view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    (editor,) = view.viewport().findChildren(QLineEdit)
    QTest.keyClicks(editor, "hou")
    labelled.session.annotations.delete_selected()
    labelled.session.annotations.apply(Edit("Delete", partial(edits.delete, ids={"box"})))
    add_label(labelled.session.project, "cow")
    QTest.keyClicks(editor, "nd")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(labelled) == ["cat", "hound", "cow"])
    assert labelled.session.annotations.label_id == 2


def test_delete_asks_about_the_label_and_leaves_the_selected_object(labelled, monkeypatch):
    questions = []
    monkeypatch.setattr(ask, "is_agreed", lambda parent, text, button: questions.append(text))
    labelled.session.annotations.select(("box",))
    QTest.keyClick(view_of(labelled, 0), Qt.Key.Key_Delete)
    assert "1 annotation and 0 proposals, on 1 picture." in questions[0]
    assert names(labelled) == ["cat", "dog"]
    assert labelled.session.annotations.selection == ("box",)
    QTest.keyClick(view_of(labelled, 1), Qt.Key.Key_Delete)  # which nothing has
    assert names(labelled) == ["cat"]
    assert len(questions) == 1


def test_merging_asks_with_the_count(labelled, monkeypatch):
    questions = []
    monkeypatch.setattr(ask, "is_agreed", lambda parent, text, button: not questions.append(text))
    labelled.window.labels.merge_requested.emit(1, 2)
    assert "on 1 picture." in questions[0]
    assert names(labelled) == ["dog"]
    assert "Merge label cat into dog" in labelled.window.statusBar().currentMessage()
    assert labelled.session.annotations.sample.annotations[0].label_id == 2
    assert labelled.session.annotations.label_id == 2


def test_colour_and_order_are_changed(labelled, monkeypatch):
    monkeypatch.setattr(ask, "color", lambda parent, start: (9, 8, 7))
    labelled.window.labels.recolor_requested.emit(1)
    QTest.keyClick(view_of(labelled, 0), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(labelled) == ["dog", "cat"]
    assert labelled.session.annotations.labels[1].color == (9, 8, 7)
    monkeypatch.setattr(ask, "color", lambda parent, start: None)
    labelled.window.labels.recolor_requested.emit(1)
    assert labelled.session.annotations.labels[1].color == (9, 8, 7)


def test_without_pictures_there_is_no_project_to_add_to(app):
    app.window.labels.add_requested.emit("cat")
    assert "Open pictures first" in app.window.notice.text


PIG = Label(5, "pig", (9, 9, 9))


def lend(app):
    """A model shows a pig."""
    frame_id = app.session.annotations.sample.frame_id
    waiting = Annotation(Box(30, 3, 50, 30), PIG.id, "unet32/x", 0.9, id="waiting")
    app.session.annotations.set_draft(frame_id, (waiting,), (PIG,))


def draw(app, left=5):
    label_id = app.window.canvas.scene.label_id
    drawn = Annotation(Box(left, 5, left + 10, 20), label_id)
    app.desk.editing.apply_drawn(Edit("Draw box", partial(edits.add, annotations=drawn)))


def test_a_label_of_the_model_is_seen_and_enters_with_what_is_drawn_with_it(labelled):
    annotations, lent = labelled.session.annotations, labelled.window.labels.lent
    assert not lent.isVisible()
    lend(labelled)
    assert lent.isVisible()
    assert [label.name for label in lent.rows.rows] == ["pig"]
    assert lent.rows.data(lent.rows.index(0, 2)) == "1"
    assert not lent._view.selectionModel().hasSelection()
    before = annotations.history.undo
    cell = lent._view.visualRect(lent.rows.index(0, 1)).center()
    QTest.mouseClick(lent._view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert annotations.label_id == PIG.id
    assert labelled.window.labels.current is None
    draw(labelled)
    assert names(labelled) == ["cat", "dog", "pig"]
    assert not lent.isVisible()
    pig = annotations.labels[-1]
    assert annotations.label_id == pig.id
    assert annotations.sample.annotations[-1].label_id == pig.id
    assert annotations.sample.proposals[0].label_id == pig.id
    labelled.actions["undo"].trigger()
    assert names(labelled) == ["cat", "dog"]
    assert lent.isVisible()
    assert annotations.history.undo == before
    draw(labelled)
    assert names(labelled) == ["cat", "dog", "pig"]


def test_the_next_answer_may_give_it_another_id(labelled):
    annotations = labelled.session.annotations
    lend(labelled)
    annotations.choose_label(PIG.id)
    cow = Label(PIG.id, "cow", (1, 1, 1))
    waiting = Annotation(Box(30, 3, 50, 30), cow.id, "unet32/x", 0.9)
    annotations.set_draft(annotations.sample.frame_id, (waiting,), (cow,))
    assert labelled.window.canvas.scene.label_id != cow.id
    draw(labelled)
    assert names(labelled) == ["cat", "dog", "pig"]
    assert [x.name for x in annotations.offered_labels] == ["cow"]


def test_what_was_not_chosen_is_not_drawn_with(labelled, monkeypatch):
    monkeypatch.setattr(ask, "label", lambda *_: "")
    labelled.session.annotations.choose_label(PIG.id)
    lend(labelled)
    assert not labelled.window.labels.lent._view.selectionModel().hasSelection()
    draw(labelled)
    assert names(labelled) == ["cat", "dog"]
    assert len(labelled.session.annotations.sample.annotations) == 1


def test_labels_of_the_model_are_offered_with_those_found_here_first(labelled, monkeypatch):
    cow = Label(7, "cow", (1, 1, 1))
    offered = []
    monkeypatch.setattr(ask, "label", lambda *given: offered.append(given[2]) or "")
    lend(labelled)
    model = SimpleNamespace(object_labels=(cow, PIG))
    with monkeypatch.context() as loaded:
        loaded.setattr(labelled.session.weights, "loaded", model)
        labelled.desk.editing.ask_label()
    assert [label.name for label in offered[0]] == ["pig", "cow"]
