"""Which picture of the project is shown: its list, its position, decoding ahead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import Frame, FrameId
from gui.controllers.frame_cache import FrameCache
from gui.jobs import Job, Jobs, Outbox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.sources.altered import Mark
    from engine.sources.frame_reader import FrameReader

AHEAD, BEHIND = 3, 1


class FramesController(QObject):
    """The list of FrameIds, the position in it, and the Frame there.

    The frame asked for last is the one shown: answers to earlier requests only fill the cache.
    """

    list_changed = Signal()
    index_changed = Signal(int)
    frame_shown = Signal(object)
    frame_pending = Signal()
    preview_shown = Signal(object)
    frame_failed = Signal(object)
    decoded = Signal(object)

    def __init__(self, jobs: Jobs, cache_mb: int = 512, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: Sequence[FrameId] = ()
        self.index = -1
        self.frame: Frame | None = None
        self._jobs = jobs
        self._reader: FrameReader | None = None
        self._cache = FrameCache(cache_mb << 20)
        self._loading: dict[FrameId, Job] = {}
        self._direction = 1
        self._huge = Outbox(self)
        self._huge.arrived.connect(self._on_huge)

    @property
    def frame_id(self) -> FrameId | None:
        """The id of the position, whether its pixels are here yet or not."""
        return self.ids[self.index] if 0 <= self.index < len(self.ids) else None

    @property
    def following(self) -> Frame | None:
        """The picture that a further step would show, where it is decoded already."""
        position = self.index + self._direction
        if self.index < 0 or not 0 <= position < len(self.ids):
            return None
        return self._cache.peek(self.ids[position])

    def set_ids(self, ids: Sequence[FrameId], index: int = 0) -> None:
        """Replace the list and go to a position in it; a picture shown already stays shown."""
        shown = self.frame_id
        self.ids = ids
        self.list_changed.emit()
        if not ids:
            self.leave()
            return
        index = min(max(index, 0), len(ids) - 1)
        if ids[index] == shown:
            self.index = index
            self.index_changed.emit(index)
        else:
            self.index = -1
            self.go(index)

    def set_list(self, ids: Sequence[FrameId]) -> None:
        """Replace the list without showing a picture of it."""
        self.ids, self.index, self.frame = ids, -1, None
        self.list_changed.emit()
        self.index_changed.emit(-1)

    def append(self, frame_id: FrameId) -> int:
        """Add a picture at the end unless it is in the list; gives its position."""
        ids = list(self.ids)
        if frame_id in ids:
            return ids.index(frame_id)
        self.ids = (*ids, frame_id)
        self.list_changed.emit()
        return len(ids)

    def remove(self, frame_id: FrameId) -> None:
        """Take a picture out of the list; one beside it is shown where it was."""
        shown, ids = self.frame_id, tuple(i for i in self.ids if i != frame_id)
        if shown is None:
            self.set_list(ids)
            return
        if shown == frame_id:
            self.frame = None
            self.frame_pending.emit()
        index = self.index if shown == frame_id else ids.index(shown)
        self.set_ids(ids, index)

    def leave(self) -> None:
        """Show no picture: a video or camera has the canvas."""
        self.index, self.frame = -1, None
        self.index_changed.emit(-1)

    def go(self, index: int) -> None:
        """Show the picture at a position, clamped to the list."""
        if not self.ids:
            return
        index = min(max(index, 0), len(self.ids) - 1)
        if index == self.index:
            return
        self._direction = 1 if index > self.index else -1
        self.index = index
        self._drop_distant_requests()
        self.index_changed.emit(index)
        self._show()

    def step(self, count: int) -> None:
        """Move by so many pictures."""
        self.go(self.index + count)

    def find(self, wanted: Callable[[FrameId], bool], direction: int) -> bool:
        """Go to the next picture in a direction for which `wanted` holds; False if none."""
        position = self.index + direction
        while 0 <= position < len(self.ids):
            if wanted(self.ids[position]):
                self.go(position)
                return True
            position += direction
        return False

    def set_cache_mb(self, megabytes: int) -> None:
        """Keep so many megabytes of pictures."""
        self._cache.set_limit(megabytes << 20)

    def put(self, frame: Frame) -> None:
        """Keep a frame that somebody else has read: it shows without being read again."""
        self._cache.put(frame)

    def mark_of(self, frame_id: FrameId) -> "Mark | None":
        """What the file was like that a kept frame was read from; None where that is not known."""
        return self._cache.marks.get(frame_id)

    def note_mark(self, frame_id: FrameId, mark: "Mark | None") -> None:
        """The file is like this, and the frame looks as it did."""
        if frame_id in self._cache:
            self._cache.marks[frame_id] = mark

    def replace(self, frame: Frame, mark: "Mark | None") -> None:
        """A picture looks otherwise by now; it is shown so where it is shown."""
        self._cache.put(frame, mark)
        if self.frame is not None and frame.id == self.frame_id:
            self._show()

    def _show(self) -> None:
        frame_id = self.frame_id
        if frame_id is None:
            return
        frame = self._cache.get(frame_id)
        if frame is None:
            self.frame = None
            self.frame_pending.emit()
            self._request(frame_id)
        else:
            self.frame = frame
            self.frame_shown.emit(frame)
            self._prefetch()

    def _wanted(self) -> list[FrameId]:
        ahead = [self.index + self._direction * n for n in range(1, AHEAD + 1)]
        behind = [self.index - self._direction * n for n in range(1, BEHIND + 1)]
        positions = [self.index, *ahead, *behind]
        return [self.ids[p] for p in positions if 0 <= p < len(self.ids)]

    def _prefetch(self) -> None:
        if self.frame is not None and self.frame.pixels.nbytes > self._cache.limit:
            return  # Its neighbours are most likely as large, and none of them would be kept.
        for frame_id in self._wanted()[1:]:
            if frame_id not in self._cache:
                self._request(frame_id)

    def _drop_distant_requests(self) -> None:
        wanted = set(self._wanted())
        for frame_id, job in self._loading.items():
            if frame_id not in wanted:
                job.cancel()

    def _request(self, frame_id: FrameId) -> None:
        running = self._loading.get(frame_id)
        if running is not None and not running.is_cancelled:
            return
        # Only the one that is waited for needs a preview.
        tell_huge = self._huge.put if frame_id == self.frame_id else None
        job = self._jobs.create(partial(self._read, frame_id, tell_huge), about=frame_id)
        self._loading[frame_id] = job
        job.finished.connect(self._on_read)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)
        self._jobs.start(job)

    def _read(
        self,
        frame_id: FrameId,
        tell_huge: Callable[[FrameId], None] | None,
        progress: Progress,
        cancel: CancelToken,
    ) -> "tuple[Frame, Mark | None]":
        """Decode one frame, and tell first if that will take long; the work of a Job."""
        from engine.sources.altered import mark_of
        from engine.sources.frame_reader import FrameReader
        from engine.sources.picture import is_huge

        if self._reader is None:
            self._reader = FrameReader()
        if tell_huge is not None and is_huge(Path(frame_id.path)):
            tell_huge(frame_id)
        mark = mark_of(frame_id.path)  # Before it is read: what changes meanwhile is noticed.
        return self._reader.read(frame_id), mark

    def close(self) -> None:
        """Let go of the video that frames were read from."""
        if self._reader is not None:
            self._reader.close()

    @Slot(object)
    def _on_read(self, read: "tuple[Frame, Mark | None]") -> None:
        frame, mark = read
        self._cache.put(frame, mark)
        if frame.id == self.frame_id and self.frame is None:
            self._show()
        self.decoded.emit(frame)

    @Slot(object)
    def _on_huge(self, frame_id: FrameId) -> None:
        """Decode it small beside the Job that decodes it whole: neither waits for the other."""
        if frame_id == self.frame_id and self.frame is None:
            job = self._jobs.create(partial(make_preview, frame_id))
            job.finished.connect(self._on_preview)
            self._jobs.start(job)

    @Slot(object)
    def _on_preview(self, preview: "FrameDraft") -> None:
        if preview.frame_id == self.frame_id and self.frame is None:
            self.preview_shown.emit(preview)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        # A neighbour decoded ahead says nothing: its turn to complain comes when it is shown.
        job = self.sender()
        if isinstance(job, Job) and job.about == self.frame_id:
            self.frame_failed.emit(error)
            self._prefetch()

    @Slot()
    def _on_ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and self._loading.get(job.about) is job:
            del self._loading[job.about]


@dataclass(frozen=True, eq=False)
class FrameDraft:
    """A smaller version of a picture that takes long to decode, and the picture's true size."""

    frame_id: FrameId
    pixels: "NDArray[np.uint8]"
    size_hw: tuple[int, int]


def make_preview(frame_id: FrameId, progress: Progress, cancel: CancelToken) -> FrameDraft:
    """Decode a huge picture small; the work of a Job."""
    from engine.sources.picture import read_preview

    return FrameDraft(frame_id, *read_preview(Path(frame_id.path)))
