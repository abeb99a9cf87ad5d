"""Tables of values: a row for each under the titles of the columns."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

LEAST_ROWS = 3
"""Of a table that shares its panel: so many are seen, the others are scrolled to."""
Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
ROOT = QModelIndex()
NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
"""Where a cell puts a number, so that digits stand below one another."""


class TableRows(QAbstractTableModel, Generic[Row]):
    """All of a table but what its cells say: that is the `data` of each such model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self.titles: tuple[str, ...] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Qt: one row a value; a cell has none below it."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Qt: see the titles."""
        return len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Qt: the titles of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.titles[section]
        return None


def show_whole_rows(view: QTableView, *, height: int) -> None:
    """Rows of this height without grid or numbers; a click chooses all of one."""
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(height)
    view.setShowGrid(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)


def least_height(view: QTableView) -> int:
    """How high a table is at least that shares its panel."""
    header = 0 if view.horizontalHeader().isHidden() else view.horizontalHeader().height()
    rows = min(max(view.model().rowCount(), 1), LEAST_ROWS)
    row_height = view.verticalHeader().defaultSectionSize()
    return header + rows * row_height + 2 * view.frameWidth()
