"""Live frames that were frozen or collected: undone they are gone, done again they are back."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from engine.formats.report import sample_name
from engine.values import FrameId
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.history import StepRow
    from engine.project.taking import TakenSteps


class ArrivalsLink(QObject):
    """Keeps the list of pictures, and the pictures that were saved, as the history says."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._gone: frozenset[FrameId] = frozenset()
        session.annotations.history.taken.connect(self._on_taken)
        session.project.opened.connect(self._on_opened)
        session.watching.taken_over.connect(self._on_taken_over)

    @Slot()
    def _on_opened(self) -> None:
        self._read_gone()

    def _read_gone(self) -> frozenset[FrameId]:
        """What is gone now; gives what was before."""
        before, project = self._gone, self._session.project.project
        try:
            self._gone = project.gone if project is not None else frozenset()
        except AppError as error:
            self._session.failed.emit(error)
        return before

    @Slot()
    def _on_taken_over(self) -> None:
        """Another window may have undone an arrival, or done it again: it moved the picture."""
        before, ids = self._read_gone(), self._session.frames.ids
        for frame_id in self._gone - before:
            if frame_id in ids:
                self._leave_out(frame_id)
                self._window.notice.show_note(self._told_gone(frame_id))
        for frame_id in before - self._gone:
            self._list(frame_id)

    @Slot(object, object)
    def _on_taken(self, taken: "TakenSteps", states: object = None) -> None:
        from engine.project.history import StepKind

        project, folder = self._session.project.project, self._session.project.folder
        arrivals = [step for step in taken.steps if step.kind is StepKind.ARRIVAL]
        if project is None or folder is None or not arrivals:
            return
        self._read_gone()
        try:
            for step in arrivals:
                if step.frame_id in self._gone:
                    self._take_away(step, step.frame_id, folder)
                elif step.frame_id is not None:
                    self._bring_back(step.frame_id, folder)
        except AppError as error:
            self._session.failed.emit(error)

    def _take_away(self, step: "StepRow", frame_id: FrameId, folder: Path) -> None:
        from engine.project.arrivals import put_away

        self._leave_out(frame_id)
        put_away(folder, frame_id)
        again = partial(self._session.annotations.history.take, replace(step, is_undone=True))
        text = self._told_gone(frame_id)
        self._window.notice.show_note(text, button=self.tr("Bring it back"), act=again)

    def _leave_out(self, frame_id: FrameId) -> None:
        """List it no more; where it is shown, the video or camera is back."""
        from engine.sources.frame_reader import is_video_frame

        session = self._session
        is_shown = session.frames.frame_id == frame_id
        if is_shown and session.live.is_open:
            if is_video_frame(frame_id):
                session.seek(frame_id.index)
            else:
                session.toggle_play()
        session.frames.remove(frame_id)

    def _told_gone(self, frame_id: FrameId) -> str:
        return self.tr("{0} is no picture of the project any more.").format(sample_name(frame_id))

    def _bring_back(self, frame_id: FrameId, folder: Path) -> None:
        from engine.project.arrivals import bring_back

        bring_back(folder, frame_id)
        self._list(frame_id)

    def _list(self, frame_id: FrameId) -> None:
        self._session.project.note_listed((frame_id,))
        self._session.frames.append(frame_id)
        text = self.tr("{0} is a picture of the project again.").format(sample_name(frame_id))
        self._window.notice.show_note(text)
