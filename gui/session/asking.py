"""Asks the loaded weights about what is shown, and passes their answers on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.counters import Counting
from engine.sources.source import SourceName
from engine.thresholds import Thresholds
from engine.values import Annotation, FrameId, Label, SampleState
from gui.controllers.counting import CountingController
from gui.controllers.picture_range import PictureRange
from gui.controllers.predictions import PredictAllRequest, PredictAnswer, PredictRequest
from gui.controllers.weights import LoadedWeights
from gui.session.mode import CanvasMode
from gui.session.parts import Parts
from gui.settings import Settings

if TYPE_CHECKING:
    from engine.pipeline.pipeline import RawResult


class Asking(QObject):
    """Between weights, thresholds, predictions and the shown Sample."""

    stored = Signal()  # proposals, of one picture or many

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._settings = parts.store.now
        self._wished: FrameId | None = None
        self.counting = CountingController(parts.store.folder, parts.live, self)
        self.counting.changed.connect(self._renew_live)
        parts.weights.loaded_changed.connect(self._on_loaded)
        parts.weights.unloaded.connect(self._on_unloaded)
        parts.predictions.answered.connect(self._on_answer)
        parts.predictions.failed.connect(self._on_no_answer)
        parts.predictions.batch_stored.connect(self._on_batch_stored)
        parts.compare.pair_changed.connect(self._refine_pair)
        parts.store.changed.connect(self._on_settings)
        parts.annotations.visibility.changed.connect(self._renew_live)

    @property
    def thresholds(self) -> Thresholds:
        """Confidence and overlap as the sliders say."""
        return self._settings.thresholds

    @property
    def live_thresholds(self) -> Thresholds:
        """The same for a video or camera: hidden labels are neither shown nor recorded."""
        return self._for_live(self.counting.now)

    def thresholds_for(self, what: SourceName) -> Thresholds:
        """The same for what is being opened, which has lines and zones of its own."""
        return self._for_live(self.counting.of(what))

    def _for_live(self, counting: Counting) -> Thresholds:
        visibility, parts = self._parts.annotations.visibility, self._parts
        thresholds = replace(self.thresholds, counting=counting)
        if visibility.is_all_hidden:
            return replace(thresholds, only=())
        hidden = {x.name for x in parts.project.labels if x.id in visibility.hidden_labels}
        if not hidden:
            return thresholds
        loaded = (parts.weights.loaded, *parts.compare.sides)
        known = {label.name for each in loaded if each is not None for label in each.labels}
        return replace(thresholds, only=tuple(sorted(known - hidden)))

    @property
    def live_weights(self) -> LoadedWeights | None:
        """The weights that run on a video or camera; None when live is off."""
        return self._parts.weights.loaded if self._settings.live else None

    @Slot()
    def run_live(self) -> None:
        """Let a video or camera run the loaded weights, or the two that are compared."""
        compare = self._parts.compare
        pair = compare.pair if compare.is_on else None
        if pair is not None:
            self._parts.live.set_loaded(pair[1], beside=pair[0], is_over=compare.is_over)
        else:
            self._parts.live.set_loaded(self.live_weights)
        self._renew_live()  # Other weights know other labels.

    @Slot()
    def _renew_live(self) -> None:
        """A label was hidden or is shown again, or something else is counted."""
        following = self._parts.live.following
        if following is not None and following.thresholds != self.live_thresholds:
            self._parts.live.set_thresholds(self.live_thresholds)

    def predict(self, *, is_stored: bool, raw: "RawResult | None" = None) -> bool:
        """Run the model on the shown picture, or use what it has said; False if there is no picture
        or no model. What is to be stored waits for a project that is still being opened."""
        parts = self._parts
        frame, sample = parts.frames.frame, parts.annotations.stored_sample
        if frame is None or parts.weights.loaded is None:
            return False
        if sample is None:
            self._wished = frame.id if is_stored and parts.project.is_opening else None
            return parts.project.is_opening
        labels = parts.project.labels
        parts.predictions.ask(
            PredictRequest(frame, sample, labels, self.thresholds, is_stored, raw)
        )
        return True

    def take_wish(self, frame_id: FrameId) -> bool:
        """Whether the model was to run on this picture before it could; asked once."""
        wished, self._wished = self._wished, None
        return wished == frame_id

    @property
    def can_predict_many(self) -> bool:
        """Whether there are pictures, a project and a model."""
        parts = self._parts
        has_pictures = bool(parts.frames.ids) and parts.project.place is not None
        return has_pictures and parts.weights.loaded is not None

    def predict_many(self, chosen: PictureRange) -> None:
        """Run the model on these pictures; nothing happens where it cannot."""
        parts, place = self._parts, self._parts.project.place
        if place is not None and self.can_predict_many:
            ids = chosen.pick(parts.frames.ids, parts.project.state_of)
            labels, keeps = parts.project.labels, chosen.keeps_proposals
            batch = PredictAllRequest(place, ids, labels, self.thresholds, keeps)
            parts.predictions.ask_all(batch)

    @Slot(object)
    def _on_loaded(self, loaded: LoadedWeights) -> None:
        loaded.set_refine(self._settings.refine)
        self._parts.predictions.set_loaded(loaded)
        self.run_live()
        self._parts.store.change(last_weights=loaded.key)
        is_here = self._settings.live and self._parts.shown.now.mode is CanvasMode.PICTURES
        is_asked = is_here and self.predict(is_stored=False)
        self._parts.shown.change(raw=None, is_asked=is_asked)

    @Slot()
    def _on_unloaded(self) -> None:
        """Nothing speaks any more: what was only proposed goes, what is stored stays."""
        parts = self._parts
        parts.predictions.set_loaded(None)
        parts.annotations.drop_draft()
        if parts.compare.pair is None:
            parts.compare.set_on(False)
        parts.compare.again()
        self.run_live()
        parts.store.change(last_weights="")
        parts.shown.change(raw=None, is_asked=False)

    @Slot(object)
    def _on_no_answer(self, error: object) -> None:
        self._parts.shown.change(is_asked=False)

    @Slot(object)
    def _on_answer(self, answer: PredictAnswer) -> None:
        annotations = self._parts.annotations
        shown = annotations.stored_sample
        if (
            shown is not None
            and shown.frame_id == answer.frame_id
            and (shown.annotations != answer.sample.annotations)
        ):
            # Drawn or accepted while the model was at work: it would be proposed again.
            self._decide_again(is_stored=answer.is_stored)
            return
        self.offer(answer.frame_id, answer.proposals, answer.labels)
        if answer.is_stored:
            annotations.store_draft(self.tr("Run {0}").format(answer.prediction.origin))
        frame = self._parts.shown.now.frame
        if frame is not None and frame.id == answer.frame_id:
            self._parts.shown.change(raw=answer.raw, is_asked=False)

    def offer(
        self, frame_id: FrameId, proposals: tuple[Annotation, ...], labels: Sequence[Label]
    ) -> None:
        """Show these proposals, whose labels are among `labels`, as the draft of this frame.

        A person may have changed the labels since. What only a model knows is lent: it enters the
        project when something with it is accepted.
        """
        from engine.annotations.mapping import merge, relabelled
        from engine.formats.labels_file import apart

        annotations, own = self._parts.annotations, self._parts.project.labels
        known = merge(own, annotations.lent_labels)
        mapped, merged = relabelled(proposals, labels, known)
        lent: list[Label] = []
        for label in merged[len(own) :]:
            lent.append(apart(label, (*own, *lent)))
        annotations.set_draft(frame_id, mapped, lent)

    @Slot(object)
    def _on_batch_stored(self, states: dict[FrameId, SampleState]) -> None:
        if self._parts.predictions.batch_root == self._parts.project.root:
            self.note_stored(states)  # Else another project is open by now.

    def note_stored(self, states: Mapping[FrameId, SampleState]) -> None:
        """Proposals were stored in the open project, of pictures that then have these states."""
        self._parts.project.reload_labels()
        self._parts.project.note_states(states)
        shown = self._parts.annotations.stored_sample
        if shown is not None and shown.frame_id in states:
            self._parts.annotations.reload()
        else:
            self._parts.annotations.history.read()
        self.stored.emit()

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        if before.refine != settings.refine:
            self._set_refine(settings.refine)
        if before.thresholds != settings.thresholds:
            self._decide_again()
        if settings.live != before.live:
            self.run_live()
            if settings.live and self._parts.shown.now.mode is CanvasMode.PICTURES:
                self.predict(is_stored=False)
        device = (settings.device, settings.backend)
        loaded = self._parts.weights.loaded
        if loaded is not None and device != (before.device, before.backend):
            self._parts.weights.switch(loaded.options, *device)
        if before.cache_mb != settings.cache_mb:
            self._parts.frames.set_cache_mb(settings.cache_mb)

    def _set_refine(self, name: str) -> None:
        """Refine what is loaded, and what it is compared with, from now on."""
        if self._parts.weights.loaded is not None:
            self._parts.weights.loaded.set_refine(name)
        self._refine_pair()
        self._decide_again()

    @Slot()
    def _refine_pair(self) -> None:
        for loaded in self._parts.compare.sides:
            if loaded is not None:
                loaded.set_refine(self._settings.refine)

    def _decide_again(self, *, is_stored: bool = False) -> None:
        """The answer that is shown, decided anew without running the network."""
        self._parts.live.set_thresholds(self.live_thresholds)
        self._parts.compare.set_thresholds(self.thresholds)
        sample = self._parts.annotations.stored_sample
        if sample is not None:
            labels = self._parts.project.labels
            self._parts.predictions.decode_again(
                self.thresholds, sample, labels, is_stored=is_stored
            )
