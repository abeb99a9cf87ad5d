"""What gives Frames in order; `engine.open` picks the right one.

A Source belongs to one thread: it is opened, read and closed there (the Job's), because decoders
and cameras are not safe to share.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from engine.errors import SourceError
from engine.jobs import CancelToken
from engine.values import Frame, FrameId

_URL_STARTS = ("http://", "https://", "rtsp://", "rtsps://", "rtmp://", "udp://", "tcp://")


class Source(Protocol):
    """Gives Frames in order: a picture, a folder, a list, a video or a camera."""

    @property
    def name(self) -> str:
        """What the person calls it."""

    @property
    def is_live(self) -> bool:
        """Whether frames come when they come and cannot be read again."""

    @property
    def fps(self) -> float | None:
        """Frames per second; None for pictures."""

    @property
    def count(self) -> int | None:
        """How many frames there are; None when nobody can know."""

    def frame_id(self, index: int) -> FrameId:
        """The id of the frame at `index`."""

    def read(self, index: int) -> Frame:
        """The frame at `index`; SourceError when it cannot be read."""

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """Every frame in order from `start`; a live source gives those of now."""

    def close(self) -> None:
        """Let go of the file or camera. Closing twice is fine."""


class SourceSpec(Protocol):
    """Names a live Source that needs more than a path, an address or a number."""

    @property
    def name(self) -> str:
        """What the person calls it."""

    @property
    def root(self) -> Path | None:
        """The folder whose project its frames belong to; None: that of the cameras."""

    def open(self) -> Source:
        """The Source, in the thread that reads it."""


SourceName = str | int | SourceSpec
"""A path or an address, a camera's number, or what needs more words."""


def frame_of(frame_id: FrameId, pixels: NDArray[np.uint8]) -> Frame:
    """A Frame that takes over `pixels` without copying them; nobody may write to them any more."""
    pixels.flags.writeable = False
    return Frame(frame_id, pixels)


def check_index(index: int, count: int, name: str) -> None:
    """SourceError unless 0 <= index < count."""
    if not 0 <= index < count:
        raise SourceError(f"{name} has no frame {index}.", hint=f"It has {count}, counted from 0.")


def is_url(what: str) -> bool:
    """Whether this text is an address that a video can be read from."""
    return what.lower().startswith(_URL_STARTS)


def without_password(address: str) -> str:
    """The address as it may be shown and kept: name and password are left out.

    A "#", "?" or "/" in one of them ends the place too early: then all up to the last "@" goes.
    """
    try:
        split = urlsplit(address)
        place, is_whole = split.netloc, split.port is None or "@" not in split.fragment
    except ValueError:  # What stands where the port should is no number.
        place, is_whole = "", False
    if is_whole:
        return address.replace(place, place.rpartition("@")[2], 1)
    kind, mark, rest = address.partition("://")
    return f"{kind}{mark}{rest.rpartition('@')[2]}"
