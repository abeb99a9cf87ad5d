"""Writes pictures into a video file: H.264 where this PyAV can, else MJPEG."""

import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.sources.codecs import H264, MJPEG

# Fine enough that frames of a live recording keep their true distances.
_TIME_BASE = Fraction(1, 90_000)


def best_codec() -> str:
    """What this PyAV writes: H.264, or MJPEG, whose files are many times as large."""
    return H264 if "libx264" in av.codecs_available else MJPEG


class VideoWriter:
    """A video under construction: `write` every picture, then `close`.

    The file appears under its name when it is closed; until then it lies beside it as `.part`.
    Odd sizes lose their last row or column, as the usual codecs need even ones.
    """

    def __init__(
        self, path: Path, fps: float, size_hw: tuple[int, int], codec: str | None = None
    ) -> None:
        self.codec = codec or best_codec()
        self._path = path
        self._part = path.with_name(f"{path.stem}.part{path.suffix or '.mp4'}")
        self._fps = fps
        self._size_hw = size_hw[0] // 2 * 2, size_hw[1] // 2 * 2
        self._step = max(1, round(_TIME_BASE.denominator / fps)) if fps > 0 else 1
        self._last = -1
        if 0 in self._size_hw or not fps > 0:
            raise SourceError(f"A video of {size_hw[1]} x {size_hw[0]} pixels cannot be written.")
        try:
            self._container: Any = av.open(str(self._part), "w")
            self._stream = self._add_stream()
            self._container.start_encoding()
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._trouble(error) from error

    def write(self, pixels: NDArray[np.uint8], *, seconds: float | None = None) -> None:
        """Append a picture (H, W, 3) RGB; `seconds` since the start, else right after the last."""
        height, width = self._size_hw
        if pixels.shape[0] // 2 * 2 != height or pixels.shape[1] // 2 * 2 != width:
            raise SourceError(
                f"A frame of another size cannot go into {self._path.name}.",
                hint="Record into one file per size.",
            )
        time = self._last + self._step if self._last >= 0 else 0
        if seconds is not None:
            time = max(self._last + 1, round(seconds * _TIME_BASE.denominator))
        frame = av.VideoFrame.from_ndarray(
            np.ascontiguousarray(pixels[:height, :width]), format="rgb24"
        )
        frame.pts, frame.time_base = time, _TIME_BASE
        self._last = time
        self._mux(frame)

    def close(self) -> None:
        """Finish the file and put it under its name. Closing twice is fine."""
        if self._container is None:
            return
        try:
            if self._last >= 0:
                self._mux(None)
            self._container.close()
            os.replace(self._part, self._path)
        except (av.FFmpegError, OSError) as error:
            raise self._trouble(error) from error
        finally:
            self._container = None

    def discard(self) -> None:
        """Leave no file: what was written cannot be finished, and nothing can play it."""
        container, self._container = self._container, None
        with suppress(av.FFmpegError, OSError):
            if container is not None:
                container.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _add_stream(self) -> Any:
        is_h264 = self.codec == H264
        name = "libx264" if is_h264 else "mjpeg"
        stream = self._container.add_stream(name, rate=Fraction(self._fps).limit_denominator(1001))
        stream.height, stream.width = self._size_hw
        stream.pix_fmt = "yuv420p" if is_h264 else "yuvj420p"
        stream.codec_context.time_base = _TIME_BASE
        if is_h264:
            stream.options = {"preset": "veryfast", "crf": "20"}
        else:
            stream.options = {"qmin": "2", "qmax": "5"}
        return stream

    def _mux(self, frame: Any | None) -> None:
        try:
            for packet in self._stream.encode(frame):
                packet.duration = self._step  # Else that of the last frame is anybody's guess.
                self._container.mux(packet)
        except (av.FFmpegError, OSError) as error:
            raise self._trouble(error) from error

    def _trouble(self, error: BaseException) -> SourceError:
        reason = getattr(error, "strerror", None) or str(error)
        return SourceError(
            f"Cannot write the video {self._path}: {reason}.",
            hint="Check that the folder exists, is writable and has room, and the name's ending.",
        )
