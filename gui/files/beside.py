"""What the rows in sight say of pictures whose labels lie in files: these are read in a Job."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from engine.values import FrameId, SampleState
from gui.questions import OneJob
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.badges import Badge
    from engine.project.place import ProjectPlace

MAY_LIE_IN_FILES = (SampleState.LABELLED, SampleState.PREDICTED)
MOST = 200
"""As many as are read at once: those asked for last, which are in sight."""


class BadgesBeside(QObject):
    """Those that were read once are kept until other pictures or labels are there."""

    arrived = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._project = session.project
        self._known: dict[FrameId, Badge] = {}
        self._wanted: dict[FrameId, None] = {}
        self._reading = OneJob(session.jobs, self)
        self._reading.finished.connect(self._on_read)
        self._reading.ended.connect(self._read)
        session.project.closed.connect(self.forget)
        session.project.labels_changed.connect(self.forget)

    @Slot()
    def forget(self) -> None:
        """Read all anew that is asked for."""
        self._reading.forget()
        self._known, self._wanted = {}, {}

    def of(self, frame_id: FrameId) -> "Badge | None":
        """What its label file says; None, and `arrived` follows, where that is to be read."""
        if self._project.state_of(frame_id) not in MAY_LIE_IN_FILES:
            return None
        if frame_id not in self._known:
            if not self._wanted:
                QTimer.singleShot(0, self, self._read)
            self._wanted[frame_id] = None
        return self._known.get(frame_id)

    @Slot()
    def _read(self) -> None:
        place = self._project.place
        if place is not None and self._wanted and not self._reading.is_running:
            wanted, self._wanted = [*self._wanted][-MOST:], {}
            self._reading.start(partial(read_badges, place, wanted))

    @Slot(object)
    def _on_read(self, found: "dict[FrameId, Badge]") -> None:
        self._known |= found
        self.arrived.emit()


def read_badges(
    place: "ProjectPlace", frame_ids: Sequence[FrameId], progress: Progress, cancel: CancelToken
) -> "dict[FrameId, Badge]":
    """The badges of these, none of a file that cannot be read; the work of a Job."""
    from engine.project.badges import Badge
    from engine.project.project import Project

    found: dict[FrameId, Badge] = {}
    with Project.open(place, read_only=True) as project:
        for frame_id in frame_ids:
            cancel.check()
            try:
                found[frame_id] = project.whole_badge(frame_id)
            except AppError:  # Whoever shows the picture is told.
                found[frame_id] = Badge()
    return found
