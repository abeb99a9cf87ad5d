"""Between the session and the Train panel's preview of the augmentation."""

from PySide6.QtCore import QObject, Slot

from engine.errors import AppError
from gui.session.session import Session
from gui.train.panel.panel import TrainPanel
from gui.train.preview import Pictures, PreviewController, PreviewRequest


class PreviewLink(QObject):
    """Draws samples as the form is filled in at that moment."""

    def __init__(self, session: Session, panel: TrainPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._panel = session, panel
        self._grid = panel.augment.preview
        self._controller = PreviewController(session.jobs, self)
        self._grid.requested.connect(self._on_requested)
        self._controller.shown.connect(self._on_shown)
        self._controller.failed.connect(self._on_failed)
        self._controller.busy_changed.connect(self._grid.set_busy)

    @Slot()
    def _on_requested(self) -> None:
        facts = self._panel.picker.facts
        if facts is not None:
            place = self._session.project.place
            self._controller.ask(PreviewRequest(self._panel.form, facts.task, place))

    @Slot(object)
    def _on_shown(self, pictures: Pictures) -> None:
        self._grid.set_pictures(pictures)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._grid.set_pictures(())
        self._grid.say(f"{error.message} {error.hint}".strip())
