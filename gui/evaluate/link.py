"""Between the session, the Evaluate panel and the canvas."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.dialogs import choose
from gui.evaluate.controller import EvaluateController, EvaluateRequest
from gui.evaluate.error_browser import ErrorBrowser
from gui.evaluate.panel.panel import EvaluatePanel
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.evaluation.stored import StoredReport


class EvaluateLink(QObject):
    """The Evaluate panel, and the errors of its report on the canvas."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.evaluation = EvaluateController(session.jobs, self)
        self.browser = ErrorBrowser(session, window, self.evaluation)
        self.panel = self._make_panel()
        self.evaluation.failed.connect(window.notice.show_error)
        self.evaluation.saved.connect(self._on_saved)
        self._show_choices()

    def _make_panel(self) -> EvaluatePanel:
        panel, evaluation, session = EvaluatePanel(), self.evaluation, self._session
        self._window.dress(panel.set_colors)
        self._window.plots.load()  # A report has curves.
        panel.evaluate_requested.connect(self._on_evaluate)
        panel.cancel_requested.connect(evaluation.cancel)
        panel.browse_requested.connect(self._on_browse)
        panel.open_requested.connect(self._on_open)
        panel.save_requested.connect(self._on_save)
        panel.errors.filter_changed.connect(evaluation.set_filter)
        panel.errors.chosen.connect(evaluation.choose)
        panel.errors.step_requested.connect(self.step_error)
        panel.errors.save_requested.connect(self.browser.save_labels)
        evaluation.running_changed.connect(panel.set_running)
        evaluation.progressed.connect(panel.set_progress)
        evaluation.report_changed.connect(self._on_report)
        evaluation.rows_changed.connect(self._on_rows)
        evaluation.current_changed.connect(self._on_current)
        self.browser.changed.connect(panel.errors.set_savable)
        self.browser.hint_changed.connect(panel.errors.hint.setText)
        session.weights.choices_changed.connect(self._show_choices)
        session.weights.loaded_changed.connect(self._show_choices)
        session.weights.unloaded.connect(self._show_choices)
        return panel

    # Making and reading reports

    @Slot()
    def _show_choices(self) -> None:
        loaded = self._session.weights.loaded
        name = loaded.name if loaded is not None else ""
        self.panel.set_choices(self._session.weights.choices, name)

    @Slot(str, str)
    def _on_evaluate(self, key: str, data: str) -> None:
        now, loaded = self._session.store.now, self._session.weights.loaded
        request = EvaluateRequest(key, data, now.device, now.backend)
        if not key and loaded is not None:
            request = EvaluateRequest(
                loaded.key, data, now.device, now.backend, loaded.options,
                loaded.pipeline.refine.name,
            )  # fmt: skip
        self.evaluation.start(request)

    def _folder(self) -> str:
        return str(self._session.project.root or Path.home())

    @Slot()
    def _on_browse(self) -> None:
        path = choose.list_file(self._window, self._folder())
        if path:
            self.panel.set_data(path)

    @Slot()
    def _on_open(self) -> None:
        path = choose.report_file(self._window, self._folder())
        if path:
            self.evaluation.open(path)

    @Slot()
    def _on_save(self) -> None:
        path = choose.new_report_file(self._window, str(Path(self._folder()) / "report.html"))
        if path:
            self.evaluation.save(path)

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        self._window.say(self.tr("The report is in {0}, with its JSON beside it.").format(path))

    # What is shown

    @Slot(object)
    def _on_report(self, report: "StoredReport") -> None:
        self.panel.set_report(report, can_save=self.evaluation.can_save)

    @Slot()
    def _on_rows(self) -> None:
        self.panel.errors.set_rows(self.evaluation.rows)

    @Slot(object)
    def _on_current(self, error: object) -> None:
        if error is not None:
            self.panel.errors.set_index(self.evaluation.index)

    @Slot(int)
    def step_error(self, count: int) -> None:
        """Show the next error of the report, or the one before."""
        if self.evaluation.report is None:
            self._window.say(self.tr("No report is open: evaluate a model first."))
        elif not self.evaluation.step(count):
            self._window.say(self.tr("There is no further error in this direction."))
