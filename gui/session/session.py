"""What is open now: owns the controllers of that, no others, and passes values between them."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine import endings
from engine.sources.source import SourceName, is_url
from engine.values import Frame, FrameId, Label, SampleState
from gui.controllers.labels import LabelsController
from gui.controllers.listing import Listing
from gui.controllers.live_job import LiveInfo
from gui.controllers.recording import RecordingController
from gui.recent import RecentPlaces
from gui.session.asking import Asking
from gui.session.freezing import Freezing
from gui.session.mode import CanvasMode
from gui.session.parts import make_parts
from gui.session.watching import Watching
from gui.settings import Settings, SettingsStore
from models.task import Task

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult


class Session(QObject):
    """One Project, one Frame, one Model; a video or camera may have the canvas instead."""

    mode_changed = Signal(str)
    failed = Signal(object)

    def __init__(self, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        parts = make_parts(store, self)
        self.store, self.jobs, self.shown = store, parts.jobs, parts.shown
        self.frames, self.project = parts.frames, parts.project
        self.annotations, self.weights = parts.annotations, parts.weights
        self.predictions, self.compare = parts.predictions, parts.compare
        self.live, self.large = parts.live, parts.large
        self.labels = LabelsController(parts.project, parts.large, self)
        self.asking, self.watching = Asking(parts, self), Watching(parts, self)
        self.recent = RecentPlaces(store.folder)
        self.freezing = Freezing(parts, self)
        self.recording = RecordingController(parts.live, parts.jobs, self)
        self._steps: list[Callable[[], None]] = []
        self._connect()

    @property
    def mode(self) -> CanvasMode:
        """What has the canvas."""
        return self.shown.now.mode

    @property
    def shown_labels(self) -> tuple[Label, ...]:
        """The labels of all that is on screen: the project's, and those lent by a model."""
        own = self.project.labels
        ids = {label.id for label in own}
        return (*own, *(x for x in self.annotations.lent_labels if x.id not in ids))

    @property
    def colored_by(self) -> str:
        """What colors tell apart: as chosen, else tracks, objects of an instance model, labels."""
        chosen, loaded = self.store.now.colored_by, self.weights.loaded
        if chosen != "auto":
            return chosen
        if self.store.now.tracks and self.mode is CanvasMode.LIVE:
            return "track"
        return "object" if loaded and loaded.task == Task.INSTANCE else "label"

    def _connect(self) -> None:
        self.store.changed.connect(self._on_settings)
        self._on_settings(self.store.now)
        self.frames.frame_shown.connect(self._on_frame)
        self.frames.frame_pending.connect(self._on_pending)
        self.frames.frame_failed.connect(self._on_frame_failed)
        self.project.listed.connect(self._on_listed)
        self.project.opened.connect(self._on_project_opened)
        self.project.closed.connect(self._on_project_closed)
        self.project.place_changed.connect(self._on_place)
        self.annotations.stored.connect(self.project.note_sample)
        self.annotations.stored.connect(self.project.reload_labels)
        self.annotations.history.taken.connect(self.project.note_taken)
        self.labels.edited.connect(self.annotations.history.read)
        self.labels.objects_edited.connect(self._on_objects_edited)
        self.weights.loaded_changed.connect(self.compare.again)
        self.compare.changed.connect(self.asking.run_live)
        self.compare.pair_changed.connect(self.asking.run_live)
        self.live.opened.connect(self._on_live_opened)
        self.live.shown.connect(self._on_shot)
        self.live.playing_changed.connect(self._on_playing)
        self.live.ended.connect(self._on_live_ended)
        for part in (self.project, self.labels, self.large, self.annotations, self.weights,
                     self.predictions, self.compare, self.live, self.freezing,
                     self.recording):  # fmt: skip
            part.failed.connect(self.failed)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self.project.where = settings.new_projects
        self.project.recursive = settings.search_below

    # Opening

    def open(self, paths: Sequence[str]) -> None:
        """Open whatever these are: pictures, a folder, a list, a video, an address, weights."""
        # Foreign ones too: loading them says what can be done with them.
        weights = [path for path in paths if path.lower().endswith(endings.WEIGHTS)]
        others = [path for path in paths if path not in weights]
        if weights:
            self.load_weights(weights[0])
        if others and (is_url(others[0]) or Path(others[0]).suffix.lower() in endings.VIDEOS):
            self.open_live(others[0])
        elif others:
            before = self.recent.find([os.path.abspath(path) for path in others])
            self.project.open_pictures(others, before.frame if before is not None else "")

    def open_live(self, what: SourceName) -> None:
        """Open a video, an address, a camera; what is open stays until that has worked."""
        if isinstance(what, str) and not is_url(what):
            what = os.path.abspath(what)
        self.live.open(what, self.asking.live_weights, self.asking.thresholds_for(what))

    @Slot(object)
    def _on_live_opened(self, info: LiveInfo) -> None:
        """It opened: only now it takes the canvas from what was there."""
        if info.root is not None:
            if self.project.root != info.root:
                self.project.open_for_video(info.root)
        elif self.project.project is None:
            self.project.open_for_video(None)
        self.frames.leave()
        self.annotations.leave()
        self.predictions.forget()
        self._set_mode(CanvasMode.LIVE)
        self.asking.run_live()
        self.live.set_thresholds(self.asking.live_thresholds)

    def load_weights(self, key: str) -> None:
        """Load weights by name or path."""
        now = self.store.now
        self.weights.load(key, now.device, now.backend)

    def switch_options(self, options: Mapping[str, object]) -> None:
        """Run the loaded weights under these live options."""
        now = self.store.now
        self.weights.switch(options, now.device, now.backend)

    def _set_mode(self, mode: CanvasMode) -> None:
        if mode is not self.mode:
            self.shown.clear(mode)
            if mode is CanvasMode.LIVE:
                self.compare.set_live()
            elif mode is CanvasMode.EMPTY:
                self.compare.set_frame(None, self.asking.thresholds)
                self.compare.set_on(False)
            self.mode_changed.emit(str(mode))

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        if not listing.takes_canvas:
            self.frames.set_list(listing.ids)
            return
        self._set_mode(CanvasMode.PICTURES if listing.ids else CanvasMode.EMPTY)
        self.live.close()
        shown = self.frames.frame_id
        index = listing.first
        if shown is not None and self.frames.index < len(listing.ids):
            same = listing.ids[self.frames.index] == shown
            index = self.frames.index if same else listing.first
        self.frames.set_ids(listing.ids, index)

    @Slot()
    def _on_project_opened(self) -> None:
        self.annotations.set_project(self.project.project)
        self.weights.look_in(self.project.folder)
        if self.frames.frame is not None:
            self._edit(self.frames.frame)

    @Slot()
    def _on_place(self) -> None:
        if self.weights.project_folder != self.project.folder:
            self.weights.look_in(self.project.folder)

    @Slot(object)
    def _on_objects_edited(self, states: Mapping[FrameId, SampleState] | None) -> None:
        """Labels were merged or deleted with their objects, on whatever pictures."""
        self.project.reload_states(states)
        self.annotations.reload()

    @Slot()
    def _on_project_closed(self) -> None:
        self.predictions.forget()
        self.large.leave()
        self.annotations.set_project(None)

    # The shown picture

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        self.live.pause()
        self._set_mode(CanvasMode.PICTURES)
        asks = self._asks_about(frame) and self.weights.loaded is not None
        self.shown.show(frame, is_asked=asks)
        self._edit(frame)

    def _asks_about(self, frame: Frame) -> bool:
        """Whether the model is to run on this picture by itself."""
        is_live = self.store.now.live and not self.predictions.is_busy_with_all
        return is_live or frame.id == self.freezing.newest

    def _edit(self, frame: Frame) -> None:
        self.predictions.forget()
        self.annotations.show(frame.id, frame.size_hw)
        asks, is_frozen = self._asks_about(frame), frame.id == self.freezing.newest
        raw, is_stored = self.freezing.take_raw(), self.asking.take_wish(frame.id) or is_frozen
        self.compare.set_frame(frame, self.asking.thresholds)
        if asks or is_stored:
            self.asking.predict(is_stored=is_stored, raw=raw if is_frozen else None)

    @Slot()
    def _on_pending(self) -> None:
        self.predictions.forget()
        self.annotations.leave()
        self.shown.clear(self.mode)

    @Slot(object)
    def _on_frame_failed(self, error: object) -> None:
        self.live.pause()
        self._set_mode(CanvasMode.PICTURES)

    @Slot(object)
    def go_to(self, frame_id: FrameId) -> None:
        """Show the picture with this id."""
        if frame_id in self.frames.ids:
            self.frames.go(list(self.frames.ids).index(frame_id))

    # Video and camera

    @Slot(object)
    def _on_shot(self, shot: "LiveResult") -> None:
        if self.mode is CanvasMode.LIVE:
            loaded = self.weights.loaded
            is_own = loaded is not None and shot.pipeline is loaded.pipeline
            raw = shot.raw if is_own else None
            self.shown.play(shot.frame, raw, is_playing=self.live.is_playing)

    @Slot(bool)
    def _on_playing(self, is_playing: bool) -> None:
        if self.mode is CanvasMode.LIVE:
            self.shown.change(is_playing=is_playing)

    def toggle_play(self) -> None:
        """Play or pause; from a frozen frame go back to the video or camera."""
        if self.mode is CanvasMode.LIVE and self.live.is_playing:
            self.live.pause()
        elif self.live.is_open:
            self._back_to_live()
            self.live.play()

    @Slot(int)
    def seek(self, index: int) -> None:
        """Show this frame of the video."""
        self._back_to_live()
        self.live.seek(index)

    def _back_to_live(self) -> None:
        if self.mode is not CanvasMode.LIVE:
            self.frames.leave()
            self.annotations.leave()
            self.predictions.forget()
            self._set_mode(CanvasMode.LIVE)

    def close_live(self) -> None:
        """Close the video or camera; pictures of the project come back."""
        self.live.close()

    @Slot()
    def _on_live_ended(self) -> None:
        if self.mode is CanvasMode.LIVE:
            self._set_mode(CanvasMode.PICTURES if self.frames.ids else CanvasMode.EMPTY)
            if self.frames.ids:
                self.frames.go(0)

    def at_close(self, step: Callable[[], None]) -> None:
        """Do this when the session closes: how a feature ends what it has running."""
        self._steps.append(step)

    def close(self) -> None:
        """Stop everything and close the project; nothing is lost."""
        self.live.close()
        for step in self._steps:
            step()
        self.jobs.close()
        self.frames.close()
        self.project.close()
