"""The whole application for a measurement: opened offscreen, and waited for as a person would."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ProjectError

if TYPE_CHECKING:
    from gui.app import App

PATIENCE_S = 60.0


@contextmanager
def opened_app() -> Iterator["App"]:
    """The whole application, with settings of its own, closed at the end."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from gui.app import App, drop_foreign_qt
    from gui.settings import SettingsStore

    drop_foreign_qt()
    qt = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as settings:
        app = App(SettingsStore(Path(settings)))
        yield app
        app.window.close()
        qt.processEvents()


def show(app: "App") -> None:
    """Show the window with nothing in it."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    from gui.app import Opening

    app.show(Opening())
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def settle(app: "App") -> None:
    """Wait until what the window does after its first paint is done."""
    wait_for(lambda: not app.session.jobs.running)


def wait_for(is_there: Callable[[], bool]) -> None:
    """Handle events until something is there; asleep in between, as the real event loop is."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    kinds = QEventLoop.ProcessEventsFlag
    heartbeat = QTimer()
    heartbeat.start(50)  # so that the time limit is looked at even when nothing happens
    end = time.perf_counter() + PATIENCE_S
    while not is_there():
        QCoreApplication.processEvents(kinds.AllEvents | kinds.WaitForMoreEvents)
        if time.perf_counter() > end:
            raise ProjectError("The window did not answer in a minute.", hint="Measure again.")


def peak_mb() -> float:
    """The most memory this process has had, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1000
    if sys.platform == "win32":
        raise ProjectError("The memory of a scene is not measured on Windows.")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1000
