"""A video, network address or camera that has the canvas: played, sought, frozen."""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from engine import folders
from engine.errors import AppError, SourceError
from engine.files import replacing
from engine.jobs import CancelToken, Progress
from engine.thresholds import Thresholds
from engine.values import Frame, FrameId, Prediction
from gui.controllers.live_job import Following, LiveInfo, Opener, follow
from gui.controllers.weights import LoadedWeights
from gui.jobs import Job, Jobs, Mailbox, Outbox

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.meter import Rates
    from engine.pipeline.transport import Transport

__all__ = ["LiveController", "LiveInfo"]

translate = QCoreApplication.translate

RATES_MS = 500


class LiveController(QObject):
    """The Job owns the Source; this side only sets the Transport and shows the newest frame."""

    opened = Signal(object)
    shown = Signal(object)
    position_changed = Signal(int)
    playing_changed = Signal(bool)
    rates_changed = Signal(object)
    frozen = Signal(object)
    ended = Signal()
    failed = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.info: LiveInfo | None = None
        self.shot: LiveResult | None = None
        # None: `open_source`. A measurement or a test puts frames of its own here.
        self.opener: Opener | None = None
        self._jobs = jobs
        self._job: Job | None = None
        self._following: Following | None = None
        self._is_playing = False
        self._is_outdated = False
        self._sought: int | None = None
        self._shots = Mailbox(self)
        self._shots.arrived.connect(self._on_shot)
        self._news = Outbox(self)
        self._news.arrived.connect(self._on_opened)
        self._clock = QTimer(self)
        self._clock.setInterval(RATES_MS)
        self._clock.timeout.connect(self._on_clock)

    @property
    def is_open(self) -> bool:
        """Whether a video or camera is open, shown or waiting."""
        return self._job is not None

    @property
    def is_playing(self) -> bool:
        """Whether frames follow each other by themselves."""
        return self._is_playing

    def open(self, what: str | int, loaded: LoadedWeights | None, thresholds: Thresholds) -> None:
        """Open a video, an address or a camera; what was open before is closed."""
        self.close()
        name = f"Camera {what}" if isinstance(what, int) else Path(what).name
        self._following = Following(what, loaded, thresholds, self.opener)
        work = partial(follow, self._following, self._shots.put, self._news.put)
        self._job = self._jobs.create(work, about=self._following)
        self._job.setObjectName(name)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._jobs.start(self._job)
        self._clock.start()
        self._set_playing(True)

    def close(self) -> None:
        """Close what is open; the Job ends by itself."""
        if self._job is None:
            return
        job, self._job = self._job, None
        job.cancel()
        if self._following is not None:
            self._following.transport.pause()
        self._following, self.info, self.shot = None, None, None
        self._clock.stop()
        self._set_playing(False)
        self.ended.emit()

    def set_loaded(self, loaded: LoadedWeights | None, beside: LoadedWeights | None = None) -> None:
        """Run these weights from the next frame on, and others beside to compare with."""
        following = self._following
        if following is None or (loaded, beside) == (following.loaded, following.beside):
            return
        following.loaded, following.beside = loaded, beside
        self._show_again()

    def set_thresholds(self, thresholds: Thresholds) -> None:
        """Decide by these from the next frame on; a paused frame is decided again."""
        if self._following is not None:
            self._following.thresholds = thresholds
            self._show_again()

    def _show_again(self) -> None:
        is_video = self.info is not None and self.info.count is not None
        self._is_outdated = self._is_playing  # There may be no next frame: the last one then.
        if is_video and not self._is_playing and self.shot is not None:
            self.seek(self.shot.frame.id.index)

    # Playing

    def _transport(self) -> "Transport":
        assert self._following is not None
        return self._following.transport

    def play(self) -> None:
        """Go on from here."""
        if self._following is not None:
            self._transport().play()
            self._set_playing(True)

    def pause(self) -> None:
        """Stay on the frame shown."""
        if self._following is not None:
            self._sought = None
            self._transport().pause()
            self._set_playing(False)

    def seek(self, index: int) -> None:
        """Show this frame of a video."""
        if self._following is not None and self.info is not None and self.info.count is not None:
            self._sought = min(max(index, 0), self.info.count - 1)
            self._transport().seek(self._sought)

    def step(self, count: int) -> None:
        """Move by so many frames, and stay there."""
        if self.shot is not None:
            self.pause()
            self.seek(self.shot.frame.id.index + count)

    def _set_playing(self, is_playing: bool) -> None:
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self.playing_changed.emit(is_playing)

    @Slot(object)
    def _on_opened(self, news: tuple[Following, LiveInfo]) -> None:
        following, info = news
        if following is self._following:
            self.info = info
            self.opened.emit(info)

    @Slot(object)
    def _on_shot(self, news: "tuple[Following, LiveResult]") -> None:
        following, shot = news
        is_wanted = self._is_playing or shot.frame.id.index == self._sought
        if following is not self._following or not is_wanted:
            return  # A paused video stays on the frame that the person saw when pausing.
        self.shot = shot
        began = time.perf_counter()
        self.shown.emit(shot)
        following.meter.shown(shot.captured_at, time.perf_counter() - began)
        self.position_changed.emit(shot.frame.id.index)

    @Slot()
    def _on_clock(self) -> None:
        if self._following is None:
            return
        if self._is_playing:
            rates: Rates = self._following.meter.snapshot()
            self.rates_changed.emit(rates)
            if not self._transport().is_playing and self.info is not None and self.info.count:
                self._sought = self.info.count - 1  # Its end: the last frame may be on its way.
                if self._is_outdated:
                    self.seek(self._sought)
            self._set_playing(self._transport().is_playing)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self.sender() is self._job:
            self.failed.emit(error)

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._job:
            self.close()

    # Freezing

    def freeze(self, folder: Path) -> None:
        """Keep the shown frame: `frozen` follows.

        A frame of a video file is read again from there; a camera's is saved as a picture.
        """
        if self.shot is None or self.info is None:
            return
        self.pause()
        if Path(self.shot.frame.id.path).is_file():
            self.frozen.emit(self.shot)
            return
        job = self._jobs.create(
            partial(save_frame, self.shot, self.info.name, folder), text=self.tr("Saving the frame")
        )
        job.finished.connect(self.frozen)
        job.failed.connect(self.failed)
        self._jobs.start(job)


def save_frame(
    shot: "LiveResult", name: str, folder: Path, progress: Progress, cancel: CancelToken
) -> "LiveResult":
    """Write a camera's frame as a PNG into the project; gives the shot under its new name."""
    from PIL import Image

    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem)
    stem += time.strftime("-%Y%m%d-%H%M%S")  # A camera counts from 0 each time.
    path = folder / folders.FROZEN / f"{stem}_{shot.frame.id.index:06d}.png"
    try:
        with replacing(path) as temporary:
            Image.fromarray(shot.frame.pixels).save(temporary, format="PNG", compress_level=3)
    except OSError as error:
        message = translate("live", "Cannot save the frame: {0}.").format(error.strerror or error)
        hint = translate(
            "live", "Free some space, or open the video from a folder you may write to."
        )
        raise SourceError(message, hint=hint) from error
    frame_id = FrameId(str(path))
    frame = Frame(frame_id, shot.frame.pixels)
    prediction: Prediction | None = shot.prediction
    if prediction is not None:
        prediction = replace(prediction, frame_id=frame_id)
    return replace(shot, frame=frame, prediction=prediction)
