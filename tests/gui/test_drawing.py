"""Ellipse, split and snapping with a real mouse: each is one step, and undo takes it back."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Label, Mask, Polygon
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
