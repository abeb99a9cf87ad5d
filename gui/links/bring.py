"""Between a network of another program that was opened, and the dialog that adds it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError, NeedsCardError, UntrustedError
from gui.controllers.bringing import Bringing, BringingController, Trial
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from gui.dialogs.bring import BringDialog


class BringLink(QObject):
    """Adds what has no card yet; code is run only when the person agrees."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self.dialog: BringDialog | None = None
        self.controller = BringingController(session.jobs, self)
        self.controller.probed.connect(self._on_probed)
        self.controller.tried.connect(self._on_tried)
        self.controller.saved.connect(self._on_saved)
        self.controller.not_saved.connect(self._on_not_saved)
        self.controller.failed.connect(self._on_failed)
        session.failed.connect(self._on_opened)

    @Slot(object)
    def _on_opened(self, error: AppError) -> None:
        """What could not be used as it is: the session tells all other trouble itself."""
        if isinstance(error, NeedsCardError):
            self._bring(error.path)
        elif isinstance(error, UntrustedError):
            self._ask_for_trust(error)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if isinstance(error, UntrustedError):
            self._ask_for_trust(error)
        elif self.dialog is not None:
            self.dialog.set_error(error)
        else:
            self._window.notice.show_error(error)

    def _ask_for_trust(self, error: UntrustedError) -> None:
        if ask.is_agreed(self._window, error.message, self.tr("Run its code")):
            self._bring(error.path, is_trusted=True)

    def _bring(self, path: Path, *, is_trusted: bool = False) -> None:
        frame = self._session.shown.now.frame
        pixels = frame.pixels if frame is not None else None
        self.controller.bring(path, pixels, is_trusted=is_trusted)

    @Slot(object)
    def _on_probed(self, bringing: Bringing | Path) -> None:
        from gui.dialogs.bring import BringDialog  # It brings OpenCV along.

        if isinstance(bringing, Path):
            self._session.load_weights(str(bringing))
            return
        if self.dialog is not None:
            self.dialog.set_probe(bringing)
            return
        self.dialog = BringDialog(bringing, self._window)
        self.dialog.draft_changed.connect(self._try)
        self.dialog.side_changed.connect(self._on_side)
        self.dialog.save_requested.connect(self._on_save)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()
        self._try()

    @Slot()
    def _try(self) -> None:
        if self.dialog is not None:
            thresholds = self._session.asking.thresholds
            self.controller.try_draft(self.dialog.bringing, self.dialog.draft, thresholds)

    @Slot(int)
    def _on_side(self, side: int) -> None:
        if self.dialog is not None:
            self.controller.probe_again(self.dialog.bringing, side)

    @Slot(object)
    def _on_tried(self, trial: Trial) -> None:
        if self.dialog is not None:
            self.dialog.set_trial(trial)

    @Slot(str)
    def _on_save(self, name: str) -> None:
        if self.dialog is not None:
            self.controller.save(self.dialog.bringing, self.dialog.draft, name)

    @Slot(object)
    def _on_not_saved(self, error: AppError) -> None:
        if self.dialog is not None:
            self.dialog.set_error(error)
            self.dialog.save.setEnabled(True)

    @Slot(object)
    def _on_saved(self, path: str) -> None:
        """It is weights like any other now: use them."""
        if self.dialog is not None:
            self.dialog.accept()
        self._session.weights.refresh()
        self._session.load_weights(Path(path).stem)
        self._window.say(self.tr("Added to your weights: {0}").format(Path(path).stem))

    @Slot()
    def _on_closed(self) -> None:
        self.controller.forget()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
