"""Scissors in the window: the line follows what the Job found."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.values import Polygon
from gui.dialogs import ask
from tests.gui.conftest import PATIENCE_MS


def click(app, x, y):
    canvas = app.window.canvas
    place = (QPointF(*canvas.view.to_screen(x, y)) / canvas.devicePixelRatioF()).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)


def lines_are_known(app):
    lines = app.window.canvas.scene.edge_lines
    return lines is not None and lines.start == app.window.canvas.hand._tool.edge_start


@pytest.fixture
def cutting(opened, monkeypatch):
    monkeypatch.setattr(ask, "label", lambda *_: "cell")
    opened.window.canvas.set_tool("scissors")
    return opened


def test_clicks_make_a_polygon_and_undo_gives_the_equal_sample_back(qtbot, cutting):
    annotations, canvas = cutting.session.annotations, cutting.window.canvas
    before = annotations.sample
    for x, y in ((20, 20), (100, 25), (60, 80)):
        click(cutting, x, y)
        qtbot.waitUntil(lambda: lines_are_known(cutting), timeout=PATIENCE_MS)
    assert len(canvas._foreground.preview.line) > 3
    with qtbot.waitSignal(annotations.stored, timeout=PATIENCE_MS):
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert isinstance(annotations.sample.annotations[0].region, Polygon)
    assert canvas.scene.edge_lines is None
    with qtbot.waitSignal(annotations.history.taken, timeout=PATIENCE_MS):
        cutting.desk.editing.undo()
    assert annotations.sample.annotations == before.annotations


def test_escape_and_another_picture_forget_the_lines(qtbot, cutting):
    canvas = cutting.window.canvas
    click(cutting, 20, 20)
    qtbot.waitUntil(lambda: lines_are_known(cutting), timeout=PATIENCE_MS)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.scene.edge_lines is None
    click(cutting, 20, 20)
    qtbot.waitUntil(lambda: lines_are_known(cutting), timeout=PATIENCE_MS)
    with qtbot.waitSignal(cutting.session.frames.frame_shown, timeout=PATIENCE_MS):
        cutting.session.frames.step(1)
    qtbot.waitUntil(lambda: canvas.scene.edge_lines is None, timeout=PATIENCE_MS)
