"""Between the project's Runs and their list in the Train panel."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine import folders
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.train.panel.curves import Curve, series_color
from gui.train.panel.panel import TrainPanel
from gui.train.runs import RunsController
from gui.train.runs_menu import RunsMenu


class RunsLink(QObject):
    """Looks again whenever something may have changed."""

    resume_requested = Signal(object)

    def __init__(self, session: Session, window: MainWindow, panel: TrainPanel) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self.controller = RunsController(session.jobs, self)
        self.current: Path | None = None
        """The Run that the curves follow."""
        self.controller.changed.connect(self._on_changed)
        panel.runs.overlay_toggled.connect(self.controller.set_overlaid)
        panel.runs.resume_requested.connect(self.resume_requested)
        self.menu = RunsMenu(session, window, panel.runs)
        self.menu.deleted.connect(self.look)
        session.project.opened.connect(self.look)
        session.project.closed.connect(self.look)
        session.project.place_changed.connect(self.look)
        window.docks["train"].visibilityChanged.connect(self._on_visible)
        self.look()

    @Slot()
    def look(self) -> None:
        """Look which Runs there are beside the current one, or in the project."""
        project = self._session.project.folder
        if project is not None:
            self.controller.look(project / folders.RUNS)
        else:
            self.controller.look(self.current.parent if self.current is not None else None)

    def set_current(self, path: Path | None) -> None:
        """The curves follow this Run now."""
        self.current = path
        self.look()

    @Slot(bool)
    def _on_visible(self, is_visible: bool) -> None:
        if is_visible:
            self.look()

    @Slot()
    def _on_changed(self) -> None:
        controller, panel = self.controller, self._panel
        others = [record for record in controller.overlaid if record.path != self.current]
        colors = {record.path: series_color(n) for n, record in enumerate(others)}
        panel.set_runs(controller.records, colors)
        curves = panel.report.curves
        curves.set_others([Curve(record.name, record.lines) for record in others])
        if others:
            curves.show()
        own = controller.find(self.current) if self.current is not None else None
        if own is not None:
            curves.set_before(own.lines)
