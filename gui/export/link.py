"""Between the session and the Export panel."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.export.prepare import UnheldError
from engine.export.report import ExportReport
from engine.export.staging import TargetTakenError
from engine.words import counted
from gui.controllers.export import ExportController, ExportRequest
from gui.dialogs import ask, choose
from gui.export.choices import ChoicesController
from gui.export.panel import ExportPanel
from gui.main_window import MainWindow
from gui.session.session import Session


class ExportLink(QObject):
    """The Export panel."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._request: ExportRequest | None = None
        self._again: ExportRequest | None = None
        self._is_answered = False
        self.export = ExportController(session.jobs, self)
        self.choices = ChoicesController(session.jobs, self)
        self.panel = ExportPanel()
        self.panel.export_requested.connect(self._on_export)
        self.panel.refused.connect(window.notice.show_error)
        self.panel.cancel_requested.connect(self.export.cancel)
        self.panel.browse_requested.connect(self._on_browse)
        self.panel.discard_requested.connect(self._on_discard)
        self.panel.shown.connect(self._look)
        self.choices.found.connect(self.panel.set_choices)
        self.choices.failed.connect(window.notice.show_error)
        self.export.progressed.connect(self.panel.set_progress)
        self.export.running_changed.connect(self._on_running)
        self.export.finished.connect(self._on_finished)
        self.export.failed.connect(self._on_failed)
        self.export.discarded.connect(self._on_discarded)
        session.project.opened.connect(self._on_project)
        session.project.labels_changed.connect(self._on_labels)
        session.weights.loaded_changed.connect(self._look)
        session.weights.unloaded.connect(self._look)
        window.ask_before_closing(self._may_close)
        self._on_project()
        self._on_labels()

    def _may_close(self) -> bool:
        busy = self.tr("An export is running.")
        loss = self.tr(
            "If you close the window now, its folder stays as it was, and the next export into it "
            "goes on from there."
        )
        return not self.export.is_running or ask.ends_work(self._window, busy, loss)

    @Slot()
    def _on_project(self) -> None:
        root = self._session.project.root
        self.panel.forget_choice()
        if root is not None:
            self.panel.set_folder(str(root.parent / f"{root.name}-dataset"))
        self._look()

    @Slot()
    def _on_labels(self) -> None:
        self.panel.set_labels(self._session.project.labels)

    @Slot()
    def _look(self) -> None:
        loaded = self._session.weights.loaded
        self.choices.ask(self._session.project.place, loaded.task if loaded is not None else "")

    @Slot()
    def _on_browse(self) -> None:
        self._browse()

    def _browse(self) -> bool:
        start = self.panel.folder.parent
        start = start if start.is_dir() else Path.home()
        folder = choose.folder(self._window, str(start), self.tr("Export into"))
        if folder:
            self.panel.set_folder(folder)
        return bool(folder)

    # Exporting

    @Slot(object)
    def _on_export(self, request: ExportRequest) -> None:
        place = self._session.project.place
        if place is None:
            hint = self.tr("Open pictures and correct some of them first.")
            self._window.notice.show_error(AppError(self.tr("No project is open."), hint=hint))
            return
        self._request, self._is_answered = request, False
        self.panel.set_report(())
        self.panel.set_pending(0)
        self.panel.set_unheld(is_any=False)
        self.export.start(place, request)

    @Slot(object)
    def _on_finished(self, report: ExportReport) -> None:
        self._is_answered = True
        self.panel.set_report(report.lines, is_good=report.is_flawless)
        self.panel.set_unheld(is_any=report.has_unheld)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._is_answered = True
        request = self._request
        if not isinstance(error, TargetTakenError) or request is None:
            self.panel.set_report([error.message, error.hint])
            self.panel.set_unheld(is_any=isinstance(error, UnheldError))
            self._window.notice.show_error(error)
            return
        answer = ask.taken_folder(self._window, request.folder)
        if answer == ask.REPLACE:
            self._again = replace(request, options=replace(request.options, replace=True))
        elif answer == ask.CHANGE and self._browse():
            self._again = replace(request, folder=self.panel.folder)

    @Slot(bool)
    def _on_running(self, is_running: bool) -> None:
        self.panel.set_running(is_running)
        if is_running:
            return
        again, self._again = self._again, None
        if again is not None:
            self._on_export(again)
        elif not self._is_answered and self._request is not None:
            self._say_cancelled(self._request.folder)

    def _say_cancelled(self, folder: Path) -> None:
        count = self.export.pending(folder)
        text = self.tr("Cancelled: {0} is as it was.").format(folder)
        more = self.tr("{0} copied already: Export goes on from there.")
        self.panel.set_report([text, more.format(counted(count, "picture"))] if count else [text])
        self.panel.set_pending(count)

    @Slot()
    def _on_discard(self) -> None:
        if self._request is not None:
            self.export.discard(self._request.folder)

    @Slot()
    def _on_discarded(self) -> None:
        self.panel.set_pending(0)
        self.panel.set_report(())
