"""The Objects dock in the window: its buttons leave the keys to the canvas."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt

from engine.annotations import edits
from engine.values import Annotation, Box, Label
from gui.app import App
from gui.panels.object_rows import SIZE, STATE
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import add_label


@pytest.fixture
def proposed(qtbot, opened):
    """The window on a picture with two proposals, and the keys in the canvas."""
    annotations = opened.session.annotations
    add_label(opened.session.project, "cow")
    waiting = tuple(
        Annotation(Box(9 * n, 3, 9 * n + 8, 30), annotations.labels[0].id, "m", score, id=str(n))
        for n, score in enumerate((0.9, 0.8))
    )
    annotations.set_draft(
        annotations.stored_sample.frame_id, waiting, (Label(1, "cow", (7, 7, 7)),)
    )
    opened.window.activateWindow()
    opened.window.canvas.setFocus()
    qtbot.waitUntil(opened.window.canvas.hasFocus)
    return opened


@pytest.mark.parametrize("from_field", [False, True])
def test_the_keys_work_after_accepting_all(qtbot, proposed, from_field):
    panel, window = proposed.window.objects, proposed.window
    if from_field:
        panel._score.setFocus()
        panel._score.setValue(0.2)
    qtbot.mouseClick(panel._button["all"], Qt.MouseButton.LeftButton)
    assert len(proposed.session.annotations.sample.annotations) == 2
    proposed.actions["undo"].trigger()
    assert window.focusWidget() is window.canvas
    with qtbot.waitSignal(proposed.session.frames.frame_shown, timeout=PATIENCE_MS):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_D)


def test_a_button_that_goes_grey_under_the_keys_hands_them_to_the_canvas(qtbot, proposed):
    panel, window = proposed.window.objects, proposed.window
    panel._button["none"].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(panel._button["none"], Qt.Key.Key_Space)
    assert not proposed.session.annotations.sample.proposals
    assert window.focusWidget() is window.canvas


def test_what_was_folded_is_folded_the_next_time(qtbot, app):
    for section in (app.window.labels_section, app.window.objects_section):
        qtbot.mouseClick(section.title, Qt.MouseButton.LeftButton)
    assert not app.window.labels.isVisible()
    again = App(app.store)
    assert not again.window.labels_section.is_open
    assert not again.window.objects_section.is_open
    again.window.close()
    again.window.deleteLater()


BOXES = tuple(Annotation(Box(30 * n, 10, 30 * n + 20, 60), 1, id=f"box {n}") for n in range(3))


@pytest.fixture
def drawn(qtbot, opened):
    """The window on a picture with three boxes."""
    add_label(opened.session.project, "cow")
    opened.session.annotations.edit("Draw", partial(edits.add, annotations=BOXES))
    opened.window.canvas.set_tool("select")
    return opened


def press(qtbot, app, x, y):
    canvas = app.window.canvas
    left, top = canvas.view.to_screen(x, y)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(left), round(top)))


def test_what_is_locked_cannot_be_selected_on_the_canvas_or_deleted(qtbot, drawn):
    annotations = drawn.session.annotations
    annotations.select(("box 0",))
    drawn.window.objects.locked_requested.emit(("box 0",), True)
    assert annotations.selection == ()
    press(qtbot, drawn, 10, 30)
    assert annotations.selection == ()
    press(qtbot, drawn, 40, 30)
    assert annotations.selection == ("box 1",)
    annotations.select_all()
    assert annotations.selection == ("box 1", "box 2")
    drawn.actions["delete"].trigger()
    assert [a.id for a in annotations.sample.annotations] == ["box 0"]
    drawn.window.objects.locked_requested.emit(("box 0",), False)
    press(qtbot, drawn, 10, 30)
    assert annotations.selection == ("box 0",)


def test_what_is_hidden_is_not_among_all_that_is_selected(qtbot, drawn):
    annotations = drawn.session.annotations
    annotations.visibility.set_hidden(("box 0",), True)
    annotations.select_all()
    assert annotations.selection == ("box 1", "box 2")
    annotations.visibility.set_hidden(("box 0",), False)
    annotations.visibility.set_label_visible(1, False)
    annotations.select_all()
    assert annotations.selection == ()
    annotations.visibility.set_label_visible(1, True)
    annotations.select_all()
    assert len(annotations.selection) == 3


def test_an_edit_that_would_change_a_locked_object_says_that_it_did_not(qtbot, drawn):
    annotations = drawn.session.annotations
    annotations.locks.set_locked(("box 0",), True)
    steps = drawn.session.project.project.step_count
    annotations.edit("Delete", partial(edits.delete, ids={"box 0"}))
    assert len(annotations.sample.annotations) == 3
    assert drawn.session.project.project.step_count == steps
    assert "1 locked object stayed as it is" in drawn.window.statusBar().currentMessage()


def test_locks_outlast_the_picture_and_are_not_stored(qtbot, drawn):
    annotations, frames = drawn.session.annotations, drawn.session.frames
    annotations.locks.set_locked(("box 0",), True)
    for index in (1, 0):
        frames.go(index)
        qtbot.waitUntil(lambda index=index: is_at(drawn, index))
    annotations.select_all()
    assert annotations.selection == ("box 1", "box 2")
    annotations.set_project(drawn.session.project.project)
    assert not annotations.locks.ids


def is_at(app, index):
    sample = app.session.annotations.sample
    return sample is not None and sample.frame_id == app.session.frames.ids[index]


def test_the_action_locks_what_is_selected_and_else_unlocks_all(qtbot, drawn):
    annotations = drawn.session.annotations
    annotations.select(("box 0", "box 2"))
    drawn.actions["lock"].trigger()
    assert annotations.locks.ids == {"box 0", "box 2"}
    drawn.actions["lock"].trigger()
    assert not annotations.locks.ids


def test_a_row_lights_up_its_object_and_an_object_its_row(qtbot, drawn):
    canvas, panel = drawn.window.canvas, drawn.window.objects
    panel.hovered.emit("box 1")
    assert canvas._foreground.hovered == "box 1"
    assert panel.model._hovered == "box 1"
    panel.hovered.emit("")
    left, top = canvas.view.to_screen(70, 30)
    qtbot.mouseMove(canvas, QPoint(round(left), round(top)))
    qtbot.waitUntil(lambda: panel.model._hovered == "box 2")


def test_the_eye_hides_one_object_and_the_list_shows_that(qtbot, drawn):
    panel, visibility = drawn.window.objects, drawn.session.annotations.visibility
    panel.shown_requested.emit(("box 1",), False)
    assert visibility.hidden_ids == {"box 1"}
    assert drawn.window.canvas.scene.hidden_ids == {"box 1"}
    panel.shown_requested.emit(("box 1",), True)
    assert not visibility.hidden_ids


def test_a_label_typed_in_the_list_is_one_step_and_enters_with_it(qtbot, drawn):
    annotations, panel = drawn.session.annotations, drawn.window.objects
    panel.named.emit(("box 0", "box 2"), "pig")
    names = {label.id: label.name for label in annotations.labels}
    assert [names[a.label_id] for a in annotations.sample.annotations] == ["pig", "cow", "pig"]
    drawn.actions["undo"].trigger()
    assert [label.name for label in annotations.labels] == ["cow"]


def test_the_columns_that_were_chosen_are_there_the_next_time(qtbot, app):
    app.window.objects.columns_requested.emit("label size")
    again = App(app.store)
    assert not again.window.objects._view.isColumnHidden(SIZE)
    assert again.window.objects._view.isColumnHidden(STATE)
    again.window.close()
    again.window.deleteLater()
