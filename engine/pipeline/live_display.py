"""Shows live results without our own window: OpenCV's, a recording, both or neither."""

import logging
import os
import sys
import threading
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.pipeline.live import LiveLink, LiveResult
from engine.pipeline.recorder import Recorder, painted

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

    def __init__(
        self, link: LiveLink, *, record: Path | None, window: bool, seconds: float
    ) -> None:
        self.frames = 0
        self._link = link
        self._recorder = Recorder(record) if record is not None else None
        self._window = window and can_show()
        # By a clock of its own: a Source that is lost shows nothing that could end it.
        self._end = threading.Timer(seconds, link.cancel.cancel) if seconds else None
        if window and not self._window:
            logger.warning("No window can be opened here: going on without one.")

    def show(self, result: LiveResult) -> None:
        """Paint a result, show and record it, and report when it was seen."""
        start = time.perf_counter()
        if self._end is not None and not self.frames:
            self._end.daemon = True
            self._end.start()
        pixels = result.frame.pixels
        if self._window or self._recorder is not None:
            pixels = painted(result)
        if self._recorder is not None:
            self._recorder.write(pixels, result.captured_at)
        if self._window:
            self._draw(pixels)
        self.frames += 1
        self._link.meter.shown(result.captured_at, time.perf_counter() - start)

    def close(self) -> None:
        """Finish the recording and close the window."""
        if self._end is not None:
            self._end.cancel()
        if self._recorder is not None:
            self._recorder.close()
        if self._window:
            cv2.destroyAllWindows()

    def _draw(self, pixels: NDArray[np.uint8]) -> None:
        cv2.imshow(_TITLE, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        if cv2.waitKey(1) & 0xFF in _KEYS_TO_END:
            self._link.cancel.cancel()
