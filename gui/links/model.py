"""Between the session and the Model dock."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.controllers.predictions import PredictAnswer
from gui.controllers.weights import LoadedWeights
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.mode import CanvasMode
from gui.session.session import Session
from gui.session.shown import Shown
from gui.settings import Settings

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult


class ModelLink(QObject):
    """The Model dock: weights, live options, thresholds, rates, the model's card."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        panel, card = window.model, window.card
        self._on_settings(session.store.now)
        panel.weights_chosen.connect(self._on_chosen)
        panel.settings_requested.connect(self._on_wish)
        panel.options.chosen.connect(session.switch_options)
        card.language_chosen.connect(self._on_language)
        card.folded.connect(self._on_folded)
        session.store.changed.connect(self._on_settings)
        session.weights.choices_changed.connect(self._on_choices)
        session.weights.loading_changed.connect(self._on_loading)
        session.weights.loaded_changed.connect(self._on_loaded)
        session.weights.unloaded.connect(self._on_unloaded)
        session.predictions.answered.connect(self._on_answer)
        session.live.playing_changed.connect(self._on_playing)
        session.live.shown.connect(self._on_shot)
        session.shown.changed.connect(self._on_shown)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        """Load these weights, or none; what is not here comes only when the person agrees."""
        if not key:
            self._session.weights.unload()
            return
        found = [x for x in self._session.weights.choices if x.key == key and x.download]
        question = self.tr("Download {0}?\n{1}\nIt is kept on this machine for the next time.")
        texts = [question.format(choice.key, choice.download) for choice in found]
        if all(ask.is_agreed(self._window, text, self.tr("Download")) for text in texts):
            self._session.load_weights(key)
        else:
            self._on_choices()

    @Slot(bool)
    def _on_loading(self, is_loading: bool) -> None:
        if self._session.weights.loaded is None and is_loading:
            self._window.model.set_loading()
        elif self._session.weights.loaded is None:
            self._window.model.set_loaded("", "", "")

    @Slot()
    def _on_unloaded(self) -> None:
        panel = self._window.model
        panel.set_loaded("", "", "")
        panel.set_task("")
        panel.ranking.set_prediction(None)
        panel.set_options((), {})
        panel.set_refinements((), "")
        self._window.card.set_facts(None, {}, (), "")
        self._window.device.setText("")
        self._window.rates.clear()

    @Slot(dict)
    def _on_wish(self, values: dict[str, object]) -> None:
        self._session.store.change(**values)

    @Slot(str)
    def _on_language(self, language: str) -> None:
        self._session.store.change(card_language=language)

    @Slot(bool)
    def _on_folded(self, is_folded: bool) -> None:
        self._session.store.change(is_card_open=not is_folded)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self._window.model.set_settings(settings)
        self._window.card.set_language(settings.card_language)
        self._window.card.set_open(settings.is_card_open)

    @Slot()
    def _on_choices(self) -> None:
        loaded = self._session.weights.loaded
        key = loaded.key if loaded is not None else ""
        self._window.model.set_choices(self._session.weights.live_choices, key)
        if loaded is not None and not self._session.weights.is_loading:
            self._show_options(loaded)  # Also after a switch that failed or was given up.

    def _show_options(self, loaded: LoadedWeights) -> None:
        live = loaded.facts.live_options if loaded.facts is not None else ()
        self._window.model.set_options(live, loaded.options)

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        self._window.model.set_loaded(loaded.name, loaded.device_text, loaded.about)
        self._window.model.set_task(loaded.task)
        self._window.model.ranking.set_prediction(None)
        learned = loaded.trained, loaded.not_learnt, loaded.began_with
        self._window.card.set_facts(loaded.facts, *learned)
        self._show_options(loaded)
        refine = self._session.store.now.refine
        self._window.model.set_refinements(loaded.refinements, refine)
        self._window.device.setText(loaded.device_text)
        self._window.rates.clear()

    @Slot(object)
    def _on_answer(self, answer: PredictAnswer) -> None:
        if self._session.mode is CanvasMode.PICTURES:
            self._window.rates.set_single(answer.times_ms)
            self._window.model.ranking.set_prediction(answer.prediction)

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        self._window.model.ranking.set_prediction(shot.prediction)
        if not self._session.live.is_playing:
            self._show_paused(shot)

    @Slot(bool)
    def _on_playing(self, is_playing: bool) -> None:
        """Rates of before are none of now: a paused frame has its own times."""
        shot = self._session.live.shot
        if not is_playing and shot is not None and self._session.mode is CanvasMode.LIVE:
            self._show_paused(shot)

    def _show_paused(self, shot: "LiveResult") -> None:
        seconds = shot.raw.seconds if shot.raw is not None else {}
        self._window.rates.set_paused({stage: 1000 * s for stage, s in seconds.items()})

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.frame is not before.frame and not now.is_live:
            self._window.model.ranking.set_prediction(None)
