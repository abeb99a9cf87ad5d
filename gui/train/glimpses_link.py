"""Between a Run's pictures of what it says and the Train panel."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.training.events import EpochEnded
from gui.session.session import Session
from gui.train.controller import RunController
from gui.train.glimpses import GlimpsesAnswer, GlimpsesController
from gui.train.panel.panel import TrainPanel


class GlimpsesLink(QObject):
    """Follows the Run, unless a person looks at an epoch of before."""

    def __init__(self, session: Session, panel: TrainPanel, training: RunController) -> None:
        super().__init__(panel)
        self._view = panel.glimpses
        self._run: Path | None = None
        self._controller = GlimpsesController(session.jobs, self)
        self._controller.shown.connect(self._on_shown)
        self._view.epoch_requested.connect(self._on_requested)
        training.epoch_ended.connect(self._on_epoch)

    def set_run(self, run: Path) -> None:
        """This Run is followed now; one that is resumed has pictures already."""
        self._run = run
        self._view.clear()
        self._controller.ask(run)

    @Slot(object)
    def _on_epoch(self, event: EpochEnded) -> None:
        if event.metric is not None and self._run is not None:
            self._controller.ask(self._run, None if self._view.is_at_end else self._view.epoch)

    @Slot(int)
    def _on_requested(self, epoch: int) -> None:
        self._controller.ask(self._run, epoch)

    @Slot(object)
    def _on_shown(self, answer: GlimpsesAnswer | None) -> None:
        if answer is None:
            self._view.clear()
        else:
            self._view.set_pictures(answer.epochs, answer.epoch, answer.pictures)
