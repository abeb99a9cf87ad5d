"""Measures labelme, in its own environment."""

import sys
from pathlib import Path
from typing import Any

import PyQt5.QtCore
import PyQt5.QtGui
import PyQt5.QtWidgets
from annotator import Program, measure
from child import asked
from labelme.__main__ import main
from labelme.widgets.canvas import Canvas
from PyQt5.QtWidgets import QAction, QApplication, QFileDialog


def action(window: Any, text: str) -> Any:
    """The action of this text in the menus."""
    found = window.findChildren(QAction)
    return next(each for each in found if each.text().replace("&", "").strip() == text)


def open_folder(window: Any, folder: Path) -> None:
    """By its action; the dialog is answered."""
    QFileDialog.getExistingDirectory = staticmethod(lambda *_, **__: str(folder))
    action(window, "Open Dir").trigger()


def zoom(window: Any, closer: bool) -> None:
    """By what a turn of the wheel over the canvas tells."""
    canvas = window.findChild(Canvas)
    middle = PyQt5.QtCore.QPointF(canvas.width() / 2, canvas.height() / 2)
    canvas.zoom_request.emit(120 if closer else -120, middle)


PROGRAM = Program(
    qt=PyQt5,
    find_canvas=lambda window: window.findChild(Canvas),
    open_folder=open_folder,
    next_picture=lambda window: action(window, "Next Image").trigger(),
    zoom=zoom,
)

scene, files = asked()
sys.argv[1:] = []
QApplication.exec_ = staticmethod(lambda *_: measure(PROGRAM, scene, files))
main()
