"""Says what went wrong in the session, and offers the import that fits where labels were opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError, LabelsAloneError
from gui.controllers.large_edits import UnderWayError
from gui.main_window import MainWindow
from gui.session.session import Session

ImportLabels = Callable[[Path, str], None]
"""Looks what labels at a path, in a Format of this name, would do to the open project."""


class TroubleLink(QObject):
    """Between what failed and the notice bar."""

    def __init__(self, session: Session, window: MainWindow, import_labels: ImportLabels) -> None:
        super().__init__(window)
        self._window, self._import_labels = window, import_labels
        self._under_way = ""
        session.failed.connect(self._on_failed)
        session.large.ended.connect(self._on_ended)

    @Slot()
    def _on_ended(self) -> None:
        """What was told to wait may be done now."""
        if self._window.notice.text == self._under_way:
            self._window.notice.hide()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._under_way = str(error) if isinstance(error, UnderWayError) else ""
        if isinstance(error, LabelsAloneError):
            act = partial(self._import_labels, error.path, error.layout)
            self._window.notice.show_choices(error, ((self.tr("Import these labels…"), act),))
        else:
            self._window.notice.show_error(error)
