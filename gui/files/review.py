"""Goes through the pictures with proposals, the least sure first, as they are decided."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.jobs import CancelToken, Progress
from engine.values import FrameId
from gui.questions import OneJob
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.place import ProjectPlace

# engine.annotations needs OpenCV, which the window must not wait for at its start.


class Review(QObject):
    """The scores are read by a Job, again whenever all that it knew is decided."""

    ended = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: list[FrameId] = []
        self._is_beginning = self._is_wished = False
        self._reading = OneJob(session.jobs, self)
        self._reading.finished.connect(self._on_read)
        self._reading.failed.connect(self.failed)
        session.project.opened.connect(self._on_opened)
        session.project.closed.connect(self._forget)
        session.frames.list_changed.connect(self._forget)
        session.asking.stored.connect(self._forget)

    def decide(self, is_accepted: bool) -> None:
        """Accept or reject all proposals of the shown picture that are not hidden, and go on."""
        from engine.annotations import edits

        if waiting := self._shown_ids:
            text = self.tr("Accept proposals") if is_accepted else self.tr("Reject proposals")
            change = edits.accept if is_accepted else edits.reject
            self._session.annotations.edit(text, partial(change, ids=waiting))
            if self._shown_ids:
                return  # It was refused, and whoever refused has said why.
        self.go_on()

    @property
    def _shown_ids(self) -> list[str]:
        annotations = self._session.annotations
        proposals = annotations.sample.proposals if annotations.sample is not None else ()
        return [a.id for a in proposals if annotations.visibility.shows(a)]

    def begin(self) -> None:
        """Show the picture with the least sure proposal, which may be shown already."""
        self._is_beginning = True
        self._forget()
        self.go_on()

    def go_on(self) -> None:
        """Show the next picture with the least sure proposal; `ended` where none is left."""
        project = self._session.project.project
        self._is_wished = project is None and self._session.project.is_opening
        if project is None or self._reading.is_running:
            return
        if not self._go():
            self._reading.start(partial(read_scores, project.place))

    @Slot()
    def _on_opened(self) -> None:
        self._forget()
        if self._is_wished:
            self.go_on()

    def _go(self) -> bool:
        project, frames = self._session.project.project, self._session.frames
        while self._waiting and project is not None:
            frame_id = self._waiting.pop(0)
            is_next = self._is_beginning or frame_id != frames.frame_id
            if is_next and project.whole_badge(frame_id).proposals:
                self._is_beginning = False
                self._session.go_to(frame_id)
                return True
        return False

    @Slot()
    @Slot(object)
    def _forget(self, states: object = None) -> None:
        self._waiting = []
        self._reading.forget()

    @Slot(object)
    def _on_read(self, scores: dict[FrameId, float]) -> None:
        shown = set(self._session.frames.ids)
        found = [each for each in scores if each in shown]
        self._waiting = sorted(found, key=lambda each: scores[each])
        if not self._go():
            self.ended.emit()


def read_scores(
    place: "ProjectPlace", progress: Progress, cancel: CancelToken
) -> dict[FrameId, float]:
    """The least sure proposal's score of every picture that has one; the work of a Job."""
    from engine.project.project import Project

    with Project.open(place, read_only=True) as project:
        return project.lowest_scores()
