"""Reads what a deep picture holds, for the canvas, and between its levels and the Tone."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.painting.tone import Tone
from engine.values import Frame
from gui.controllers.tone import ToneController
from gui.jobs import Job
from gui.main_window import MainWindow
from gui.questions import NewestJob
from gui.session.session import Session
from gui.session.shown import Shown

if TYPE_CHECKING:
    from engine.sources.deep_values import DeepValues

SHALLOW = (".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif")
"""Endings of files that never hold more than 8 bits."""


class LevelsLink(QObject):
    """What is set stays from picture to picture, as all of the Tone does."""

    deep_changed = Signal()

    def __init__(self, session: Session, window: MainWindow, tone: ToneController) -> None:
        super().__init__(window)
        self._session, self._tone = session, tone
        self._canvas, self._page, self._panel = window.canvas, window.picture, window.picture.levels
        self._deep: DeepValues | None = None
        self._reading = NewestJob(session.jobs, self)
        self._reading.answered.connect(self._on_read)
        self._reading.failed.connect(window.notice.show_error)
        session.shown.changed.connect(self._on_shown)
        tone.changed.connect(self._on_tone)
        self._panel.window_requested.connect(self._on_window)
        self._panel.spread_requested.connect(self._on_spread)

    @property
    def is_deep(self) -> bool:
        """Whether the shown picture has levels to set."""
        return self._deep is not None

    @Slot(object, object)
    def _on_shown(self, now: Shown, before: Shown) -> None:
        if now.frame is before.frame:
            return
        if self._deep is None and now.is_live and before.is_live:
            return  # From frame to frame there is nothing to be told anew.
        self._deep = None
        self._page.set_levels(None)
        self.deep_changed.emit()
        if now.frame is None or now.is_live or now.frame.id.path.lower().endswith(SHALLOW):
            self._reading.forget()
        else:
            self._reading.ask(now.frame, self._make)

    def _make(self, frame: Frame) -> Job:
        text = self.tr("Reading values")
        return self._session.jobs.create(partial(values_of, frame), text=text, is_quiet=True)

    @Slot(object, object)
    def _on_read(self, frame: Frame, found: "DeepValues | None") -> None:
        if found is None or self._session.shown.now.frame is not frame:
            return
        self._deep = found
        self._canvas.set_deep(found.values)
        self._page.set_levels(found)
        self._on_tone(self._tone.now)
        self.deep_changed.emit()

    @Slot(object)
    def _on_tone(self, tone: Tone) -> None:
        if self._deep is not None:
            self._panel.set_window(tone.window or self._deep.seen)

    @Slot(object)
    def _on_window(self, window: tuple[float, float]) -> None:
        self._tone.change({"window": window})

    @Slot(float)
    def _on_spread(self, percent: float) -> None:
        if self._deep is not None:
            window = self._deep.middle(percent) if percent else self._deep.ends
            if window[0] < window[1]:
                self._tone.change({"window": window})


def values_of(frame: Frame, progress: Progress, cancel: CancelToken) -> "DeepValues | None":
    """What a picture holds in more than 8 bits; a Job's work. None for a video's frame."""
    from engine.sources.deep_values import read_deep_values
    from engine.sources.frame_reader import is_video_frame

    return None if is_video_frame(frame.id) else read_deep_values(Path(frame.id.path))
