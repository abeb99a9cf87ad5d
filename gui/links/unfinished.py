"""Tells at the start of trainings that ended with a window, and offers to go on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.jobs import CancelToken, Progress
from gui import unfinished_runs
from gui.main_window import MainWindow
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.training.run_record import RunRecord


class UnfinishedLink(QObject):
    """Looks once, after the window is on screen."""

    def __init__(
        self, session: Session, window: MainWindow, resume: Callable[[Path], None]
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._resume = session, window, resume
        self._run: Path | None = None

    def look(self) -> None:
        """Look what became of them."""
        runs = unfinished_runs.noted(self._session.store.folder)
        if runs:
            job = self._session.jobs.create(partial(read_noted, runs), is_quiet=True)
            job.finished.connect(self._on_read)
            self._session.jobs.start(job)

    @Slot(object)
    def _on_read(self, found: "dict[Path, RunRecord | None]") -> None:
        from engine.training.run_record import RunState

        for run, record in found.items():
            if record is not None and record.state is RunState.RUNNING:
                continue  # Another window's, or its process is still saving.
            unfinished_runs.forget(self._session.store.folder, run)
            if record is not None:
                self._tell(record)

    def _tell(self, record: "RunRecord") -> None:
        from engine.training.run_record import RunState

        notice, name = self._window.notice, record.name
        if record.state is RunState.FINISHED:
            text = self.tr("The training {0} was done when the window closed.").format(name)
            notice.show_note(text, self.tr("Its weights are in the list of the Model panel."))
        elif record.state is RunState.NOTHING_KEPT:
            text = self.tr("The training {0} ended with the window, before its first checkpoint.")
            notice.show_note(text.format(name), self.tr("Start it again in the Train panel."))
        else:
            self._run = record.path
            text = self.tr("The training {0} stopped with the window, after epoch {1} of {2}.")
            notice.show_note(
                text.format(name, record.epochs_done, record.epochs),
                self.tr("Its checkpoint is kept. Later, the Train panel lists it under Runs."),
                button=self.tr("Resume"),
                act=self._on_resume,
                about=record.path,
            )

    @Slot()
    def _on_resume(self) -> None:
        if self._run is not None:
            self._resume(self._run)


def read_noted(
    runs: tuple[Path, ...], progress: Progress, cancel: CancelToken
) -> "dict[Path, RunRecord | None]":
    """What became of these Runs, None for one that is gone; the work of a Job."""
    from engine.training.run_record import read_run

    found = {}
    for run in runs:
        cancel.check()
        found[run] = read_run(run)
    return found
