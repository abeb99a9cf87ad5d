"""Asks before the window closes while an Edit of many pictures is under way: half of it is none."""

from PySide6.QtCore import QObject

from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session


class ClosingLink(QObject):
    """Between the large Edits of the session and the window."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        window.ask_before_closing(self._may_close)

    def _may_close(self) -> bool:
        busy = self._session.large.refusal(self._session.project.project)
        return busy is None or ask.ends_edit(self._window, busy.message)
