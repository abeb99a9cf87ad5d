"""A Source that costs nothing to read, so that what is measured is what comes after it."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.jobs import CancelToken
from engine.values import Frame, FrameId


class FramesInMemory:
    """The same few frames again and again; without a pace they come as fast as they are used up."""

    is_live = False
    count: int | None = 1_000_000

    def __init__(self, pictures: Sequence[NDArray[np.uint8]], fps: float | None = None) -> None:
        self.name = "frames in memory"
        self.fps = fps
        self._pictures = pictures

    def frame_id(self, index: int) -> FrameId:
        """The name and the index."""
        return FrameId(self.name, index)

    def read(self, index: int) -> Frame:
        """The next of the few frames."""
        return Frame(self.frame_id(index), self._pictures[index % len(self._pictures)])

    def frames(self, cancel: CancelToken, *, start: int = 0) -> Iterator[Frame]:
        """All of them in order."""
        for index in range(start, self.count or 0):
            cancel.check()
            yield self.read(index)

    def close(self) -> None:
        """Nothing is held open."""
