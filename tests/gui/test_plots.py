"""pyqtgraph is loaded once, without two threads making classes of Qt."""

import sys

from PySide6.QtCore import QObject

from gui.plots import Plots, made_classes
from tests.gui.conftest import PATIENCE_MS


def test_it_is_loaded_once_and_told(qtbot, jobs):
    parent = QObject()
    plots = Plots(jobs, parent)
    assert not plots.is_ready
    told = []
    plots.ready.connect(lambda: told.append(True))
    with qtbot.waitSignal(plots.ready, timeout=PATIENCE_MS):
        plots.load()
        plots.load()
    assert plots.is_ready
    assert "pyqtgraph" in sys.modules
    plots.load()
    assert not jobs.running or not told[1:]
    qtbot.waitUntil(lambda: not jobs.running, timeout=PATIENCE_MS)
    assert told == [True]


def test_the_classes_are_those_of_qt():
    names = {getattr(found, "__name__", "") for found in made_classes()}
    assert {"QObject", "QPainter", "QLabel"} <= names
