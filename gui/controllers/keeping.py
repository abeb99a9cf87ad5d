"""Keeps the open project sound, in Jobs: its pages are checked, backups made, damage repaired."""

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import AppError
from engine.jobs import CancelToken, Progress
from gui.controllers.project import ProjectController
from gui.jobs import Jobs
from gui.questions import OneJob

if TYPE_CHECKING:
    from engine.project.backup import Backup
    from engine.project.salvage import SalvageReport

logger = logging.getLogger(__name__)
LOOKS = 50
"""After so many Edits it is asked again whether a backup is due."""


class KeepingController(QObject):
    """`damaged` comes with the error and the newest backup, or None; `repaired` with lines to read.

    A backup is made after the first Edit, never by looking.
    """

    damaged = Signal(object, object)
    repaired = Signal(tuple)
    failed = Signal(object)

    def __init__(
        self, jobs: Jobs, project: ProjectController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._looked_at: int | None = None
        self._checking, self._mending = OneJob(jobs, self), OneJob(jobs, self)
        self._checking.failed.connect(self.look_at)
        self._mending.finished.connect(self._on_mended)
        self._mending.failed.connect(self.failed)
        project.opened.connect(self._on_opened)
        project.failed.connect(self.look_at)

    @Slot()
    def _on_opened(self) -> None:
        project = self._project.project
        self._checking.forget()
        if project is None or project.is_unedited:
            self._looked_at = None
            return
        self._looked_at = None
        self._checking.start(partial(check_database, project.place.database))

    @Slot()
    def note_edit(self) -> None:
        """Something was stored: perhaps a backup is due."""
        project = self._project.project
        if project is None or self._project.trouble is not None:
            return
        if self._looked_at is not None and abs(project.edits - self._looked_at) < LOOKS:
            return
        work = partial(keep_backup, project.place.database, project.edits)
        if self._checking.start(work):
            self._looked_at = project.edits

    @Slot(object)
    def look_at(self, error: AppError) -> None:
        """Something went wrong: where it is damage, `damaged` says what can be done."""
        from engine.project.backup import backups
        from engine.project.schema import DamagedProjectError

        if isinstance(error, DamagedProjectError):
            newest = next(iter(backups(error.path)), None)
            self.damaged.emit(error, newest)
        elif self.sender() is self._checking:
            logger.info("No backup was made: %s", error)

    def repair(self, database: Path) -> None:
        """Salvage what can be read; the project is opened again when that is done."""
        self._project.close()
        self._mending.start(partial(repair_database, database), text=self.tr("Repairing"))

    def restore(self, database: Path, backup: "Backup") -> None:
        """Put a backup in the place of the database, and open the project again."""
        self._project.close()
        work = partial(restore_backup, database, backup.path)
        self._mending.start(work, text=self.tr("Restoring"))

    def begin_anew(self, database: Path) -> None:
        """Put a database of no use aside, and open the pictures with a new project."""
        self._project.close()
        self._mending.start(partial(set_aside, database))

    @Slot(object)
    def _on_mended(self, lines: tuple[str, ...]) -> None:
        self._project.open_again()
        self.repaired.emit(lines)


def check_database(database: Path, progress: Progress, cancel: CancelToken) -> None:
    """Read every page of it; the work of a Job."""
    from engine.project.backup import check

    check(database, cancel)


def keep_backup(database: Path, edits: int, progress: Progress, cancel: CancelToken) -> None:
    """Make a backup if one is due; the work of a Job."""
    from engine.project.backup import back_up, is_due

    if is_due(database, edits):
        back_up(database, cancel)


def repair_database(database: Path, progress: Progress, cancel: CancelToken) -> tuple[str, ...]:
    """Salvage it; the work of a Job."""
    from engine.project.salvage import repair

    report: SalvageReport = repair(database, cancel)
    return report.lines


def restore_backup(
    database: Path, backup: Path, progress: Progress, cancel: CancelToken
) -> tuple[str, ...]:
    """Put it in the place of the database; the work of a Job."""
    from engine.project.backup import restore

    damaged = restore(database, backup)
    return (f"The backup {backup.name} is in place.", f"What was there is kept as {damaged}.")


def set_aside(database: Path, progress: Progress, cancel: CancelToken) -> tuple[str, ...]:
    """Keep it under another name; the work of a Job."""
    from engine.project.backup import put_aside

    return (f"What was there is kept as {put_aside(database)}.",)
