"""Measures X-AnyLabeling, in its own environment."""

import sys

import PyQt6.QtCore
import PyQt6.QtGui
import PyQt6.QtWidgets
from annotator import Program, measure
from anylabeling.app import main
from child import asked
from PyQt6.QtWidgets import QApplication

PROGRAM = Program(
    qt=PyQt6,
    find_canvas=lambda window: window.labeling_widget.view.canvas,
    open_folder=lambda window, folder: window.labeling_widget.view.import_image_folder(str(folder)),
    next_picture=lambda window: window.labeling_widget.view.open_next_image(),
    # A turn of the wheel is animated; this is where the animation ends.
    zoom=lambda window, closer: window.labeling_widget.view.add_zoom(1.1 if closer else 0.9),
)

scene, files = asked()
sys.argv[1:] = ["--no-auto-update-check", "--work-dir", str(files / "settings")]
QApplication.exec = staticmethod(lambda *_: measure(PROGRAM, scene, files))
main()
