"""The Job behind a video or camera: opens, reads and closes the Source, runs the model on it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import AppError
from engine.import_order import import_vision
from engine.jobs import CancelToken, Latest, Progress
from engine.pipeline.usage import Usage, UsageMeter
from engine.sources.source import SourceName, is_url
from engine.thresholds import Thresholds
from gui.controllers.weights import LoadedWeights

if TYPE_CHECKING:
    from engine.pipeline.capture import CapturedFrame
    from engine.pipeline.live import LiveResult
    from engine.pipeline.pipeline import Pipeline
    from engine.pipeline.reconnect import Lost
    from engine.pipeline.recorder import Recording
    from engine.sources.source import Source
    from engine.values import Frame


USAGE_SECONDS = 0.5

Opener = Callable[[SourceName], "Source"]
"""Opens what is played by its name."""


@dataclass(frozen=True)
class LiveInfo:
    """What was opened; `count` is None for a camera."""

    what: SourceName
    name: str
    count: int | None
    fps: float | None
    warning: str = ""
    advice: str = ""

    @property
    def root(self) -> Path | None:
        """The folder whose project its frames belong to; None: that of the cameras."""
        if isinstance(self.what, str):
            return None if is_url(self.what) else Path(self.what).absolute().parent
        return None if isinstance(self.what, int) else self.what.root

    @property
    def is_folder(self) -> bool:
        """Whether its frames are pictures that arrive in a folder."""
        return not isinstance(self.what, str) and self.root is not None


@dataclass(frozen=True)
class Connection:
    """A camera or address that was lost, or is back (None)."""

    lost: "Lost | None"


class Following:
    """What window and Job share: written by the window, read by the Job frame by frame."""

    def __init__(
        self,
        what: SourceName,
        loaded: LoadedWeights | None,
        thresholds: Thresholds,
        opener: "Opener | None" = None,
    ) -> None:
        from engine.pipeline.meter import Meter
        from engine.pipeline.transport import Transport

        self.what = what
        self.opener = opener
        self.loaded = loaded
        self.beside: LoadedWeights | None = None
        self.is_over = False
        self.thresholds = thresholds
        self.transport = Transport()
        self.meter = Meter()
        self.box: Latest[CapturedFrame] = Latest()
        self.usage = Usage()
        # Made by the Job, as its libraries take long to import.
        self.recording: Recording | None = None

    def show_again(self, frame: "Frame") -> None:
        """Run on a frame that was shown, unless a newer one waits already."""
        from engine.pipeline.capture import CapturedFrame

        self.box.put_if_empty(CapturedFrame(frame, time.perf_counter()))


def follow(
    following: Following,
    show: Callable[[Any], None],
    tell: Callable[[Any], None],
    progress: Progress,
    cancel: CancelToken,
) -> None:
    """Play until cancelled; frames go to `show`, newest first, and to `tell` what was opened, what
    was lost and found, and what came of a recording."""
    import_vision()
    from engine.open import open_source
    from engine.pipeline.live import LiveLink, run_live
    from engine.pipeline.reconnect import Reconnect
    from engine.pipeline.recorder import Recording

    recording = following.recording = Recording()
    receive = _Receiver(following, recording, show, tell).receive
    is_open = False

    def open_it() -> "Source":
        nonlocal is_open
        source = (following.opener or open_source)(following.what)
        if not is_open:
            told = (str(getattr(source, name, "")) for name in ("warning", "advice"))
            info = LiveInfo(following.what, source.name, source.count, source.fps, *told)
            tell((following, info))
        is_open = True
        return source

    def pipeline() -> "Pipeline | None":
        return following.loaded.pipeline if following.loaded is not None else None

    def beside() -> "Pipeline | None":
        return following.beside.pipeline if following.beside is not None else None

    def thresholds() -> Thresholds:
        return following.thresholds

    def on_lost(lost: "Lost | None") -> None:
        if lost is not None:
            end_recording(recording, following, tell, lost.error.message)
        tell((following, Connection(lost)))

    link = LiveLink(
        cancel,
        meter=following.meter,
        box=following.box,
        transport=following.transport,
        reconnect=Reconnect(),
        on_lost=on_lost,
    )
    try:
        run_live(open_it, pipeline, receive, link, thresholds, get_beside=beside)
    finally:
        end_recording(recording, following, tell)
    cancel.check()


class _Receiver:
    """Passes each result on: to be shown, to be recorded, and with what the machine is at."""

    def __init__(
        self,
        following: Following,
        recording: "Recording",
        show: Callable[[Any], None],
        tell: Callable[[Any], None],
    ) -> None:
        self._following, self._recording = following, recording
        self._show, self._tell = show, tell
        self._look = _Looks(following).look

    def receive(self, result: "LiveResult") -> None:
        """One frame's, in the Job's thread."""
        result = replace(result, is_over=self._following.is_over)
        self._show((self._following, result))
        self._look(result)
        if not self._recording.is_on:
            return
        start = time.perf_counter()
        try:
            ended = self._recording.take(result)
        except AppError as error:
            self._tell((self._following, error))
            return
        self._following.meter.mark("record", time.perf_counter() - start)
        if ended is not None:
            self._tell((self._following, ended))


class _Looks:
    """Notes from time to time what of the machine is taken: while frames come, in their Job."""

    def __init__(self, following: Following) -> None:
        self._following = following
        self._meter, self._next = UsageMeter(), time.perf_counter() + USAGE_SECONDS

    def look(self, result: "LiveResult") -> None:
        """A frame has come."""
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + USAGE_SECONDS
            pipeline = result.pipeline
            self._following.usage = self._meter.read(pipeline.device_id if pipeline else "cpu")


def end_recording(
    recording: "Recording", following: Following, tell: Callable[[Any], None], ended: str = ""
) -> None:
    """Finish the files that are being written, if any, and tell what came of it."""
    try:
        recorded = recording.end(ended)
    except AppError as error:
        tell((following, error))
        return
    if recorded is not None:
        tell((following, recorded))
