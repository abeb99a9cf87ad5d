"""What was measured of models: a row for each, sorted by any column."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.panels.copies import CopyTable
from gui.panels.table import NUMBER, show_whole_rows

if TYPE_CHECKING:
    from engine.bench.models import Measured

VALUE = Qt.ItemDataRole.UserRole
NAME, SCORE = 0, 6
ORDER = (NAME, SCORE, 1, 2, 3, 5, 4, 7, 8)
"""How the columns stand: what is asked for most comes first, as the last may have no room."""
NAME_WIDTH = 96


class _Cell(QTableWidgetItem):
    """A text that is sorted by its value."""

    def __init__(self, text: str, value: float | str) -> None:
        super().__init__(text)
        self.setData(VALUE, value)
        self.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        if not isinstance(value, str):
            self.setTextAlignment(NUMBER)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        """Qt: which comes first."""
        mine, theirs = self.data(VALUE), other.data(VALUE)
        return bool(mine < theirs) if type(mine) is type(theirs) else isinstance(mine, str)


class MeasuredTable(QTableWidget):
    """Name, score, rate, time, size, memory, work and device, as many as have room; the chosen row
    says the rest."""

    detail_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 9, parent)
        titles = (
            (self.tr("Weights"), self.tr("The weights, on one backend and device")),
            (self.tr("Frames/s"), self.tr("Frames a second, one after another")),
            (self.tr("ms"), self.tr("From pixels to prediction: the median")),
            (self.tr("Params"), self.tr("Parameters, in millions")),
            (self.tr("MAdds"), self.tr("Multiply-adds of one picture of the input size, billions")),
            (self.tr("MB"), self.tr("Memory: weights and the most activations at once")),
            (self.tr("Score"), self.tr("mIoU, or AP of boxes, on the list")),
            (self.tr("Input"), self.tr("Height and width of the network's input")),
            (self.tr("Device"), self.tr("Backend, device and precision really in use")),
        )
        for column, (title, tip) in enumerate(titles):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            self.setHorizontalHeaderItem(column, item)
        self.setAccessibleName(self.tr("What was measured"))
        CopyTable(self)
        show_whole_rows(self, height=24)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        for place, column in enumerate(ORDER):
            header.moveSection(header.visualIndex(column), place)
        self.itemSelectionChanged.connect(self._on_selection)
        self.setSortingEnabled(True)
        self.sortItems(1, Qt.SortOrder.DescendingOrder)

    def add(self, measured: "Measured") -> None:
        """One more row; a model that could not be measured says why."""
        self.setSortingEnabled(False)
        row = self.rowCount()
        self.insertRow(row)
        tip = measured.trouble or self._tip(measured)
        for column, (text, value) in enumerate(self._cells(measured)):
            cell = _Cell(text, value)
            cell.setToolTip(tip)
            self.setItem(row, column, cell)
        self.setSortingEnabled(True)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: more or fewer columns have room now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show columns from the left as long as they have room."""
        header, room = self.horizontalHeader(), self.viewport().width() - NAME_WIDTH
        for column in ORDER[1:]:
            room -= max(header.sectionSizeHint(column), self.sizeHintForColumn(column))
            header.setSectionHidden(column, room < 0)

    @Slot()
    def _on_selection(self) -> None:
        chosen = self.selectedItems()
        self.detail_changed.emit(chosen[0].toolTip() if chosen else "")

    def _cells(self, each: "Measured") -> tuple[tuple[str, float | str], ...]:
        if each.trouble:
            return ((each.name, each.name), *[("–", -1.0)] * 7, (each.trouble, each.trouble))
        where = f"{each.backend} · {each.device}"
        size = "x".join(str(side) for side in each.input_hw)
        return (
            (each.name, each.name),
            (f"{each.fps:.1f}", each.fps),
            (f"{each.latency_ms:.1f}", each.latency_ms),
            (f"{each.parameters / 1e6:.2f} M", float(each.parameters)),
            (f"{each.multiply_adds / 1e9:.2f} G", float(each.multiply_adds)),
            (f"{each.memory_bytes / 1e6:.0f}", float(each.memory_bytes)),
            ("–", -1.0) if each.score is None else (f"{each.score:.3f}", each.score),
            (size, float(each.input_hw[0] * each.input_hw[1])),
            (where, where),
        )

    def _tip(self, each: "Measured") -> str:
        size = "x".join(str(side) for side in each.input_hw)
        sizes = self.tr("{0:.2f} M parameters · {1:.2f} G multiply-adds · {2:.0f} MB")
        lines = (
            f"{each.name}: {each.model} · {size}",
            f"{each.backend} · {each.device}",
            sizes.format(each.parameters / 1e6, each.multiply_adds / 1e9, each.memory_bytes / 1e6),
            self.tr("network alone {0:.1f} ms, {1} passes").format(each.network_ms, each.frames),
            self.tr("memory {0}").format(each.memory_how),
        )
        return "\n".join(lines)
