"""Asks before the window closes while an Edit of many pictures is under way, or the model runs over
many: half of the Edit is none, half of the proposals are stored."""

from PySide6.QtCore import QObject

from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session


class ClosingLink(QObject):
    """Between what the session does with many pictures and the window."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        window.ask_before_closing(self._may_end_edit)
        window.ask_before_closing(self._may_end_batch)

    def _may_end_edit(self) -> bool:
        busy = self._session.large.refusal(self._session.project.project)
        return busy is None or ask.ends_work(self._window, busy.message)

    def _may_end_batch(self) -> bool:
        busy = self.tr("The model is running over the pictures.")
        loss = self.tr(
            "If you close the window now, the proposals of those it has seen are kept, and the "
            "others get none."
        )
        is_busy = self._session.predictions.is_busy_with_all
        return not is_busy or ask.ends_work(self._window, busy, loss)
