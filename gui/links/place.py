"""Between the open project's place and what the window says of it: never "Saved" what is not."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QObject, Slot

from engine import folders
from engine.errors import AppError, ProjectError
from engine.values import Sample
from engine.words import counted
from gui.controllers.keeping import KeepingController
from gui.dialogs import choose
from gui.main_window import MainWindow
from gui.panels.notice import Choice
from gui.session.session import Session

if TYPE_CHECKING:
    from engine.project.backup import Backup
    from engine.project.schema import DamagedProjectError


class PlaceLink(QObject):
    """The saved state in the status bar, and the notice of a project that is not at its place."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._trouble: AppError | None = None
        self._is_new = False
        self._odd = 0
        self._damaged: Path | None = None
        self._backup: Backup | None = None
        self.keeping = KeepingController(session.jobs, session.project, self)
        self.keeping.damaged.connect(self._on_damaged)
        self.keeping.repaired.connect(self._on_repaired)
        self.keeping.failed.connect(self._on_not_mended)
        session.annotations.stored.connect(self.keeping.note_edit)
        session.annotations.failed.connect(self.keeping.look_at)
        session.annotations.sample_changed.connect(self._on_sample)
        session.project.opened.connect(self._on_opened)
        session.project.closed.connect(self._on_closed)
        session.project.place_changed.connect(self._on_place)
        session.project.joined.connect(self._on_joined)
        session.annotations.stored.connect(self._on_stored)
        session.annotations.failed.connect(self._on_edit_failed)

    @Slot()
    def _on_opened(self) -> None:
        project = self._session.project.project
        self._is_new = project is not None and project.is_unedited
        self._odd = 0
        self._say_odd()
        if project is not None and project.lost_edits:
            message = self.tr("Missing in this project: its last {0}.")
            hint = self.tr(
                "The file project.db-wal that held them was deleted, or the computer lost power."
                " If you have a copy of that file, close the window and put it beside project.db."
            )
            self._window.notice.show_error(
                AppError(message.format(counted(project.lost_edits, "edit")), hint=hint)
            )

    @Slot()
    def _on_joined(self) -> None:
        text = self.tr("Another window has begun a project on these pictures: it is shown here.")
        self._window.say(text)

    @Slot()
    def _on_closed(self) -> None:
        self._trouble = None
        self._say("")

    @Slot(object)
    def _on_stored(self, sample: Sample) -> None:
        if self._trouble is None:
            self._say(self.tr("Saved"))
        elif self._window.notice.isHidden():
            self._show_trouble()

    @Slot(object)
    def _on_edit_failed(self, error: AppError) -> None:
        """It is on the screen no longer, and not in the database."""
        if self._trouble is None and isinstance(error, ProjectError):
            self._say(self.tr("Not saved"))

    @Slot()
    def _on_place(self) -> None:
        """Whether all is where it belongs; said again when it is told again."""
        before, self._trouble = self._trouble, self._session.project.trouble
        if self._trouble is not None:
            self._show_trouble()
            return
        project, folder = self._session.project.project, self._session.project.folder
        if before is not None:
            self._window.notice.dismiss(self._try_again)
            self._say(self.tr("Saved"))
            self._window.say(self.tr("Everything is saved in {0}.").format(folder))
        elif self._is_new and project is not None and not project.is_unedited:
            self._is_new = False
            if folder is not None and folder.name != folders.PROJECT:
                self._window.say(self.tr("This project is kept in {0}.").format(folder))

    def _show_trouble(self) -> None:
        project, trouble = self._session.project.project, self._trouble
        if project is None or trouble is None:
            return
        if project.refusal is not None:
            self._say(self.tr("Read only"))
            self._window.notice.show_error(trouble)
            return
        self._say(self.tr("Not saved"))
        choices = (
            (self.tr("Try again"), self._try_again),
            (self.tr("Choose another place…"), self._choose),
        )
        self._window.notice.show_choices(trouble, choices)

    # A damaged database

    @Slot(object, object)
    def _on_damaged(self, error: "DamagedProjectError", backup: "Backup | None") -> None:
        self._damaged, self._backup = error.path, backup
        self._offer(error, (self.tr("Repair"), self._repair))

    @Slot(object)
    def _on_not_mended(self, error: AppError) -> None:
        self._offer(error, (self.tr("Begin anew"), self._begin_anew))

    def _offer(self, error: AppError, first: Choice) -> None:
        """What can be done, and the newest backup where there is one."""
        backup, choices = self._backup, [first]
        if backup is not None:
            when = QLocale().toString(
                QDateTime.fromSecsSinceEpoch(int(backup.made_at)), QLocale.FormatType.ShortFormat
            )
            choices.append((self.tr("Use the backup of {0}").format(when), self._restore))
        self._window.notice.show_choices(error, choices)

    @Slot(object)
    def _on_sample(self, sample: Sample | None) -> None:
        self._say_odd()

    def _say_odd(self) -> None:
        """Say once of each row of the database that it makes no sense and was left out."""
        project = self._session.project.project
        if project is None or len(project.odd_rows) <= self._odd:
            return
        self._odd = len(project.odd_rows)
        self._damaged = project.place.database
        message = self.tr("Left out of the project, as it makes no sense: {0}.")
        hint = self.tr("Repairing sets such rows aside into a file and keeps all else.")
        rows = counted(self._odd, "row")
        error = AppError(message.format(f"{rows} ({project.odd_rows[-1]})"), hint=hint)
        self._window.notice.show_choices(error, ((self.tr("Repair"), self._repair),))

    @Slot()
    def _repair(self) -> None:
        if self._damaged is not None:
            self.keeping.repair(self._damaged)

    @Slot()
    def _begin_anew(self) -> None:
        if self._damaged is not None:
            self.keeping.begin_anew(self._damaged)

    @Slot()
    def _restore(self) -> None:
        if self._damaged is not None and self._backup is not None:
            self.keeping.restore(self._damaged, self._backup)

    @Slot(tuple)
    def _on_repaired(self, lines: tuple[str, ...]) -> None:
        self._window.notice.show_note(self.tr("The project is mended."), "\n".join(lines))

    # What the status bar says

    def _say(self, text: str) -> None:
        label = self._window.saved
        label.setText(text)
        label.setToolTip(str(self._trouble) if self._trouble is not None else "")
        label.setProperty("kind", "trouble" if self._trouble is not None else "")
        label.style().unpolish(label)
        label.style().polish(label)

    @Slot()
    def _try_again(self) -> None:
        self._session.project.try_again()

    @Slot()
    def _choose(self) -> None:
        folder = choose.place(self._window, str(Path.home()))
        if folder:
            self._session.project.move_to(folder)
        else:
            self._show_trouble()
