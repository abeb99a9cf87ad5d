"""The steps of a project as rows of a table, read a page at a time when they come into sight."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QObject, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette

from gui import taking
from gui.panels.table import ROOT, Index

if TYPE_CHECKING:
    from engine.project.history import StepRow

TEXT, WHERE, WHEN = range(3)
PAGE = 200
KEPT_PAGES = 20
SHORT = QLocale.FormatType.ShortFormat


class StepRows(QAbstractTableModel):
    """Text, pictures and time of each step, the newest first; undone ones are faint."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_of_this_window: Callable[[StepRow], bool] = lambda _: True
        self._read: Callable[[int, int], Sequence[StepRow]] = lambda offset, limit: ()
        self._count = 0
        self._pages: dict[int, Sequence[StepRow]] = {}
        self._undone = QFont()
        self._undone.setStrikeOut(True)

    def show_steps(self, count: int, read: "Callable[[int, int], Sequence[StepRow]]") -> None:
        """Show so many steps, which `read` gives by offset and limit."""
        self.beginResetModel()
        self._count, self._read, self._pages = count, read, {}
        self.endResetModel()

    def step(self, row: int) -> "StepRow | None":
        """The step of a row; None where it is gone by now."""
        page, place = divmod(row, PAGE)
        if page not in self._pages:
            if len(self._pages) >= KEPT_PAGES:
                self._pages.clear()
            self._pages[page] = tuple(self._read(page * PAGE, PAGE))
        rows = self._pages[page]
        return rows[place] if place < len(rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        """Qt: one row a step."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = ROOT) -> int:
        """Qt: text, pictures, time."""
        return 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.ForegroundRole,
            Qt.ItemDataRole.FontRole,
        ):
            return None
        step = self.step(index.row())
        if step is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(step, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(step)
        if not step.is_undone:
            return None
        if role == Qt.ItemDataRole.FontRole:
            return self._undone if index.column() == TEXT else None
        return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)

    def _text(self, step: "StepRow", column: int) -> str:
        if column == TEXT:
            return step.text
        return taking.where_of(step) if column == WHERE else time_of(step)

    def _tip(self, step: "StepRow") -> str:
        tip = f"{step.text}\n{taking.where_of(step)}"
        if step.is_undone:
            tip = self.tr("{0}\nIt is undone.").format(tip)
        if not self.is_of_this_window(step):
            tip = self.tr("{0}\nMade in another window, or before the last start.").format(tip)
        return tip


def time_of(step: "StepRow") -> str:
    """When a step was made: the time today, else the day too; nothing where nobody noted it."""
    if not step.made_at:
        return ""
    made, locale = QDateTime.fromSecsSinceEpoch(step.made_at), QLocale()
    if made.date() == QDateTime.currentDateTime().date():
        return locale.toString(made.time(), SHORT)
    return locale.toString(made, SHORT)
