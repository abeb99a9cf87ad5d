"""Frames of a video file or network address, by exact index in the order they are shown."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.regular_files import check_regular
from engine.sources.source import check_index, frame_of, is_url, without_password
from engine.sources.video_index import VideoIndex, decode, index_frames, index_packets
from engine.sources.video_indexes import index_of
from engine.values import Frame, FrameId

logger = logging.getLogger(__name__)

_HINT = "It may be damaged. Re-encode it as H.264, or open a folder of pictures."
_MOST_BYTES = 1 << 40
_MOST_PIXELS = 1 << 26
"""A frame that claims more (8192 x 8192) is refused before anything is decoded."""
# Seconds to open a network address, and seconds without an answer after which it counts as lost.
_TIMEOUTS = (10.0, 3.0)
_INTERLACED = (2, 3, 4, 5)
"""The orders of fields (`field_order`) of which two make a frame."""
# Beyond this a sample aspect ratio is damage; the widest in use is below 2.2.
_MOST_ASPECT = 4


class VideoSource:
    """A video by PyAV. Index n is the n-th frame shown; reading in order costs no seek.

    A file that ends early gives what it has; `warning` then says how much that is, and `advice`
    what can be done.
    """

    def __init__(self, what: Path | str) -> None:
        self._path = str(what)
        self._is_url = is_url(self._path)
        self.name = without_password(self._path) if self._is_url else Path(what).name
        self.warning = self.advice = ""
        self._container, self._stream = self._open()
        # Read once: a stream of a closed container lies in memory that is freed.
        rate = self._stream.average_rate or self._stream.guessed_rate
        self.fps: float | None = float(rate) if rate else None
        self._decoded: Iterator[Any] | None = None
        # One for all frames: it starts threads, which took longer than what they do.
        self._reformatter = VideoReformatter()
        self._next = 0  # The index of the frame that `_decoded` gives next.
        # From here on its frames are right; None: decoding begins somewhere, at its first frame.
        self._whole_from: int | None = 0
        self._index = VideoIndex((), (0,)) if self._is_url else self._indexed()

    @property
    def is_live(self) -> bool:
        """Whether this is a network address without an end."""
        return self._is_url and self._container.duration is None

    @property
    def count(self) -> int | None:
        """How many frames can be shown; None for a network address."""
        return None if self._is_url else len(self._index.times)

    def frame_id(self, index: int) -> FrameId:
        """The path of the video and the index."""
        return FrameId(self.name if self._is_url else self._path, index)

    def read(self, index: int) -> Frame:
        """The frame at `index`; one soon after the last one read is decoded towards, not sought."""
        if self._is_url:
            raise SourceError(f"{self.name} can only be played, not searched.")
        check_index(index, len(self._index.times), self.name)
        before = self._index.key_before(index)
        # Some containers land late, and some packets marked as key frames are none: then try one
        # key frame earlier, three, at last from the start.
        for start in dict.fromkeys((before, *self._index.keys_before(before), 0)):
            picture = self._decode_towards(index, start)
            if picture is not None:
                return frame_of(self.frame_id(index), self._upright(picture))
        raise SourceError(f"Cannot read frame {index} of {self.name}.", hint=_HINT)

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Every frame in order from `start`."""
        if self._is_url:
            yield from self._play(cancel, start)
            return
        for index in range(start, len(self._index.times)):
            cancel.check()
            try:
                frame = self.read(index)
            except SourceError:
                continue  # Damaged within the file: `warning` counts it at the end.
            yield frame

    def close(self) -> None:
        """Close the file."""
        self._decoded = None
        self._container.close()

    def _open(self) -> tuple[Any, Any]:
        try:
            container = self._container_of()
        except (av.FFmpegError, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "unknown kind of file"
            if self._is_url and isinstance(error, av.InvalidDataError):
                reason = "what answers there sends no video"
            hint = "Check the address and the network." if self._is_url else _HINT
            raise SourceError(f"Cannot open {self.name}: {reason}.", hint=hint) from error
        if not container.streams.video:
            container.close()
            raise SourceError(
                f"{self.name} has no video in it.", hint="It may hold sound only; choose another."
            )
        stream = container.streams.video[0]
        if stream.codec_context is None:
            container.close()
            raise SourceError(f"The way {self.name} is coded is unknown.", hint=_HINT)
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > _MOST_PIXELS:
            container.close()
            raise SourceError(
                f"The frames of {self.name} claim {width} x {height} pixels.",
                hint=f"Re-encode it with at most {_MOST_PIXELS // 1_000_000} megapixels a frame.",
            )
        stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
        stream.thread_type = "AUTO"
        return container, stream

    def _container_of(self) -> Any:
        if self._is_url:
            return av.open(self._path, timeout=_TIMEOUTS, metadata_errors="replace")
        check_regular(Path(self._path), _MOST_BYTES, SourceError)
        # What looks like a video may be a list of addresses: a file is allowed to name files only.
        return av.open(
            "file:" + self._path,
            metadata_errors="replace",
            options={"protocol_whitelist": "file"},
        )

    def _indexed(self) -> VideoIndex:
        index = index_of(self._path, self._scan)
        if not index.times:
            self.close()
            raise SourceError(f"No frame of {self.name} can be read.", hint=_HINT)
        promised = self._stream.frames - index.hidden
        # A few frames hidden by an edit list are no damage.
        if len(index.times) < 0.98 * promised - 2:
            self.warning = (
                f"{self.name} ends early: {len(index.times)} of {promised} frames can be read."
            )
            self.advice = "What can be read is shown."
        elif self._stream.codec_context.field_order in _INTERLACED:
            self.warning = f"{self.name} is interlaced: what moves has combed edges."
            self.advice = f"ffmpeg -i {self.name} -vf bwdif whole.mp4 makes whole frames of it."
        return index

    def _scan(self) -> VideoIndex:
        index = index_packets(self._container, self._stream)
        self._reopen()
        if index is None:
            index = index_frames(self._container, self._stream)
            self._reopen()
        logger.debug("Indexed %s: %d frames.", self.name, len(index.times))
        return index

    def _reopen(self) -> None:
        # The only way to the very first frame that holds for every container.
        self._decoded = None
        self._container.close()
        self._container, self._stream = self._open()
        self._next, self._whole_from = 0, 0

    def _decode_towards(self, index: int, start: int) -> Any | None:
        """The picture at `index`, decoding on from where we are or else from `start`."""
        if self._decoded is None or not start <= self._next <= index:
            self._seek(start)
        assert self._decoded is not None
        for picture in self._decoded:
            found = self._index.index_at(picture.pts) if self._index.is_timed else self._next
            if found is None:
                continue
            self._next = found + 1
            is_right = self._is_right(found, picture)
            if found == index:
                return picture if is_right or start == 0 else None
            if found > index:
                return None
        self._decoded = None
        return None

    def _is_right(self, index: int, picture: Any) -> bool:
        """Whether all that this frame refers to was decoded before it."""
        if picture.key_frame and not self._index.is_counted:
            self._whole_from = index if self._whole_from is None else min(index, self._whole_from)
        elif self._whole_from is None:
            self._whole_from = self._index.whole_after(index)
        return index >= self._whole_from and not picture.is_corrupt

    def _seek(self, start: int) -> None:
        if start == 0 or not self._index.is_timed:
            if self._decoded is not None or self._next:
                self._reopen()
        else:
            try:
                self._container.seek(self._index.times[start], stream=self._stream)
            except (av.FFmpegError, OSError) as error:
                logger.info("Cannot search %s, so it is read from its start: %s", self.name, error)
                self._reopen()
            else:
                self._next, self._whole_from = start, None
        self._decoded = decode(self._container, self._stream)

    def _play(self, cancel: CancelToken, start: int) -> Iterator[Frame]:
        for index, picture in enumerate(decode(self._container, self._stream), start):
            cancel.check()
            yield frame_of(self.frame_id(index), self._upright(picture))
        if self.is_live:
            raise SourceError(
                f"{self.name} stopped sending.", hint="Check the network and the camera."
            )

    def _upright(self, picture: Any) -> NDArray[np.uint8]:
        try:
            width = self._shown_width(picture.width, picture.height)
            shown = self._reformatter.reformat(picture, format="rgb24", width=width)
            pixels = np.asarray(shown.to_ndarray(), np.uint8)
        except (av.FFmpegError, ValueError, MemoryError) as error:
            raise SourceError(f"A frame of {self.name} cannot be read.", hint=_HINT) from error
        # Degrees counter-clockwise, from the display matrix that phones write.
        quarter_turns = round(picture.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(pixels, quarter_turns)) if quarter_turns else pixels

    def _shown_width(self, width: int, height: int) -> int:
        """As wide as it is meant to be shown: the pixels of some videos are no squares."""
        aspect = self._stream.sample_aspect_ratio or 1
        if not 1 / _MOST_ASPECT <= aspect <= _MOST_ASPECT:
            return width
        shown = max(1, round(width * aspect))
        return shown if shown * height <= _MOST_PIXELS else width
