"""Reads any Frame by its FrameId: pictures, and frames of videos, of which one is kept open."""

import os
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import endings
from engine.errors import SourceError
from engine.sources.picture import picture_size, read_picture, read_thumbnail, shrunk
from engine.sources.source import frame_of
from engine.sources.video import VideoSource
from engine.values import Frame, FrameId


def is_video_frame(frame_id: FrameId) -> bool:
    """Whether the frame is one of a video, whatever that is called.

    A picture has index 0, and its ending or its content says what it is.
    """
    ending = os.path.splitext(frame_id.path)[1].lower()
    if frame_id.index > 0 or ending in endings.VIDEOS:
        return True
    return ending not in endings.PICTURES and not _is_picture(frame_id.path)


def _is_picture(path: str) -> bool:
    """Whether a file with an unusual ending holds a picture."""
    try:
        picture_size(Path(path))
    except SourceError:
        return False
    return True


class FrameReader:
    """May be used from several threads: pictures are read side by side, videos one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._video: VideoSource | None = None
        self._path = ""
        self._last: Frame | None = None

    def read(self, frame_id: FrameId) -> Frame:
        """The frame. SourceError where there is none."""
        if not is_video_frame(frame_id):
            return frame_of(frame_id, read_picture(Path(frame_id.path)))
        with self._lock:
            return self._read_video(frame_id)

    def size_hw(self, frame_id: FrameId) -> tuple[int, int]:
        """Height and width, upright; of a picture from its header alone."""
        if is_video_frame(frame_id):
            return self.read(frame_id).size_hw
        return picture_size(Path(frame_id.path))

    def thumbnail(self, frame_id: FrameId, side: int) -> NDArray[np.uint8]:
        """The frame with its longer side at most `side`: (h, w, 3) uint8 RGB."""
        if is_video_frame(frame_id):
            return shrunk(self.read(frame_id).pixels, side)
        return read_thumbnail(Path(frame_id.path), side)

    def __enter__(self) -> "FrameReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the video; the reader may still be used."""
        with self._lock:
            self._close()

    def _read_video(self, frame_id: FrameId) -> Frame:
        if self._last is not None and self._last.id == frame_id:
            return self._last
        if self._video is None or self._path != frame_id.path:
            self._close()
            self._video, self._path = VideoSource(Path(frame_id.path)), frame_id.path
        self._last = self._video.read(frame_id.index)
        return self._last

    def _close(self) -> None:
        if self._video is not None:
            self._video.close()
        self._video, self._last, self._path = None, None, ""
