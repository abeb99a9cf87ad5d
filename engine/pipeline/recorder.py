"""Records what a person sees live: each picture with the time at which it was captured."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.painting.overlay import paint
from engine.pipeline.live import LiveResult
from engine.sources.video_writer import VideoWriter

# For the pace of a recording whose frames carry their own times.
_FPS = 30.0


@dataclass(frozen=True)
class Recorded:
    """A finished recording."""

    path: Path
    frames: int
    seconds: float


def recording_path(folder: Path, name: str) -> Path:
    """A file for a recording of what is called so, named by the time of now."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem)
    return folder / f"{stem or 'live'}-{time.strftime('%Y%m%d-%H%M%S')}.mp4"


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
