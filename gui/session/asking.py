"""The model of the session: asks it about what is shown, and passes its answers on."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.values import FrameId, SampleState
from gui.controllers.predictions import Answer, Batch, Request
from gui.controllers.weights import Loaded
from gui.session.mode import Mode
from gui.settings import Settings

if TYPE_CHECKING:
    from gui.session.session import Session


class ModelSession(QObject):
    """Between weights, thresholds, predictions and the shown Sample."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._settings = session.store.now
        session.weights.loaded_changed.connect(self._on_loaded)
        session.predictions.answered.connect(self._on_answer)
        session.predictions.batch_stored.connect(self._on_batch_stored)
        session.compare.pair_changed.connect(self._refine_pair)
        session.store.changed.connect(self._on_settings)

    @property
    def thresholds(self) -> tuple[float, float]:
        """Confidence and overlap as the sliders say."""
        return self._settings.conf, self._settings.iou

    @property
    def live_weights(self) -> Loaded | None:
        """The weights that run on a video or camera; None when live is off."""
        return self._session.weights.loaded if self._settings.live else None

    @Slot()
    def run_live(self) -> None:
        """Let a video or camera run the loaded weights, or the two that are compared."""
        compare = self._session.compare
        pair = compare.pair if compare.is_on else None
        if pair is not None:
            self._session.live.set_loaded(pair[1], beside=pair[0])
        else:
            self._session.live.set_loaded(self.live_weights)

    def predict(self, *, is_stored: bool) -> bool:
        """Run the model on the shown picture; False if there is no picture or no model."""
        frame, sample = self._session.frames.frame, self._session.annotations.stored_sample
        if frame is None or sample is None or self._session.weights.loaded is None:
            return False
        conf, iou = self.thresholds
        labels = self._session.project.labels
        self._session.predictions.ask(Request(frame, sample, labels, conf, iou, is_stored))
        return True

    def predict_all(self) -> bool:
        """Run the model on all pictures; False if there are none or no model."""
        if (
            not self._session.frames.ids
            or self._session.weights.loaded is None
            or self._session.project.project is None
        ):
            return False
        conf, iou = self.thresholds
        labels, root = self._session.project.labels, self._session.project.project.root
        self._session.predictions.ask_all(Batch(root, self._session.frames.ids, labels, conf, iou))
        return True

    @Slot(object)
    def _on_loaded(self, loaded: Loaded) -> None:
        loaded.set_refine(self._settings.refine)
        self._session.predictions.set_loaded(loaded)
        self._session.project.adopt_labels(loaded.object_labels)
        self.run_live()
        self._session.store.change(last_weights=loaded.key)
        if self._settings.live and self._session.mode is Mode.PICTURES:
            self.predict(is_stored=False)

    @Slot(object)
    def _on_answer(self, answer: Answer) -> None:
        from engine.annotations.mapping import relabelled

        project = self._session.project  # a person may have changed its labels since
        proposals, labels = relabelled(answer.proposals, answer.labels, project.labels)
        project.set_labels(labels)
        self._session.annotations.set_draft(answer.frame_id, proposals)
        if answer.is_stored:
            self._session.annotations.store_draft(
                self.tr("Run {0}").format(answer.prediction.origin)
            )

    @Slot(object)
    def _on_batch_stored(self, states: dict[FrameId, SampleState]) -> None:
        self._session.project.reload_labels()
        self._session.project.note_states(states)
        shown = self._session.annotations.stored_sample
        if shown is not None and shown.frame_id in states:
            self._session.annotations.reload()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        if before.refine != settings.refine:
            self._set_refine(settings.refine)
        if (before.conf, before.iou) != (settings.conf, settings.iou):
            self._decide_again()
        if settings.live != before.live:
            self.run_live()
            if settings.live and self._session.mode is Mode.PICTURES:
                self.predict(is_stored=False)
        device = (settings.device, settings.backend)
        loaded = self._session.weights.loaded
        if loaded is not None and device != (before.device, before.backend):
            self._session.switch_options(loaded.options)
        if before.cache_mb != settings.cache_mb:
            self._session.frames.set_cache_mb(settings.cache_mb)

    def _set_refine(self, name: str) -> None:
        """Refine what is loaded, and what it is compared with, from now on."""
        if self._session.weights.loaded is not None:
            self._session.weights.loaded.set_refine(name)
        self._refine_pair()
        self._decide_again()

    @Slot()
    def _refine_pair(self) -> None:
        for loaded in self._session.compare.sides:
            if loaded is not None:
                loaded.set_refine(self._settings.refine)

    def _decide_again(self) -> None:
        """The answer that is shown, decided anew without running the network."""
        self._session.live.set_thresholds(self.thresholds)
        self._session.compare.set_limits(self.thresholds)
        sample = self._session.annotations.stored_sample
        if sample is not None:
            labels = self._session.project.labels
            self._session.predictions.decode_again(*self.thresholds, sample, labels)
