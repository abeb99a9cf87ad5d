"""Records what a person sees live: each picture with the time at which it was captured."""

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.painting.overlay import paint
from engine.pipeline.live import LiveResult
from engine.pipeline.recorded import Recorded
from engine.sources.video_writer import VideoWriter

# For the pace of a recording whose frames carry their own times.
_FPS = 30.0


def painted(result: LiveResult) -> NDArray[np.uint8]:
    """The frame with what was seen in it."""
    if result.prediction is None:
        return result.frame.pixels
    return paint(result.frame.pixels, result.prediction, result.prediction.labels)


class Recorder:
    """A video under construction; without a picture no file is made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: VideoWriter | None = None
        self._first = self._last = 0.0
        self._frames = 0

    def write(self, pixels: NDArray[np.uint8], captured_at: float) -> None:
        """Append a picture (H, W, 3) RGB. SourceError where it cannot be written."""
        if self._writer is None:
            self._writer = VideoWriter(self.path, _FPS, (pixels.shape[0], pixels.shape[1]))
            self._first = captured_at
        self._writer.write(pixels, seconds=captured_at - self._first)
        self._last = captured_at
        self._frames += 1

    def close(self) -> Recorded | None:
        """Finish the file; None where there was no picture."""
        writer, self._writer = self._writer, None
        if writer is None:
            return None
        writer.close()
        return Recorded(self.path, self._frames, self._last - self._first)


class Recording:
    """A recording that one thread begins and ends, and another one fills."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recorder: Recorder | None = None

    def begin(self, path: Path) -> None:
        """Record from the next picture on, into a folder that is made if need be."""
        with self._lock:
            self._recorder = Recorder(path)

    def take(self, result: LiveResult) -> None:
        """Record it, if anybody wants that. SourceError where it cannot be written: it is over."""
        with self._lock:
            if self._recorder is None:
                return
            try:
                _make_folder(self._recorder.path.parent)
                self._recorder.write(painted(result), result.captured_at)
            except SourceError:
                self._recorder = None
                raise

    def end(self) -> Recorded | None:
        """Finish the file; None where nothing was recorded."""
        with self._lock:
            recorder, self._recorder = self._recorder, None
            return recorder.close() if recorder is not None else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(
            f"Cannot make the folder {folder}: {error.strerror}.", hint="Check its permissions."
        ) from error
