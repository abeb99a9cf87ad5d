"""Which frame of a video is the n-th shown: found by scanning packets, without decoding."""

import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import av

logger = logging.getLogger(__name__)

_SMALL_FRAME = 4096  # Bytes; a pack of a program stream has 2048.


@dataclass(frozen=True)
class VideoIndex:
    """Presentation times of all shown frames, ascending, and the indices of the key frames.

    Where the file has no trustworthy times (`is_timed` False), the times are just the indices and
    only counting from the start is exact. Where they are `is_counted`, the first ones after a seek
    may be wrong. Frames that an edit list hides are no part of it; `hidden` says how many.
    """

    times: tuple[int, ...]
    keys: tuple[int, ...]
    is_timed: bool = True
    is_counted: bool = False
    hidden: int = 0

    def key_before(self, index: int) -> int:
        """The index of the last key frame at or before `index`."""
        return self.keys[max(0, bisect_right(self.keys, index) - 1)]

    def keys_before(self, index: int) -> tuple[int, int]:
        """The indices of the key frame before `index`, and of the one two before that."""
        place = bisect_left(self.keys, index)
        return self.keys[max(0, place - 1)], self.keys[max(0, place - 3)]

    def whole_after(self, index: int) -> int:
        """From which index on frames are right if `index` was decoded first and is no key frame.

        Packets that are marked as key frames and are none begin a gradual refresh of the picture,
        which is over when the next one begins.
        """
        place = bisect_left(self.keys, index) + 1
        return self.keys[place] if place < len(self.keys) else len(self.times)

    def index_at(self, time: int | None) -> int | None:
        """The index of the frame shown at exactly this time."""
        if time is None:
            return None
        place = bisect_left(self.times, time)
        return place if place < len(self.times) and self.times[place] == time else None


def index_packets(container: Any, stream: Any) -> VideoIndex | None:
    """The index by packets, or None where they cannot be trusted; reads the container to its end.

    Fast: nothing is decoded.
    """
    coding, kind = stream.codec_context, container.format.name
    if coding.name == "vp8":
        return None  # Has packets that are never shown.
    if kind == "avi" and coding.name in ("h264", "hevc") and coding.has_b_frames:
        return None  # Its times are those of decoding.
    marks: list[tuple[int, bool]] = []
    size = hidden = 0
    first: int | None = None
    for packet in good_packets(container, stream):
        if packet.size == 0:
            continue
        if packet.pts is None:
            return None
        if first is None and packet.is_keyframe:
            first = packet.pts
        if packet.is_discard:  # Decoded and not shown: an edit list begins between key frames.
            hidden += 1
            continue
        size += packet.size
        if first is not None:  # Nothing can be decoded before the first key frame.
            marks.append((packet.pts, bool(packet.is_keyframe)))
    # What is shown before the first key frame refers to frames that were cut away.
    shown = sorted(mark for mark in marks if first is not None and mark[0] >= first)
    index = _index([time for time, _ in shown], [is_key for _, is_key in shown], hidden)
    if index is None or kind != "mpeg":
        return index
    # A program stream tells few times; those between are counted on, wrong at first after a seek.
    # Where many frames share a pack, that goes on; but decoding all of them takes no time.
    if size < _SMALL_FRAME * len(marks):
        return VideoIndex(tuple(range(len(shown))), (0,), is_timed=False)
    return replace(index, is_counted=True)


def index_frames(container: Any, stream: Any) -> VideoIndex:
    """The index by decoding every frame of the container: slow, but always right."""
    times, is_key = [], []
    for frame in decode(container, stream):
        times.append(frame.pts)
        is_key.append(bool(frame.key_frame))
    if None not in times:
        index = _index(times, is_key)
        if index is not None:
            return index
    return VideoIndex(tuple(range(len(times))), (0,), is_timed=False)


def _index(times: list[int], is_key: list[bool], hidden: int = 0) -> VideoIndex | None:
    if any(a >= b for a, b in pairwise(times)):
        return None
    keys = tuple(i for i, key in enumerate(is_key) if key)
    if keys[:1] != (0,):
        keys = (0, *keys)  # The start of the file, where what comes before it is hidden.
    return VideoIndex(tuple(times), keys, hidden=hidden)


def good_packets(container: Any, stream: Any) -> Iterator[Any]:
    """The stream's whole packets, up to where the file ends or its structure breaks."""
    try:
        for packet in container.demux(stream):
            # The last packet of a cut file is cut itself; decoders would paint grey over the rest.
            if not packet.is_corrupt:
                yield packet
    except (av.FFmpegError, IndexError) as error:
        # IndexError: PyAV knows no streams that begin in the middle.
        logger.info("The video ends early: %s", error)


def decode(container: Any, stream: Any) -> Iterator[Any]:
    """The decoded frames in the order they are shown; damaged packets are left out."""
    for packet in good_packets(container, stream):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            logger.info("A damaged packet is left out: %s", error)
            continue
        yield from frames
