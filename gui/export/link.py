"""Between the session and the Export panel."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.export.report import ExportReport
from gui.controllers.export import ExportController, ExportRequest
from gui.controllers.weights import LoadedWeights
from gui.dialogs import ask
from gui.export.panel import ExportPanel
from gui.main_window import MainWindow
from gui.session.session import Session


class ExportLink(QObject):
    """The Export panel."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.export = ExportController(session.jobs, self)
        self.panel = ExportPanel()
        self.panel.export_requested.connect(self._on_export)
        self.panel.cancel_requested.connect(self.export.cancel)
        self.panel.browse_requested.connect(self._on_browse)
        self.export.progressed.connect(self.panel.set_progress)
        self.export.running_changed.connect(self.panel.set_running)
        self.export.finished.connect(self._on_finished)
        self.export.failed.connect(window.notice.show_error)
        session.project.opened.connect(self._on_project)
        session.weights.loaded_changed.connect(self._on_loaded)
        self._on_project()
        if session.weights.loaded is not None:
            self._on_loaded(session.weights.loaded)

    @Slot()
    def _on_project(self) -> None:
        root = self._session.project.root
        if root is not None:
            self.panel.set_folder(str(root.parent / f"{root.name}-dataset"))

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self.panel.set_task(loaded.task)

    @Slot()
    def _on_browse(self) -> None:
        folder = ask.folder(self._window, str(Path.home()), self.tr("Export into"))
        if folder:
            self.panel.set_folder(folder)

    @Slot(object)
    def _on_export(self, request: ExportRequest) -> None:
        place = self._session.project.place
        if place is None:
            hint = self.tr("Open pictures and correct some of them first.")
            self._window.notice.show_error(AppError(self.tr("No project is open."), hint=hint))
            return
        self.panel.set_report(())
        self.export.start(place, request)

    @Slot(object)
    def _on_finished(self, report: ExportReport) -> None:
        self.panel.set_report(report.lines)
