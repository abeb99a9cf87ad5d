"""Between the session, the Evaluate panel and the canvas."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.dialogs import ask
from gui.evaluate.controller import EvaluationRequest
from gui.evaluate.error_browser import ErrorBrowser
from gui.evaluate.panel.panel import EvaluatePanel
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.theme import Colors

if TYPE_CHECKING:
    from engine.evaluation.stored import StoredReport


class EvaluateLink(QObject):
    """The Evaluate panel: made when it is first seen."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._panel: EvaluatePanel | None = None
        self._colors: Colors | None = None
        self._dock = window.docks["evaluate"]
        self._dock.visibilityChanged.connect(self._on_visible)
        self.browser = ErrorBrowser(session, window)
        session.evaluation.failed.connect(window.notice.show_error)
        session.evaluation.saved.connect(self._on_saved)

    @property
    def panel(self) -> EvaluatePanel:
        """The panel, made when it is first needed: the window is on screen sooner without it."""
        if self._panel is None:
            self._panel = self._make_panel()
        return self._panel

    def _make_panel(self) -> EvaluatePanel:
        panel, evaluation, session = EvaluatePanel(), self._session.evaluation, self._session
        if self._colors is not None:
            panel.set_colors(self._colors)
        panel.evaluate_requested.connect(self._on_evaluate)
        panel.cancel_requested.connect(evaluation.cancel)
        panel.browse_requested.connect(self._on_browse)
        panel.open_requested.connect(self._on_open)
        panel.save_requested.connect(self._on_save)
        panel.errors.filter_changed.connect(evaluation.set_filter)
        panel.errors.chosen.connect(evaluation.choose)
        panel.errors.step_requested.connect(self._on_step)
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
        self._window.set_side_panel("evaluate", panel)
        return panel

    def set_colors(self, colors: Colors) -> None:
        """Use a theme's colours."""
        self._colors = colors
        if self._panel is not None:
            self._panel.set_colors(colors)

    @Slot(bool)
    def _on_visible(self, is_visible: bool) -> None:
        if is_visible:
            self.panel.show()
            self._show_choices()

    # Making and reading reports

    @Slot()
    def _show_choices(self) -> None:
        loaded = self._session.weights.loaded
        name = loaded.name if loaded is not None else ""
        self.panel.set_choices(self._session.weights.choices, name)

    @Slot(str, str)
    def _on_evaluate(self, key: str, data: str) -> None:
        now, loaded = self._session.store.now, self._session.weights.loaded
        request = EvaluationRequest(key, data, now.device, now.backend)
        if not key and loaded is not None:
            request = EvaluationRequest(
                loaded.key, data, now.device, now.backend, loaded.options,
                loaded.pipeline.refine.name,
            )  # fmt: skip
        self._session.evaluation.start(request)

    def _folder(self) -> str:
        return str(self._session.project.root or Path.home())

    @Slot()
    def _on_browse(self) -> None:
        path = ask.list_file(self._window, self._folder())
        if path:
            self.panel.set_data(path)

    @Slot()
    def _on_open(self) -> None:
        path = ask.report_file(self._window, self._folder())
        if path:
            self._session.evaluation.open(path)

    @Slot()
    def _on_save(self) -> None:
        path = ask.new_report_file(self._window, str(Path(self._folder()) / "report.html"))
        if path:
            self._session.evaluation.save(path)

    @Slot(str)
    def _on_saved(self, path: str) -> None:
        self._window.say(self.tr("The report is in {0}, with its JSON beside it.").format(path))

    # What is shown

    @Slot(object)
    def _on_report(self, report: "StoredReport") -> None:
        self.panel.set_report(report, can_save=self._session.evaluation.can_save)

    @Slot()
    def _on_rows(self) -> None:
        self.panel.errors.set_rows(self._session.evaluation.rows)

    @Slot(object)
    def _on_current(self, error: object) -> None:
        if error is not None:
            self.panel.errors.set_index(self._session.evaluation.index)

    @Slot(int)
    def _on_step(self, count: int) -> None:
        if not self._session.evaluation.step(count):
            self._window.say(self.tr("There is no further error in this direction."))
