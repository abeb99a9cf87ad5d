"""What a person does with a Run of the list: use its weights, look into its folder, delete it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QFile, QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from engine import endings, folders
from engine.errors import TrainingError
from engine.jobs import CancelToken, Progress
from engine.training.run_record import is_under_way
from gui import unfinished_runs
from gui.dialogs import ask
from gui.main_window import MainWindow
from gui.questions import JobsInTurn
from gui.session.session import Session
from gui.train.panel.runs import DELETE, SHOW, USE, RunsList


class RunsMenu(QObject):
    """Does what the list asks for; `deleted` follows when a Run is gone."""

    deleted = Signal()

    def __init__(self, session: Session, window: MainWindow, runs: RunsList) -> None:
        super().__init__(runs)
        self._session, self._window = session, window
        self._deleting = JobsInTurn(session.jobs, self)
        self._deleting.finished.connect(self._on_deleted)
        self._deleting.failed.connect(window.notice.show_error)
        runs.chosen.connect(self._on_chosen)

    @Slot(object, str)
    def _on_chosen(self, run: Path, what: str) -> None:
        if what == USE:
            self._use(run)
        elif what == SHOW:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run)))
        elif what == DELETE:
            self._delete(run)

    def _use(self, run: Path) -> None:
        found = sorted((run / folders.WEIGHTS).glob(f"*{endings.SAFETENSORS}"))
        if found:
            self._session.load_weights(str(found[0]))
        else:
            self._window.say(self.tr("{0} has no weights.").format(run.name))

    def _delete(self, run: Path) -> None:
        text = self.tr("Move {0} to the trash, with its weights, checkpoint and curves?")
        if ask.is_agreed(self._window, text.format(run.name), self.tr("Move to the trash")):
            self._deleting.start(partial(move_to_trash, run))

    @Slot(object)
    def _on_deleted(self, run: Path) -> None:
        unfinished_runs.forget(self._session.store.folder, run)
        self._window.say(self.tr("{0} is in the trash now.").format(run.name))
        self._session.weights.refresh()
        self.deleted.emit()


def move_to_trash(run: Path, progress: Progress, cancel: CancelToken) -> Path:
    """Give a Run's folder to the system's trash, from where it comes back; the work of a Job."""
    if is_under_way(run):
        hint = "Stop it first, or wait until it ends."
        raise TrainingError(f"{run.name} is being trained now.", hint=hint)
    if not QFile.moveToTrash(str(run)):
        raise TrainingError(f"There is no trash for {run}.", hint="Delete the folder yourself.")
    return run
