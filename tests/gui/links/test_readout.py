"""The status bar says what is under the mouse."""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box
from tests.gui.conftest import PATIENCE_MS


def test_position_color_and_label(opened):
    canvas, readout = opened.window.canvas, opened.window.readout
    annotations = opened.session.annotations
    label = opened.session.shown_labels[0]
    drawn = Annotation(Box(10, 10, 40, 40), label.id)
    annotations.apply(Edit("Draw box", lambda s: edits.add(s, annotations=drawn)))
    canvas.cursor_moved.emit(20.9, 30.2)
    red, green, blue = canvas.scene.pixels[30, 20].tolist()
    assert readout.text == f"x 20  y 30  {red} {green} {blue}  {label.name}"
    canvas.cursor_moved.emit(60.0, 60.0)
    assert label.name not in readout.text
    canvas.cursor_moved.emit(-3.0, 5.0)
    assert readout.text == ""


def test_nothing_is_said_once_the_mouse_is_gone(opened):
    canvas, readout = opened.window.canvas, opened.window.readout
    canvas.cursor_moved.emit(20.0, 30.0)
    assert readout.text
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert readout.text == ""


def test_under_a_mouse_that_rests_the_next_picture_is_told(qtbot, opened):
    canvas, readout = opened.window.canvas, opened.window.readout
    QCursor.setPos(canvas.mapToGlobal(canvas.rect().center()))
    canvas.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    with qtbot.waitSignal(opened.session.frames.frame_shown, timeout=PATIENCE_MS):
        opened.session.frames.step(1)
    x, y = (int(side) for side in canvas.to_frame(canvas.rect().center()))
    color = " ".join(str(part) for part in canvas.scene.pixels[y, x])
    assert readout.text == f"x {x}  y {y}  {color}"
    canvas.zoom_at(4, QPoint(0, 0))
    x, y = (int(side) for side in canvas.to_frame(canvas.rect().center()))
    assert readout.text.startswith(f"x {x}  y {y}  ")
