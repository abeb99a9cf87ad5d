"""Pictures that were renamed: what is noted to know them again, and what is said of it."""

from PySide6.QtCore import QObject, Slot

from engine.words import counted
from gui.controllers.contents import ContentsController
from gui.main_window import MainWindow
from gui.session.session import Session


class RenamedLink(QObject):
    """Says which pictures kept their labels under another name."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.contents = ContentsController(session.jobs, session.project, self)
        session.annotations.stored.connect(self.contents.note_edit)
        session.frames.frame_shown.connect(self._look)
        session.project.opened.connect(self._on_opened)

    @Slot()
    def _look(self) -> None:
        """What is seen now is the picture that its labels are of."""
        frame = self._session.frames.frame
        if frame is not None:
            self.contents.note_shown(frame.id, self._session.frames.mark_of(frame.id))

    @Slot()
    def _on_opened(self) -> None:
        self._look()
        renamed = self._session.project.renamed
        if renamed is None or not (renamed.moved or renamed.unsure):
            return
        moved = self.tr("{0} keep their labels.")
        if renamed.moved == 1:
            moved = self.tr("{0} keeps its labels.")
        unsure = self.tr("Labels of {0} stay where they are: several files have the same content.")
        said = []
        if renamed.moved:
            said.append(moved.format(counted(renamed.moved, "renamed picture")))
        if renamed.unsure:
            said.append(unsure.format(counted(renamed.unsure, "renamed picture")))
        self._window.notice.show_note(" ".join(said))
