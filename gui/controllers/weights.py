"""Which weights are loaded: choosing, downloading, loading in a Job; a failure changes nothing."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from engine import endings
from engine.errors import AppError
from gui.controllers.weights_jobs import (
    LoadedWeights,
    WeightsChoice,
    list_weights,
    load_weights,
    switch_weights,
)
from gui.jobs import Jobs, Work
from gui.questions import OneJob

__all__ = ["LoadedWeights", "WeightsChoice", "WeightsController"]


class WeightsController(QObject):
    """The choices, what is loaded, and what was loaded before it."""

    choices_changed = Signal()
    listed = Signal()
    loaded_changed = Signal(object)
    unloaded = Signal()
    loading_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices: tuple[WeightsChoice, ...] = ()
        self.loaded: LoadedWeights | None = None
        self.previous: LoadedWeights | None = None
        self.project_folder: Path | None = None
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self._on_loaded)
        self._one.failed.connect(self._on_failed)
        self._one.ended.connect(self.choices_changed)
        self._one.running_changed.connect(self.loading_changed)
        self._listing = OneJob(jobs, self)
        self._listing.finished.connect(self._on_listed)
        self._listing.failed.connect(self.failed)
        self._listing.ended.connect(self._on_listing_ended)
        self._is_outdated = False

    def refresh(self) -> None:
        """Look again which weights there are."""
        if not self._listing.start(partial(list_weights, self.project_folder)):
            self._is_outdated = True  # The folder may be another since it began.

    def look_in(self, folder: Path | None) -> None:
        """Look again, this folder of the project among others."""
        self.project_folder = folder
        self.refresh()

    @property
    def live_choices(self) -> tuple[WeightsChoice, ...]:
        """Those that can run on frames, live or one by one."""
        return tuple(choice for choice in self.choices if not choice.answers_clicks)

    def load(
        self, key: str, device: str = "auto", backend: str = "auto", *, may_download: bool = True
    ) -> None:
        """Load weights by name or path, downloading them first where needed."""
        name = Path(key).stem if key.endswith(endings.WEIGHTS) else key
        work = partial(load_weights, key, device, backend, may_download=may_download)
        self._start(work, self.tr("Loading {0}").format(name))

    def unload(self) -> None:
        """Work without a model."""
        self._one.forget()
        if self.loaded is not None:
            self.previous, self.loaded = self.loaded, None
            self.unloaded.emit()
        self.choices_changed.emit()

    def switch(self, options: Mapping[str, Any], device: str, backend: str) -> None:
        """Run what is loaded under these live options; the old goes on until the new is ready."""
        if self.loaded is not None:
            work = partial(switch_weights, self.loaded, dict(options), (device, backend))
            self._start(work, self.tr("Switching {0}").format(self.loaded.name))

    def _start(self, work: Work, text: str) -> None:
        self._one.forget()
        self._one.start(work, text=text)

    @property
    def is_loading(self) -> bool:
        """Whether weights are on their way."""
        return self._one.is_running

    @Slot(object)
    def _on_listed(self, choices: tuple[WeightsChoice, ...]) -> None:
        # What was loaded from a file of its own is in no list, and stays in this one.
        keys = {choice.key for choice in choices}
        shown = self.loaded.key if self.loaded is not None else None
        own = [each for each in self.choices if each.key == shown and each.key not in keys]
        self.choices = (*choices, *own)
        self.choices_changed.emit()
        self.listed.emit()

    @Slot()
    def _on_listing_ended(self) -> None:
        if self._is_outdated:
            self._is_outdated = False
            self.refresh()

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        old = self.loaded
        if old is not None and (old.key, old.written) != (loaded.key, loaded.written):
            self.previous = old
        self.loaded = loaded
        if all(choice.key != loaded.key for choice in self.choices):
            card = loaded.pipeline.weights.card
            own = card.model, card.options, card.preprocessing.size_hw, card.encoder
            new = WeightsChoice(loaded.key, loaded.name, str(loaded.key), True, *own)
            self.choices = (*self.choices, new)
        self.choices_changed.emit()
        self.loaded_changed.emit(loaded)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.choices_changed.emit()  # The picker goes back to what is really loaded.
        self.failed.emit(error)
