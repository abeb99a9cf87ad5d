"""A video, network address or camera that has the canvas: played, sought, frozen."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.errors import AppError
from engine.pipeline.recorded import Recorded
from engine.sources.source import SourceName, is_url, without_password
from engine.thresholds import Thresholds
from gui.controllers.frozen import save_frame
from gui.controllers.live_job import Connection, Following, LiveInfo, Opener, follow
from gui.controllers.weights import LoadedWeights
from gui.jobs import Job, Jobs, Mailbox, Outbox

if TYPE_CHECKING:
    from engine.pipeline.live import LiveResult
    from engine.pipeline.meter import Rates
    from engine.pipeline.transport import Transport

__all__ = ["LiveController", "LiveInfo"]

RATES_MS = 500


class LiveController(QObject):
    """The Job owns the Source; this side only sets the Transport and shows the newest frame.

    `lost` tells of each try to find a camera or address again, and None when it is back.
    """

    opening = Signal(str)
    opening_given_up = Signal()
    opened = Signal(object)
    lost = Signal(object)
    recorded = Signal(object)
    recording_failed = Signal(object)
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
        # What is being opened, while what is open stays.
        self._waiting: Job | None = None
        self._is_playing = False
        self._is_outdated = False
        self._sought: int | None = None
        self._shots = Mailbox(self)
        self._shots.arrived.connect(self._on_shot)
        self._news = Outbox(self)
        self._news.arrived.connect(self._on_news)
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

    @property
    def following(self) -> Following | None:
        """What window and Job share of what is open."""
        return self._following

    def open(self, what: SourceName, loaded: LoadedWeights | None, thresholds: Thresholds) -> None:
        """Open something live; what was open stays until that has worked."""
        self._give_up_opening()
        following = Following(what, loaded, thresholds, self.opener)
        work = partial(follow, following, self._shots.put, self._news.put)
        self._waiting = self._jobs.create(work, about=following)
        self._waiting.failed.connect(self._on_failed)
        self._waiting.ended.connect(self._on_ended)
        self._jobs.start(self._waiting)
        self.opening.emit(name_of(what))

    def close(self) -> None:
        """Close what is open; the Job ends by itself."""
        self._give_up_opening()
        if self._job is not None:
            self._drop()
            self._clock.stop()
            self._set_playing(False)
            self.ended.emit()

    def _give_up_opening(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.cancel()
            self.opening_given_up.emit()

    def _drop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        if self._following is not None:
            self._following.transport.pause()
        self._following, self.info, self.shot = None, None, None
        self._sought = None

    def set_loaded(
        self,
        loaded: LoadedWeights | None,
        beside: LoadedWeights | None = None,
        *,
        is_over: bool = False,
    ) -> None:
        """Run these weights from the next frame on, and others beside to compare with; `is_over` if
        a recording shows both over one another, as the canvas does."""
        following = self._following
        if following is None:
            return
        following.is_over = is_over
        if (loaded, beside) == (following.loaded, following.beside):
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
        elif not is_video and self.shot is not None and self._following is not None:
            # The next frame of a camera is too late where it is paused, or pictures arrive seldom.
            self._sought = self.shot.frame.id.index
            self._following.show_again(self.shot.frame)

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

    def set_speed(self, speed: float) -> None:
        """So many times as fast as it was taken."""
        if self._following is not None:
            self._transport().speed = speed

    def set_loop(self, loops: bool) -> None:
        """Begin anew at the end, or stop there."""
        if self._following is not None:
            self._transport().loops = loops

    def set_marks(self, first: int | None, last: int | None) -> None:
        """Play from the first to the last of these frames; None is the video's own end."""
        if self._following is not None:
            self._transport().set_marks(first, last)

    def _set_playing(self, is_playing: bool) -> None:
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self.playing_changed.emit(is_playing)

    @Slot(object)
    def _on_news(self, news: tuple[Following, object]) -> None:
        following, what = news
        if isinstance(what, Recorded):
            self.recorded.emit(what)
        elif isinstance(what, AppError):
            self.recording_failed.emit(what)
        elif self._waiting is not None and following is self._waiting.about:
            if isinstance(what, LiveInfo):
                self._take_over(following, what)
        elif following is self._following and isinstance(what, Connection):
            self.lost.emit(what.lost)

    def _take_over(self, following: Following, info: LiveInfo) -> None:
        self._drop()
        self._job, self._waiting = self._waiting, None
        self._following, self.info = following, info
        self._clock.start()
        self._set_playing(True)
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
                # Its end: the last frame may be on its way.
                self._sought = self._transport().bounds(self.info.count)[1]
                if self._is_outdated:
                    self.seek(self._sought)
            self._set_playing(self._transport().is_playing)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self.sender() is self._waiting:
            self._waiting = None
            self.failed.emit(error)
        elif self.sender() is self._job:
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


def name_of(what: SourceName) -> str:
    """What the person calls it."""
    if isinstance(what, int):
        return f"Camera {what}"
    if not isinstance(what, str):
        return what.name
    return without_password(what) if is_url(what) else Path(what).name
