"""Ellipse, split and snapping with a real mouse: each is one step, and undo takes it back."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box, Label, Mask, Polygon, Polyline
from gui.dialogs import ask
from tests.gui.conftest import PATIENCE_MS
from tests.make_labels import set_labels

SQUARE = Annotation(Mask(20, 20, np.ones((30, 30), np.bool_)), 1, id="square")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def drawn(opened):
    set_labels(opened.session.project, (Label(1, "고양이", (255, 0, 0)),))
    annotations = opened.session.annotations
    annotations.apply(Edit("Draw", lambda sample: edits.add(sample, SQUARE)))
    annotations.choose_label(1)
    return opened


def at(app, x, y):
    canvas = app.window.canvas
    return (QPointF(*canvas.view.to_screen(x, y)) / canvas.devicePixelRatioF()).toPoint()


def drag(qtbot, app, tool, *points):
    next(each for each in app.tools if each.data() == tool).trigger()
    canvas, places = app.window.canvas, [at(app, *point) for point in points]
    with qtbot.waitSignal(app.session.annotations.stored, timeout=PATIENCE_MS):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(canvas, place)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    return app.session.annotations.sample


def undone(qtbot, app):
    with qtbot.waitSignal(app.session.annotations.history.taken, timeout=PATIENCE_MS):
        app.actions["undo"].trigger()
    return app.session.annotations.sample


def test_an_ellipse(qtbot, drawn):
    before = drawn.session.annotations.sample
    after = drag(qtbot, drawn, "ellipse", (60, 20), (110, 70))
    assert isinstance(after.annotations[-1].region, Polygon)
    assert undone(qtbot, drawn).annotations == before.annotations


def test_a_split(qtbot, drawn):
    before = drawn.session.annotations.sample
    after = drag(qtbot, drawn, "split", (10, 33), (60, 38))
    assert len(after.annotations) == 2
    assert sum(a.region.pixels.sum() for a in after.annotations) == 900
    assert undone(qtbot, drawn).annotations == before.annotations


def test_a_corner_at_the_border_of_the_picture(qtbot, drawn):
    canvas = drawn.window.canvas
    canvas.set_tool("polygon")
    for x, y in ((0.6, 60), (60, 70), (0.6, 90)):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, CTRL, at(drawn, x, y))
    with qtbot.waitSignal(drawn.session.annotations.stored, timeout=PATIENCE_MS):
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    points = drawn.session.annotations.sample.annotations[-1].region.points_xy
    assert points[[0, 2], 0].tolist() == [0, 0]


# What the settings make of a new object


def says(monkeypatch, name):
    """This label is said whenever one is asked for; gives the places it was asked at."""
    places = []
    monkeypatch.setattr(ask, "label_at", lambda *given: places.append(given[3]) or name)
    return places


def names(app):
    labels = {label.id: label.name for label in app.session.project.labels}
    sample = app.session.annotations.sample
    return [labels[a.label_id] for a in sample.annotations if a.id != "square"]


def test_each_new_object_is_asked_for_its_label_beside_it(qtbot, drawn, monkeypatch):
    drawn.store.change(asks_label="always")
    places = says(monkeypatch, "dog")
    drag(qtbot, drawn, "box", (60, 20), (110, 70))
    drag(qtbot, drawn, "ellipse", (60, 72), (90, 90))
    assert names(drawn) == ["dog", "dog"]
    canvas = drawn.window.canvas
    assert places[0] == canvas.mapToGlobal(at(drawn, 110, 20))
    undone(qtbot, drawn)
    undone(qtbot, drawn)
    assert names(drawn) == [], "drawing and its label are one step"


def test_giving_up_keeps_the_chosen_label(qtbot, drawn, monkeypatch):
    drawn.store.change(asks_label="always")
    says(monkeypatch, "")
    drag(qtbot, drawn, "box", (60, 20), (110, 70))
    assert names(drawn) == ["고양이"]


def test_the_last_label_is_the_chosen_one_from_then_on(qtbot, drawn, monkeypatch):
    drawn.store.change(asks_label="first")
    places = says(monkeypatch, "dog")
    drag(qtbot, drawn, "box", (60, 20), (80, 40))
    drag(qtbot, drawn, "box", (60, 50), (80, 70))
    assert names(drawn) == ["dog", "dog"]
    assert len(places) == 1, "the first time with this tool"
    drag(qtbot, drawn, "ellipse", (90, 50), (110, 70))
    assert len(places) == 2


def test_a_split_is_no_new_object(qtbot, drawn, monkeypatch):
    drawn.store.change(asks_label="always")
    places = says(monkeypatch, "dog")
    drag(qtbot, drawn, "split", (10, 33), (60, 38))
    assert places == []


def test_a_tool_is_kept_or_put_down_after_an_object(qtbot, drawn):
    drag(qtbot, drawn, "box", (60, 20), (80, 40))
    assert drawn.window.canvas.tool_name == "box"
    drawn.store.change(keeps_tool=False)
    drag(qtbot, drawn, "box", (60, 50), (80, 70))
    qtbot.waitUntil(lambda: drawn.window.canvas.tool_name == "select", timeout=PATIENCE_MS)
    assert len(drawn.session.annotations.selection) == 1, "what was drawn is selected"


def test_a_brush_is_kept_because_a_mask_grows_stroke_by_stroke(qtbot, drawn):
    drawn.store.change(keeps_tool=False)
    drag(qtbot, drawn, "brush", (70, 60), (80, 65))
    QApplication.processEvents()
    assert drawn.window.canvas.tool_name == "brush"


@pytest.mark.parametrize(("goes_on", "index"), [(True, 1), (False, 0)])
def test_after_the_last_accepted_proposal_comes_the_next_picture(qtbot, drawn, goes_on, index):
    drawn.store.change(goes_on=goes_on)
    boxes = [Annotation(Box(x, 60, x + 9, 80), 1, "m", 0.9, id=str(x)) for x in (60, 80)]
    annotations = drawn.session.annotations
    annotations.set_draft(annotations.sample.frame_id, tuple(boxes))
    annotations.select(("60",))
    drawn.actions["accept"].trigger()
    assert drawn.session.frames.index == 0
    drawn.actions["accept"].trigger()
    assert drawn.session.frames.index == index
    drawn.actions["accept"].trigger()
    assert drawn.session.frames.index == index, "where nothing waits, Y goes nowhere"


def test_a_point_and_a_line_are_drawn_stored_and_undone(qtbot, drawn):
    before = drawn.session.annotations.sample
    after = drag(qtbot, drawn, "point", (70, 30))
    assert isinstance(after.annotations[-1].region, Polyline)
    assert len(after.annotations[-1].region.points_xy) == 1
    after = drag(qtbot, drawn, "line", (60, 20), (80, 30), (110, 70))
    line = after.annotations[-1]
    assert isinstance(line.region, Polyline)
    assert len(line.region.points_xy) >= 2
    project = drawn.session.project.project
    assert project.sample(after.frame_id).annotations == after.annotations
    undone(qtbot, drawn)
    assert undone(qtbot, drawn).annotations == before.annotations


def test_what_is_painted_over_a_selected_line_is_a_new_mask(qtbot, drawn):
    drag(qtbot, drawn, "line", (60, 20), (80, 30), (110, 70))
    line = drawn.session.annotations.sample.annotations[-1]
    assert drawn.session.annotations.selection == (line.id,)
    for tool in ("brush", "fill"):
        after = drag(qtbot, drawn, tool, (70, 25), (90, 40))
        assert after.find(line.id) == line
        assert isinstance(after.annotations[-1].region, Mask)
        drawn.session.annotations.select((line.id,))


def test_undo_takes_back_the_corner_that_was_set_last_before_what_is_stored(drawn):
    next(each for each in drawn.tools if each.data() == "polygon").trigger()
    for x in (60, 80):
        QTest.mouseClick(drawn.window.canvas, Qt.MouseButton.LeftButton, pos=at(drawn, x, 60))
    annotations = drawn.session.annotations
    for _ in range(2):
        drawn.actions["undo"].trigger()
        assert annotations.sample.annotations == (SQUARE,)
    assert not drawn.window.canvas.hand.wants("backspace")
    drawn.actions["undo"].trigger()
    assert not annotations.sample.annotations
