"""The labels of the model that are not in the project yet: dimmed, below those that are."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from engine.values import Label
from gui import icons
from gui.panels import fields
from gui.panels.table import Index, TableRows, show_whole_rows

COLOR, NAME, COUNT = range(3)
ROW_HEIGHT = 26
LEAST_ROWS, MOST_ROWS = 2, 4


class LentRows(TableRows[Label]):
    """Colour, name, how many on this frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (self.tr("Color"), self.tr("Label"), self.tr("Here"))
        self.counts: Mapping[int, int] = {}

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        label, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DecorationRole and column == COLOR:
            return icons.swatch(label.color)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == COUNT:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("Click to draw with it: it enters the project with what you draw")
        if role == Qt.ItemDataRole.DisplayRole:
            here = str(self.counts.get(label.id, 0) or "")
            return {NAME: label.name, COUNT: here}.get(column)
        return None


class LentLabels(QWidget):
    """A heading and a small table; hidden while a model lends nothing."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = LentRows(self)
        self._heading = fields.hint(self.tr("Of the model, not yet in the project"))
        self._view = QTableView()
        self._view.setModel(self.rows)
        self._view.setAccessibleName(self._heading.text())
        show_whole_rows(self._view, height=ROW_HEIGHT)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._view.setTabKeyNavigation(False)
        header = self._view.horizontalHeader()
        header.setMinimumSectionSize(16)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(COLOR, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(COLOR, 24)
        header.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._heading)
        layout.addWidget(self._view)
        self._view.clicked.connect(self._on_clicked)
        self.hide()

    def set_labels(self, labels: Sequence[Label], chosen: int | None) -> None:
        """Show these; the chosen one draws."""
        if tuple(labels) != self.rows.rows:
            self.rows.set_rows(labels)
            self._view.setMinimumHeight(ROW_HEIGHT * min(len(labels), LEAST_ROWS) + 2)
            self._view.setMaximumHeight(ROW_HEIGHT * min(len(labels), MOST_ROWS) + 2)
        self.setVisible(bool(labels))
        ids = [label.id for label in labels]
        if chosen in ids:
            self._view.selectRow(ids.index(chosen))
        else:
            self._view.clearSelection()

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """How often each occurs on this frame."""
        self.rows.counts = counts
        if self.rows.rows:
            last = self.rows.index(len(self.rows.rows) - 1, COUNT)
            self.rows.dataChanged.emit(self.rows.index(0, COUNT), last)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows.rows[index.row()].id)
