"""Small pictures for the filmstrip, read by a Job, the least recently used forgotten first."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from engine.errors import SourceError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId
from gui.jobs import Jobs
from gui.questions import OneJob

SIDE = 160
KEPT = 1500
BATCH = 6


class ThumbnailsController(QObject):
    """Gives thumbnails that are there at once and fetches the others."""

    arrived = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[FrameId, QImage | None] = OrderedDict()
        self._wanted: list[FrameId] = []
        self._wishes: dict[str, list[FrameId]] = {}
        self._is_held = False
        self._one = OneJob(jobs, self)
        self._one.finished.connect(self._on_read)
        self._one.ended.connect(self._next)

    def get(self, frame_id: FrameId) -> QImage | None:
        """The thumbnail, or None while it is not here or when the picture is unreadable."""
        return self._kept.get(frame_id)

    def is_unreadable(self, frame_id: FrameId) -> bool:
        """Whether reading this picture failed."""
        return frame_id in self._kept and self._kept[frame_id] is None

    def want(self, frame_ids: Sequence[FrameId], where: str = "") -> None:
        """These are on screen there now: fetch what is missing, forget earlier wishes of there."""
        for frame_id in frame_ids:
            if frame_id in self._kept:
                self._kept.move_to_end(frame_id)
        self._wishes[where] = list(frame_ids)
        self._want_missing()

    def forget(self, frame_id: FrameId) -> None:
        """This picture looks otherwise by now."""
        self._kept.pop(frame_id, None)
        self._want_missing()

    def _want_missing(self) -> None:
        wanted = dict.fromkeys(each for wish in self._wishes.values() for each in wish)
        self._wanted = [frame_id for frame_id in wanted if frame_id not in self._kept]
        self._next()

    @Slot()
    def hold(self) -> None:
        """The person waits for a picture: it has the processor until `release`."""
        self._is_held = True

    @Slot()
    def release(self) -> None:
        """Go on."""
        self._is_held = False
        self._next()

    @Slot()
    def _next(self) -> None:
        if self._wanted and not self._is_held and not self._one.is_running:
            batch, self._wanted = self._wanted[:BATCH], self._wanted[BATCH:]
            self._one.start(partial(read_thumbnails, batch))

    @Slot(object)
    def _on_read(self, images: dict[FrameId, QImage | None]) -> None:
        self._kept.update(images)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._wanted = [frame_id for frame_id in self._wanted if frame_id not in self._kept]
        self.arrived.emit()


def read_thumbnails(
    frame_ids: Sequence[FrameId], progress: Progress, cancel: CancelToken
) -> dict[FrameId, QImage | None]:
    """The small pictures, None for one that cannot be read; the work of a Job."""
    from engine.sources.frame_reader import FrameReader

    reader = FrameReader()
    images: dict[FrameId, QImage | None] = {}
    for frame_id in frame_ids:
        cancel.check()
        try:
            pixels = reader.thumbnail(frame_id, SIDE)
        except SourceError:
            images[frame_id] = None
            continue
        height, width = pixels.shape[:2]
        form = QImage.Format.Format_RGB888
        images[frame_id] = QImage(pixels.data, width, height, 3 * width, form).copy()
    reader.close()
    return images
