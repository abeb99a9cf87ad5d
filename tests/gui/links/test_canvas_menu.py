"""The menu under the right mouse button, on the real window."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, Label
from tests.make_labels import set_labels

LABELS = (Label(1, "고양이", (255, 0, 0)), Label(2, "강아지", (0, 255, 0)))


@pytest.fixture
def drawn(qtbot, opened):
    """Two boxes over each other, and a proposal beside them."""
    set_labels(opened.session.project, LABELS)
    boxes = tuple(Annotation(Box(10, 10, x2, 60), 1) for x2 in (60, 70))
    annotations = opened.session.annotations
    annotations.apply(Edit("Draw", lambda sample: edits.add(sample, boxes)))
    waiting = (Annotation(Box(90, 10, 120, 60), 2, score=0.8, origin="model"),)
    opened.session.annotations.apply(
        Edit("Run", lambda sample: edits.set_proposals(sample, waiting))
    )
    return opened


def right_click(qtbot, app, x, y):
    canvas = app.window.canvas
    left, top = canvas.view.to_screen(x, y)
    qtbot.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(round(left), round(top)))
    menu = app.window.findChildren(QMenu, "canvas_menu")[-1]
    menu.close()
    return {action.text(): action for action in menu.actions()}, menu


def test_a_drawn_object_offers_labels_order_and_delete(qtbot, drawn):
    rows, _ = right_click(qtbot, drawn, 20, 20)
    assert {"Change label", "Bring to front", "Send to back", "Delete selected"} <= set(rows)
    assert "Accept proposal" not in rows
    assert len(drawn.session.annotations.selection) == 1


def test_a_label_is_changed_in_the_submenu(qtbot, drawn):
    rows, _ = right_click(qtbot, drawn, 20, 20)
    labels = {row.text(): row for row in rows["Change label"].menu().actions()}
    assert list(labels) == ["고양이", "강아지"]
    assert not labels["고양이"].isEnabled(), "it has this label already"
    labels["강아지"].trigger()
    chosen = drawn.session.annotations.selection[0]
    assert drawn.session.annotations.sample.find(chosen).label_id == 2


def test_a_proposal_is_accepted_from_the_menu(qtbot, drawn):
    rows, _ = right_click(qtbot, drawn, 100, 30)
    assert "Bring to front" not in rows
    rows["Accept proposal"].trigger()
    assert not drawn.session.annotations.sample.proposals
    assert len(drawn.session.annotations.sample.annotations) == 3


def test_the_lower_object_comes_to_the_front_and_undo_puts_it_back(qtbot, drawn):
    annotations = drawn.session.annotations
    first = annotations.sample.annotations[0].id
    annotations.select((first,))
    rows, _ = right_click(qtbot, drawn, 20, 20)
    assert annotations.selection == (first,), "what is selected stays so, even under another"
    rows["Bring to front"].trigger()
    assert max(annotations.sample.annotations, key=lambda a: a.z).id == first
    drawn.actions["undo"].trigger()
    assert len({a.z for a in annotations.sample.annotations}) == 1


def test_beside_all_objects_the_menu_is_about_the_picture(qtbot, drawn):
    drawn.actions["select_all"].trigger()
    rows, _ = right_click(qtbot, drawn, 80, 80)
    assert drawn.session.annotations.selection == ()
    assert {"Accept all proposals", "Mark as verified"} <= set(rows)
    assert "Delete selected" not in rows
