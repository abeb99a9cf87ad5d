"""Shows live results without our own window: OpenCV's, recordings, both or neither."""

import logging
import os
import sys
import threading
import time
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.pipeline.live import LiveLink, LiveResult
from engine.pipeline.recorded import Places, Recorded
from engine.pipeline.recorder import Recording, painted
from engine.pipeline.told import counts_told

logger = logging.getLogger(__name__)

_TITLE = "Maskloop live (q or Esc ends it)"
_KEYS_TO_END = (ord("q"), 27)


def can_show() -> bool:
    """Whether OpenCV can open a window here; it would end the whole program if it cannot."""
    if "PySide6" in sys.modules:  # Two Qts in one program do not go together.
        return False
    if "GUI:" not in cv2.getBuildInformation() or _has_no_gui():
        return False
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(has_display) or not sys.platform.startswith("linux")


def _has_no_gui() -> bool:
    lines = cv2.getBuildInformation().splitlines()
    return any(line.split()[:2] == ["GUI:", "NONE"] for line in lines)


class LiveDisplay:
    """Paints each result; `seconds` after the first one it ends the work."""

    def __init__(self, link: LiveLink, *, record: Places, window: bool, seconds: float) -> None:
        self.frames = 0
        self.recorded: Recorded | None = None
        """What was recorded, once it is over."""
        self.counts: list[dict[str, Any]] = []
        """What was counted until the last frame."""
        self._link = link
        self._is_seen = record.seen is not None
        self._recording = Recording()
        if record.paths:
            self._recording.begin(record)
        self._window = window and can_show()
        # By a clock of its own: a Source that is lost shows nothing that could end it.
        self._end = threading.Timer(seconds, link.cancel.cancel) if seconds else None
        if window and not self._window:
            logger.warning("No window can be opened here: going on without one.")

    def show(self, result: LiveResult) -> None:
        """Paint a result, show and record it, and report when it was seen."""
        start = time.perf_counter()
        if result.counted is not None:
            self.counts = counts_told(result.counted)
        if self._end is not None and not self.frames:
            self._end.daemon = True
            self._end.start()
        pixels = result.frame.pixels
        is_painted = self._window or (self._is_seen and self._recording.is_on)
        if is_painted:
            pixels = painted(result)
        if self._recording.is_on:
            self._record(result, pixels if is_painted else None)
        if self._window:
            self._draw(pixels)
        self.frames += 1
        self._link.meter.shown(result.captured_at, time.perf_counter() - start)

    def close(self) -> None:
        """Finish what is recorded and close the window."""
        if self._end is not None:
            self._end.cancel()
        self.recorded = self._recording.end() or self.recorded
        if self._window:
            cv2.destroyAllWindows()

    def _record(self, result: LiveResult, seen: NDArray[np.uint8] | None) -> None:
        start = time.perf_counter()
        ended = self._recording.take(result, seen)
        self._link.meter.mark("record", time.perf_counter() - start)
        if ended is not None:
            self.recorded = ended
            logger.warning("The recording has ended: %s", ended.ended)

    def _draw(self, pixels: NDArray[np.uint8]) -> None:
        cv2.imshow(_TITLE, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        if cv2.waitKey(1) & 0xFF in _KEYS_TO_END:
            self._link.cancel.cancel()
