"""Records live frames: what a person sees, the frames as they came, what was said of each.

Each picture keeps the time at which it was captured.
"""

import shutil
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.painting.both import paint_both
from engine.painting.overlay import paint
from engine.pipeline.frame_lines import FrameLines
from engine.pipeline.live import LiveResult
from engine.pipeline.recorded import Places, Recorded
from engine.sources.video_writer import VideoWriter

# For the pace of a recording whose frames carry their own times.
_FPS = 30.0
RESERVE = 32 << 20
"""Bytes left free on the disk: to finish a file takes room as well."""


def painted(result: LiveResult) -> NDArray[np.uint8]:
    """The frame with what was seen in it."""
    if result.prediction is None:
        return result.frame.pixels
    other = result.beside.prediction if result.beside is not None and result.is_over else None
    if other is not None:
        return paint_both(result.frame.pixels, other, result.prediction)
    return paint(result.frame.pixels, result.prediction, result.prediction.labels)


class Recorder:
    """A video under construction; without a picture no file is made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.codec = ""
        self._writer: VideoWriter | None = None
        self._first = 0.0

    def write(self, pixels: NDArray[np.uint8], captured_at: float) -> None:
        """Append a picture (H, W, 3) RGB. SourceError where it cannot be written."""
        if self._writer is None:
            self._writer = VideoWriter(self.path, _FPS, (pixels.shape[0], pixels.shape[1]))
            self._first, self.codec = captured_at, self._writer.codec
        self._writer.write(pixels, seconds=captured_at - self._first)

    def close(self) -> None:
        """Finish the file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                writer.close()
            except SourceError:
                writer.discard()
                raise

    def discard(self) -> None:
        """Leave no file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.discard()


class _Parts:
    """The files of one recording while frames come."""

    def __init__(self, places: Places) -> None:
        self._seen, self._raw = (
            Recorder(path) if path is not None else None for path in (places.seen, places.raw)
        )
        self._lines = FrameLines(places.lines) if places.lines is not None else None
        self._places = places
        self._first = self._last = 0.0
        self._frames = 0

    def take(self, result: LiveResult, seen: NDArray[np.uint8] | None) -> None:
        """One frame more. SourceError where it has no room."""
        for folder in {path.parent for path in self._places.paths}:
            _make_folder(folder)
            _check_room(folder)
        if self._seen is not None:
            self._seen.write(painted(result) if seen is None else seen, result.captured_at)
        if self._raw is not None:
            self._raw.write(result.frame.pixels, result.captured_at)
        if self._lines is not None:
            self._lines.write(result)
        if not self._frames:
            self._first = result.captured_at
        self._last = result.captured_at
        self._frames += 1

    def end(self, ended: str) -> Recorded | None:
        """Finish every file that can be finished; None where nothing was recorded."""
        parts = [part for part in (self._seen, self._raw, self._lines) if part is not None]
        kept: list[Path] = []
        trouble: SourceError | None = None
        for part, path in zip(parts, self._places.paths, strict=True):
            if not self._frames:
                part.discard()
                continue
            try:
                part.close()
                kept.append(path)
            except SourceError as error:
                trouble = error
                part.discard()
        if trouble is not None and not kept:
            raise trouble
        if not kept:
            return None
        codecs = [part.codec for part in (self._seen, self._raw) if part is not None]
        seconds = self._last - self._first
        why = ended or (trouble.message if trouble is not None else "")
        return Recorded(tuple(kept), self._frames, seconds, codecs[0] if codecs else "", why)


class Recording:
    """A recording that one thread begins and ends, and another one fills."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: _Parts | None = None

    @property
    def is_on(self) -> bool:
        """Whether anybody wants frames recorded."""
        return self._parts is not None

    def begin(self, places: Places) -> None:
        """Record from the next picture on, into folders that are made if need be."""
        with self._lock:
            self._parts = _Parts(places)

    def take(self, result: LiveResult, seen: NDArray[np.uint8] | None = None) -> Recorded | None:
        """Record it, if anybody wants that; `seen` is the frame as painted already.

        Where it cannot go on, as on a full disk, it is over: what was recorded is finished and
        given, with the reason; SourceError where nothing is left of it.
        """
        with self._lock:
            if self._parts is None:
                return None
            try:
                self._parts.take(result, seen)
                return None
            except SourceError as error:
                done: Recorded | None = None
                with suppress(SourceError):  # What is wrong is known.
                    done = self._end(error.message)
                if done is None:
                    raise
                return done

    def end(self, ended: str = "") -> Recorded | None:
        """Finish the files; None where nothing was recorded. `ended` is why, if nobody asked."""
        with self._lock:
            return self._end(ended)

    def _end(self, ended: str) -> Recorded | None:
        parts, self._parts = self._parts, None
        return parts.end(ended) if parts is not None else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(
            f"Cannot make the folder {folder}: {error.strerror}.", hint="Check its permissions."
        ) from error


def _check_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < RESERVE:
        raise SourceError(
            f"The disk of {folder} is full.", hint="Free some space, then record again."
        )
