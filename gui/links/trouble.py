"""Says what went wrong in the session until it goes right, and offers the import that fits where
labels were opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError, LabelsAloneError, NeedsCardError, UntrustedError
from gui.controllers.large_edits import UnderWayError
from gui.controllers.listing import Listing
from gui.main_window import MainWindow
from gui.session.session import Session

ImportLabels = Callable[[Path, str], None]
"""Looks what labels at a path, in a Format of this name, would do to the open project."""


class TroubleLink(QObject):
    """Between what failed and the notice bar."""

    def __init__(self, session: Session, window: MainWindow, import_labels: ImportLabels) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._import_labels = import_labels
        self._under_way = ""
        self._said = ""  # in trouble of one part of the session, which is:
        self._part: QObject | None = None
        self._openers = (session.live, session.project)
        session.failed.connect(self._on_failed)
        session.large.ended.connect(self._on_ended)
        weights, predictions, labels = session.weights, session.predictions, session.labels
        for part in (weights, predictions, labels, session.annotations, session.compare,
                     session.live, session.project):  # fmt: skip
            part.failed.connect(self._on_part_failed)
        for success in (
            weights.loaded_changed, weights.unloaded, predictions.answered,
            predictions.batch_stored, labels.edited, labels.objects_edited,
            session.annotations.stored, session.compare.shown, session.live.opened,
        ):  # fmt: skip
            success.connect(self._on_success)
        session.project.listed.connect(self._on_listed)

    @Slot()
    def _on_part_failed(self) -> None:
        self._said, self._part = self._window.notice.text, self.sender()

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        if listing.takes_canvas:
            self._on_success()

    @Slot()
    def _on_success(self) -> None:
        """Trouble is over when its own part succeeds, or, if it was none's, when any does that a
        person asked for. What did not open is given up once something else is open."""
        notice, part = self._window.notice, self.sender()
        owner = self._part if notice.text == self._said else None
        is_over = part is owner if owner is not None else part is not self._session.predictions
        is_over |= owner in self._openers and part in self._openers
        if is_over and notice.is_error:
            notice.hide()

    @Slot()
    def _on_ended(self) -> None:
        """What was told to wait may be done now."""
        if self._window.notice.text == self._under_way:
            self._window.notice.hide()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if isinstance(error, NeedsCardError | UntrustedError):
            return  # Asked by gui.links.bring.
        self._under_way = str(error) if isinstance(error, UnderWayError) else ""
        if isinstance(error, LabelsAloneError):
            act = partial(self._import_labels, error.path, error.layout)
            self._window.notice.show_choices(error, ((self.tr("Import these labels…"), act),))
        else:
            self._window.notice.show_error(error)
