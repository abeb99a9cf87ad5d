"""The Labels dock: colour, name, count and visibility of each label; the chosen one draws."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.values import Label
from gui import icons
from gui.panels import fields
from gui.panels.table import Index, TableRows, show_whole_rows

NAME, COUNT, KEY = 0, 1, 2


class LabelRows(TableRows[Label]):
    """Labels as rows: name with colour and a check for visible, count, digit key."""

    rename_requested = Signal(int, str)
    visible_requested = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (self.tr("Label"), self.tr("Here"), self.tr("Key"))
        self._counts: Mapping[int, int] = {}
        self._hidden: frozenset[int] = frozenset()

    def set_labels(self, labels: Sequence[Label], hidden: frozenset[int]) -> None:
        """Show these labels."""
        self._hidden = hidden
        self.set_rows(labels)

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """How often each label occurs on this frame."""
        self._counts = counts
        if self.rows:
            last = self.index(len(self.rows) - 1, COUNT)
            self.dataChanged.emit(self.index(0, COUNT), last)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: names can be edited, visibility checked."""
        flags = super().flags(index)
        if index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        label = self.rows[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != NAME:
            return Qt.AlignmentFlag.AlignCenter
        if index.column() == NAME:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
                return label.name
            if role == Qt.ItemDataRole.DecorationRole:
                return icons.swatch(label.color)
            if role == Qt.ItemDataRole.CheckStateRole:
                hidden = label.id in self._hidden
                return Qt.CheckState.Unchecked if hidden else Qt.CheckState.Checked
            if role == Qt.ItemDataRole.ToolTipRole:
                return self.tr("Tick to show, double-click to rename")
        elif role == Qt.ItemDataRole.DisplayRole:
            if index.column() == COUNT:
                return str(self._counts.get(label.id, 0) or "")
            return str(index.row() + 1) if index.row() < 9 else ""
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: a name was typed or a check clicked; the controller decides."""
        label = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            self.visible_requested.emit(label.id, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and str(value).strip() not in ("", label.name):
            self.rename_requested.emit(label.id, str(value).strip())
            return True
        return False


class LabelsPanel(QWidget):
    """The table of labels with buttons to add and recolour."""

    label_chosen = Signal(int)
    add_requested = Signal()
    recolor_requested = Signal(int)
    rename_requested = Signal(int, str)
    visible_requested = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.model = LabelRows(self)
        self._view = QTableView()
        self._view.setAccessibleName(self.tr("Labels"))
        self._view.setModel(self.model)
        show_whole_rows(self._view, height=26)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self._view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.hide()
        text = self.tr("No labels yet. Add one, or load weights: theirs appear here.")
        self._hint = fields.hint(text)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._add = QPushButton(self.tr("Add label"))
        self._recolor = QPushButton(self.tr("Colour…"))
        for button in (self._add, self._recolor):
            button.setObjectName("small")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._view)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._add)
        row.addWidget(self._recolor)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(self._stack, 1)
        layout.addLayout(row)
        self._add.clicked.connect(self.add_requested)
        self._recolor.clicked.connect(self._on_recolor)
        self._view.clicked.connect(self._on_clicked)
        self.model.rename_requested.connect(self.rename_requested)
        self.model.visible_requested.connect(self.visible_requested)
        self.set_labels((), frozenset(), None)

    def set_labels(
        self, labels: Sequence[Label], hidden: frozenset[int], chosen: int | None
    ) -> None:
        """Show these labels; the chosen one draws."""
        self.model.set_labels(labels, hidden)
        self._stack.setCurrentWidget(self._view if labels else self._hint)
        self._recolor.setEnabled(bool(labels))
        for row, label in enumerate(labels):
            if label.id == chosen:
                self._view.selectRow(row)

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """How often each label occurs on this frame."""
        self.model.set_counts(counts)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.label_chosen.emit(self.model.rows[index.row()].id)

    @Slot()
    def _on_recolor(self) -> None:
        rows = self._view.selectionModel().selectedRows()
        if rows:
            self.recolor_requested.emit(self.model.rows[rows[0].row()].id)
