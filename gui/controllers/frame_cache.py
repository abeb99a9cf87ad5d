"""Frames kept in memory, the least recently used forgotten first."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from engine.values import Frame, FrameId

if TYPE_CHECKING:
    from engine.sources.altered import Mark


class FrameCache:
    """Frames by id, up to so many bytes of pixels."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._size = 0
        self._frames: OrderedDict[FrameId, Frame] = OrderedDict()
        self.marks: dict[FrameId, Mark | None] = {}
        """What the files were like that frames were read from, as far as that is known."""

    def put(self, frame: Frame, mark: "Mark | None" = None) -> None:
        """Keep a frame; older ones go when the limit is passed, the newest always stays."""
        self.drop(frame.id)
        self._frames[frame.id], self.marks[frame.id] = frame, mark
        self._size += frame.pixels.nbytes
        self._shrink()

    def set_limit(self, limit: int) -> None:
        """Keep up to so many bytes from now on."""
        self.limit = limit
        self._shrink()

    def _shrink(self) -> None:
        while self._size > self.limit and len(self._frames) > 1:
            self.drop(next(iter(self._frames)))

    def get(self, frame_id: FrameId) -> Frame | None:
        """The frame, now the most recently used; None if it is not kept."""
        frame = self._frames.get(frame_id)
        if frame is not None:
            self._frames.move_to_end(frame_id)
        return frame

    def peek(self, frame_id: FrameId) -> Frame | None:
        """The frame, if it is kept, no more recently used than before."""
        return self._frames.get(frame_id)

    def drop(self, frame_id: FrameId) -> None:
        """Forget one frame."""
        frame = self._frames.pop(frame_id, None)
        self.marks.pop(frame_id, None)
        if frame is not None:
            self._size -= frame.pixels.nbytes

    def clear(self) -> None:
        """Forget all."""
        self._frames.clear()
        self.marks.clear()
        self._size = 0

    def __contains__(self, frame_id: FrameId) -> bool:
        return frame_id in self._frames

    @property
    def size(self) -> int:
        """Bytes of pixels kept."""
        return self._size
