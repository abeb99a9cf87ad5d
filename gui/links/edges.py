"""Works out the lines along edges, from wherever a Tool begins one on the shown frame."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.jobs import CancelToken, Progress
from engine.values import Frame
from gui.jobs import Job
from gui.main_window import MainWindow
from gui.questions import NewestJob
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.regions.edge_lines import EdgeLines, EdgeStart


class EdgesLink(QObject):
    """Until they are there the Tool draws straight lines: nobody waits."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._canvas = session, window.canvas
        self._finding = NewestJob(session.jobs, self)
        self._finding.answered.connect(self._on_found)
        self._finding.failed.connect(window.notice.show_error)
        self._canvas.edge_start_changed.connect(self._on_start)

    @Slot(object)
    def _on_start(self, start: "EdgeStart | None") -> None:
        frame = self._session.shown.now.frame
        if start is None or frame is None:
            self._finding.forget()
            self._canvas.set_edge_lines(None)
        else:
            self._finding.ask((frame, start), self._make)

    def _make(self, question: "tuple[Frame, EdgeStart]") -> Job:
        text = self.tr("Following edges")
        return self._session.jobs.create(partial(lines_from, question), text=text, is_quiet=True)

    @Slot(object, object)
    def _on_found(self, question: "tuple[Frame, EdgeStart]", found: "EdgeLines") -> None:
        if question[0] is self._session.shown.now.frame:
            self._canvas.set_edge_lines(found)


def lines_from(
    question: "tuple[Frame, EdgeStart]", progress: Progress, cancel: CancelToken
) -> "EdgeLines":
    """All lines of a frame from a start; a Job's work."""
    from engine.regions.edge_lines import EdgeLines

    frame, start = question
    return EdgeLines(frame.pixels, start)
