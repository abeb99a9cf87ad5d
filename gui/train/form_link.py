"""Fills the Train panel's form: models, weights to begin with, lists, samples to look at; and what
was filled in when it was left."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

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

LOADED = "loaded"
"""The weights that were loaded when the form was left."""
_FOLLOWING = {LOADED, "warm_start", "options", "network", "encoder"}
"""What follows the loaded weights, beside what a person fills in."""


class TrainFormLink(QObject):
    """Looks up the models as soon as there is a form to fill.

    What was kept is filled in with the models, and again with the weights that were loaded then, as
    these bring a model and options of their own; not after a person has filled in something else.
    """

    def __init__(self, session: Session, window: MainWindow, panel: TrainPanel) -> None:
        super().__init__(panel)
        self._session, self._window, self._panel = session, window, panel
        self._kept = _read(session.store.now.train_form)
        self._filled: dict[str, Any] | None = None
        self._has_choices = False
        self._preview = PreviewLink(session, panel, self)
        panel.start_requested.connect(self._keep)
        session.at_close(self._keep)
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
        self._fill()
        if self._session.weights.loaded is not None:
            self._on_loaded(self._session.weights.loaded)

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        if self._kept.get(LOADED) != loaded.key or not self._fill():
            self._panel.picker.choose(loaded.model)
        self._kept = {} if self._panel.picker.name else self._kept

    def _fill(self) -> bool:
        """Fill in what was kept, unless a person was faster; whether that was done."""
        is_touched = self._filled is not None and self._filled != _own(self._panel.kept)
        if not self._kept or is_touched or not self._panel.picker.name:
            return False
        self._panel.fill(self._kept)
        self._filled = _own(self._panel.kept)
        return True

    @Slot()
    def _keep(self) -> None:
        """It comes back as it is now; before there are models it is nobody's."""
        if self._panel.picker.name:
            loaded = self._session.weights.loaded
            kept = self._panel.kept | {LOADED: loaded.key if loaded is not None else ""}
            self._session.store.change(train_form=json.dumps(kept))

    @Slot()
    def _on_choices(self) -> None:
        here = [choice for choice in self._session.weights.choices if choice.is_here]
        loaded = self._session.weights.loaded
        self._panel.warm_start.set_choices(here, loaded.key if loaded is not None else "")
        is_first, self._has_choices = bool(here) and not self._has_choices, bool(here)
        if is_first:
            self._fill()

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


def _read(text: str) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        return found if isinstance(found, dict) else {}
    return {}


def _own(kept: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in kept.items() if key not in _FOLLOWING}
