"""Between the session and the History panel."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui import taking
from gui.history.panel import HistoryPanel
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.history import StepRow


class HistoryLink(QObject):
    """The History panel. It reads the steps only while it can be seen."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._history = session.annotations.history
        self.panel = HistoryPanel()
        self.panel.rows.is_of_this_window = self._history.is_of_this_window
        self.panel.take_requested.connect(self._on_take)
        self.panel.picture_requested.connect(self._on_picture)
        self.panel.became_visible.connect(self._show)
        self._history.grown.connect(self._on_grown)

    @Slot()
    def _on_grown(self) -> None:
        if self.panel.isVisible():
            self._show()

    @Slot()
    def _show(self) -> None:
        self.panel.show_steps(self._history.count, self._history.rows)

    @Slot(object)
    def _on_take(self, step: "StepRow") -> None:
        taking.take(self._session, self._window, step)

    @Slot(object)
    def _on_picture(self, step: "StepRow") -> None:
        if step.frame_id is not None:
            self._session.go_to(step.frame_id)
