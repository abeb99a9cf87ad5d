"""The status bar says what is under the mouse."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from engine.annotations import edits
from engine.annotations.edits import Edit
from engine.values import Annotation, Box


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
