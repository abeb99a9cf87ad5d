"""Loads pyqtgraph, which draws the plots, while the window goes on.

PySide makes a class of Qt when it is first asked for, and crashes where two threads do so at once.
pyqtgraph asks for all of them as it is imported. So they are made in the GUI thread first, a few
at a time; then a Job imports it.
"""

import importlib
import time
from collections.abc import Iterator

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.jobs import CancelToken, Progress
from gui.jobs import Jobs
from gui.questions import OneJob

SLICE_S = 0.008
"""So long the window may be kept from its events."""


class Plots(QObject):
    """Asked to load by whoever will have something to plot; `ready` follows once."""

    ready = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_ready = False
        self._classes: Iterator[object] | None = None
        self._importing = OneJob(jobs, self)
        self._importing.finished.connect(self._on_imported)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._make_some)

    def load(self) -> None:
        """Begin, unless that was asked before."""
        if self._classes is None:
            self._classes = made_classes()
            self._timer.start()

    def stop(self) -> None:
        """The window closes: nothing will be plotted."""
        self._timer.stop()

    @Slot()
    def _make_some(self) -> None:
        assert self._classes is not None
        end = time.perf_counter() + SLICE_S
        for _ in self._classes:
            if time.perf_counter() > end:
                return
        self._timer.stop()
        self._importing.start(import_pyqtgraph)

    @Slot(object)
    def _on_imported(self, nothing: object) -> None:
        self.is_ready = True
        self.ready.emit()


def made_classes() -> Iterator[object]:
    """Every class of the modules that pyqtgraph copies; each is made as it is given."""
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            yield getattr(module, name)


def import_pyqtgraph(progress: Progress, cancel: CancelToken) -> None:
    """Import it; the work of a Job."""
    importlib.import_module("pyqtgraph")
