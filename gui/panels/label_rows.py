"""The labels as rows of a table, which keeps an open editor open while rows come and go."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.values import Label
from gui import icons
from gui.panels.table import ROOT, Index, TableRows

SHOWN, COLOR, NAME, COUNT, KEY = range(5)
MIME = "application/x-maskloop-label"


class LabelRows(TableRows[Label]):
    """A check for visible, colour, name, how many on this frame, digit key."""

    rename_requested = Signal(int, str)
    visible_requested = Signal(int, bool)
    order_requested = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (
            self.tr("Shown"),
            self.tr("Color"),
            self.tr("Label"),
            self.tr("Here"),
            self.tr("Key"),
        )
        self._counts: Mapping[int, int] = {}
        self._hidden: frozenset[int] = frozenset()
        self._keys = tuple(str(number) for number in range(1, 10))

    @property
    def ids(self) -> tuple[int, ...]:
        """The labels in order."""
        return tuple(label.id for label in self.rows)

    def set_labels(self, labels: Sequence[Label], hidden: frozenset[int]) -> None:
        """Show these labels. Rows that stay are moved, not made anew: one may be being edited."""
        wanted = {label.id for label in labels}
        for row in reversed(range(len(self.rows))):
            if self.rows[row].id not in wanted:
                self.beginRemoveRows(ROOT, row, row)
                self.rows = (*self.rows[:row], *self.rows[row + 1 :])
                self.endRemoveRows()
        for row, label in enumerate(labels):
            self._place(row, label)
        changed = self._hidden ^ hidden
        self._hidden = hidden
        for row, label in enumerate(labels):
            if self.rows[row] != label or label.id in changed:
                self.rows = (*self.rows[:row], label, *self.rows[row + 1 :])
                self.dataChanged.emit(self.index(row, SHOWN), self.index(row, NAME))
        self._tell(KEY)

    def _place(self, row: int, label: Label) -> None:
        """Bring the label to this row, or add it there."""
        if label.id not in self.ids:
            self.beginInsertRows(ROOT, row, row)
            self.rows = (*self.rows[:row], label, *self.rows[row:])
            self.endInsertRows()
        elif (old := self.ids.index(label.id)) != row:
            self.beginMoveRows(ROOT, old, old, ROOT, row)
            rest = (*self.rows[:old], *self.rows[old + 1 :])
            self.rows = (*rest[:row], self.rows[old], *rest[row:])
            self.endMoveRows()

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """How often each label occurs on this frame."""
        self._counts = counts
        self._tell(COUNT)

    def set_keys(self, keys: Sequence[str]) -> None:
        """The keys that choose the first labels."""
        self._keys = tuple(keys)
        self._tell(KEY)

    def _tell(self, column: int) -> None:
        if self.rows:
            last = self.index(len(self.rows) - 1, column)
            self.dataChanged.emit(self.index(0, column), last)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: names can be edited, visibility checked, rows dragged between rows."""
        flags = super().flags(index)
        if not index.isValid():
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        flags |= Qt.ItemFlag.ItemIsDragEnabled
        if index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == SHOWN:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        label, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (COUNT, KEY):
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.CheckStateRole and column == SHOWN:
            is_hidden = label.id in self._hidden
            return Qt.CheckState.Unchecked if is_hidden else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.DecorationRole and column == COLOR:
            return icons.swatch(label.color)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hints().get(column)
        if role == Qt.ItemDataRole.EditRole and column == NAME:
            return label.name
        if role == Qt.ItemDataRole.DisplayRole:
            key = self._keys[index.row()] if index.row() < len(self._keys) else ""
            here = str(self._counts.get(label.id, 0) or "")
            return {NAME: label.name, COUNT: here, KEY: key}.get(column)
        return None

    def _hints(self) -> dict[int, str]:
        return {
            SHOWN: self.tr("Tick to show"),
            COLOR: self.tr("Click for another color"),
            NAME: self.tr("Double-click or F2 to rename; drag, or Alt+Up and Alt+Down, to order"),
            COUNT: self.tr("How many are on this picture"),
            KEY: self.tr("The key that chooses it"),
        }

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

    # Dragging

    def supportedDropActions(self) -> Qt.DropAction:
        """Qt: rows are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Qt: only our own rows are taken."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Qt: the dragged label by its id."""
        data = QMimeData()
        data.setData(MIME, str(self.rows[indexes[0].row()].id).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Qt: a label was let go above this row, or on one; the controller decides."""
        if not data.hasFormat(MIME):
            return False
        label_id = int(bytes(data.data(MIME).data()).decode())
        if row < 0:
            row = parent.row() if parent.isValid() else len(self.rows)
        self.ask_order(label_id, row)
        return False  # Else Qt would remove the row that was dragged.

    def ask_order(self, label_id: int, row: int) -> None:
        """Ask for this label to come before what is in this row now."""
        before = [i for i in self.ids[:row] if i != label_id]
        after = [i for i in self.ids[row:] if i != label_id]
        order = (*before, label_id, *after)
        if label_id in self.ids and order != self.ids:
            self.order_requested.emit(order)
