"""Says what went wrong in the session, and offers the import that fits where labels were opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError, LabelsAloneError
from gui.main_window import MainWindow
from gui.session.session import Session

ImportLabels = Callable[[Path, str], None]
"""Looks what labels at a path, in a Format of this name, would do to the open project."""


class TroubleLink(QObject):
    """Between what failed and the notice bar."""

    def __init__(self, session: Session, window: MainWindow, import_labels: ImportLabels) -> None:
        super().__init__(window)
        self._window, self._import_labels = window, import_labels
        session.failed.connect(self._on_failed)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if isinstance(error, LabelsAloneError):
            act = partial(self._import_labels, error.path, error.layout)
            self._window.notice.show_choices(error, ((self.tr("Import these labels…"), act),))
        else:
            self._window.notice.show_error(error)
