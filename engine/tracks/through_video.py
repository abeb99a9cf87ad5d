"""Follows an object through a video file, forward or backward, and says how far it got."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.jobs import CancelToken, Progress
from engine.sources.video import VideoSource
from engine.tracks.flow import Gray, small_gray
from engine.tracks.follow import Ending, Followed, follow
from engine.values import Area, FrameId

_BLOCK = 16
"""Backward, so many frames are read in order at once: each one alone would be sought."""


@dataclass(frozen=True, slots=True)
class FollowRequest:
    """An object in a frame of a video, and how many frames to follow it, backward below 0. In the
    frames of `stops` it is known already."""

    frame_id: FrameId
    region: Area
    frames: int
    stops: frozenset[int] = frozenset()


def follow_in_video(request: FollowRequest, progress: Progress, cancel: CancelToken) -> Followed:
    """Where the object goes; the video is opened, read and closed here."""
    source = VideoSource(Path(request.frame_id.path))
    try:
        start = request.frame_id.index
        indexes = _indexes(start, request.frames, source.count or 0)
        size_hw = source.read(start).size_hw

        def frames() -> Iterator[tuple[int, Gray]]:
            for done, (index, gray) in enumerate(_grays(source, indexes, cancel)):
                cancel.check()
                progress(done, len(indexes) - 1, "")
                yield index, gray

        followed = follow(request.region, size_hw, frames(), request.stops)
    finally:
        source.close()
    is_cut_short = len(indexes) <= abs(request.frames)
    if followed.ending is Ending.DONE and is_cut_short:
        return replace(followed, ending=Ending.VIDEO_END)
    return followed


def _indexes(start: int, frames: int, count: int) -> range:
    """The frames to look at, the first one among them."""
    if frames < 0:
        return range(start, max(start + frames, 0) - 1, -1)
    return range(start, min(start + frames, count - 1) + 1)


def _grays(source: VideoSource, indexes: range, cancel: CancelToken) -> Iterator[tuple[int, Gray]]:
    """Small frames in this order, each read in the order of the video."""
    for first in range(0, len(indexes), _BLOCK):
        block = indexes[first : first + _BLOCK]
        small = {}
        for index in sorted(block):
            cancel.check()
            small[index] = small_gray(source.read(index).pixels)
            if indexes.step > 0:
                yield index, small.pop(index)
        for index in block if indexes.step < 0 else ():
            yield index, small[index]
