"""Fills the Train panel's form: models, weights to begin with, lists, samples to look at."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.model_facts import ModelFacts
from gui.controllers.weights import LoadedWeights
from gui.dialogs import choose
from gui.main_window import MainWindow
from gui.session.session import Session
from gui.settings import Settings
from gui.train.controller import list_models
from gui.train.panel.panel import TrainPanel
from gui.train.preview_link import PreviewLink


class TrainFormLink(QObject):
    """Looks up the models as soon as there is a form to fill."""

    def __init__(self, session: Session, window: MainWindow, panel: TrainPanel) -> None:
        super().__init__(panel)
        self._session, self._window, self._panel = session, window, panel
        self._preview = PreviewLink(session, panel, self)
        panel.data.browse_requested.connect(self._on_browse)
        panel.card.language_chosen.connect(self._on_language)
        session.store.changed.connect(self._on_settings)
        session.weights.choices_changed.connect(self._on_choices)
        session.weights.loaded_changed.connect(self._on_loaded)
        self._on_settings(session.store.now)
        self._on_choices()
        job = session.jobs.create(list_models)
        job.finished.connect(self._on_models)
        job.failed.connect(window.notice.show_error)
        session.jobs.start(job)
        window.plots.ready.connect(panel.report.curves.prepare)
        window.plots.load()

    @Slot(object)
    def _on_models(self, models: list[ModelFacts]) -> None:
        self._panel.set_models(models)
        if self._session.weights.loaded is not None:
            self._on_loaded(self._session.weights.loaded)

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._panel.picker.choose(loaded.model)

    @Slot()
    def _on_choices(self) -> None:
        here = [choice for choice in self._session.weights.choices if choice.is_here]
        loaded = self._session.weights.loaded
        self._panel.warm_start.set_choices(here, loaded.key if loaded is not None else "")

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self._panel.set_language(settings.card_language)

    @Slot(str)
    def _on_language(self, language: str) -> None:
        self._session.store.change(card_language=language)

    @Slot(str)
    def _on_browse(self, key: str) -> None:
        path = choose.list_file(self._window, str(self._session.project.root or Path.home()))
        if path:
            self._panel.data.set_list(key, path)
