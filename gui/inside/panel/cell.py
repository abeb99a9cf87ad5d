"""What one cell of a grid says before suppression: its boxes, how sure, and of which labels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.panels import fields

if TYPE_CHECKING:
    from engine.inside.draw_steps import CellBox

ROW = 26
MOST_ROWS = 9
NAMED = 2
"""So many labels fit into a line; the others are in its tooltip."""


class CellTable(QWidget):
    """A line for each box of the cell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = fields.hint()
        table = self._table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels(
            [self.tr("Confidence"), self.tr("Labels, if an object"), self.tr("Score")]
        )
        table.verticalHeader().setDefaultSectionSize(ROW)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setShowGrid(False)
        table.setAccessibleName(self.tr("The boxes of a cell"))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(table)
        self.set_cell(-1, (), is_kept=False)

    def set_cell(self, cell: int, boxes: "Sequence[CellBox]", *, is_kept: bool) -> None:
        """Show these boxes of a cell; -1 for none."""
        if cell < 0:
            text = self.tr("Point at a cell to read its boxes; a click keeps it.")
        elif is_kept:
            text = self.tr("Cell {0}, kept. Click it again to let it go.").format(cell)
        else:
            text = self.tr("Cell {0}: a click shows its boxes alone.").format(cell)
        self._title.setText(text)
        self._table.setVisible(cell >= 0)
        self._table.setRowCount(len(boxes))
        for row, box in enumerate(boxes):
            labels = [f"{name} {chance:.2f}" for name, chance in box.chances]
            best = box.chances[0][1] if box.chances else 1.0
            texts = f"{box.score:.3f}", ", ".join(labels[:NAMED]), f"{box.score * best:.3f}"
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip("\n".join(labels))
                self._table.setItem(row, column, item)
        shown = min(len(boxes), MOST_ROWS)
        self._table.setFixedHeight(shown * ROW + self._table.horizontalHeader().height() + 4)
