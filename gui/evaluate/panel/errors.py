"""The errors of a report: a table, filters above it, what can be done below it."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.panels import fields
from gui.panels.table import NUMBER, Index, TableRows, show_whole_rows

if TYPE_CHECKING:
    from engine.evaluation.stored import ErrorRow

NUMBERS = (3, 4)


class ErrorRows(TableRows["ErrorRow"]):
    """One row an error: kind, truth, what the model said, score, overlap, picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.titles = (
            self.tr("Error"), self.tr("Truth"), self.tr("Model"), self.tr("Score"),
            self.tr("IoU"), self.tr("Picture"),
        )  # fmt: skip
        self.kinds: dict[str, str] = {
            "missed": self.tr("missed"),
            "false_alarm": self.tr("false alarm"),
            "wrong_label": self.tr("wrong label"),
            "poor_box": self.tr("poor box"),
            "poor_area": self.tr("poor area"),
            "duplicate": self.tr("duplicate"),
        }

    def kind_text(self, kind: str) -> str:
        """A kind as people read it."""
        return self.kinds.get(kind, kind)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a cell shows."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            cells = (
                self.kind_text(row.kind),
                row.label or "–",
                row.said or "–",
                "–" if row.score is None else f"{row.score:.2f}",
                "–" if row.iou is None else f"{row.iou:.2f}",
                PurePath(row.image).name,
            )
            return cells[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in NUMBERS:
            return NUMBER
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.image
        return None


class ErrorsView(QWidget):
    """Says which errors are wanted, and which one the person looks at."""

    filter_changed = Signal(str, str)
    chosen = Signal(int)
    step_requested = Signal(int)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = ErrorRows(self)
        self._total = 0
        self._kind, self._label = fields.ChoiceField(), fields.ChoiceField()
        self._kind.setAccessibleName(self.tr("Kind of error"))
        self._label.setAccessibleName(self.tr("Label"))
        self._count, self.hint = fields.hint(), fields.hint()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Errors"))
        show_whole_rows(self.table, height=24)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(160)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for column, width in enumerate((80, 62, 62, 50, 42)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(column, width)
        self.previous = QPushButton(self.tr("Previous"))
        self.next = QPushButton(self.tr("Next"))
        self.previous.setToolTip(self.tr("The error before, as in the menu Review"))
        self.next.setToolTip(self.tr("The next error, as in the menu Review"))
        self.save = QPushButton(self.tr("Save labels back…"))
        self._build()
        self.set_savable(0)

    def _build(self) -> None:
        filters, buttons = QHBoxLayout(), QHBoxLayout()
        for box in (self._kind, self._label):
            filters.addWidget(box, 1)
            box.activated.connect(self._on_filter)
        for button in (self.previous, self.next):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(filters)
        layout.addWidget(self._count)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.hint)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.clicked.connect(self._on_clicked)
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.save.clicked.connect(self.save_requested)

    # Set from outside

    def set_errors(self, errors: "Sequence[ErrorRow]") -> None:
        """Offer the kinds and labels that are among these, unfiltered."""
        self._total = len(errors)
        kinds = sorted({row.kind for row in errors})
        labels = sorted({name for row in errors for name in (row.label, row.said) if name})
        _fill(self._kind, self.tr("Every kind"), [(self.model.kind_text(k), k) for k in kinds])
        _fill(self._label, self.tr("Every label"), [(name, name) for name in labels])

    def set_rows(self, rows: "Sequence[ErrorRow]") -> None:
        """Show these, what is left of all by the filters."""
        with QSignalBlocker(self.table.selectionModel()):
            self.model.set_rows(rows)
        if len(rows) == self._total:
            self._count.setText(self.tr("{0} errors, the worst first").format(len(rows)))
        else:
            self._count.setText(self.tr("{0} of {1} errors").format(len(rows), self._total))
        self.previous.setEnabled(bool(rows))
        self.next.setEnabled(bool(rows))

    def set_index(self, index: int) -> None:
        """Show which one is looked at."""
        with QSignalBlocker(self.table.selectionModel()):
            self.table.selectRow(index)
        self.table.scrollTo(self.model.index(index, 0))
        self.table.viewport().update()

    def set_savable(self, count: int) -> None:
        """So many pictures' labels can be written back to the list."""
        text = self.tr("Save labels back ({0})…") if count else self.tr("Save labels back…")
        self.save.setText(text.format(count))
        self.save.setEnabled(count > 0)

    # Inside

    @Slot()
    def _on_filter(self) -> None:
        self.filter_changed.emit(str(self._kind.currentData()), str(self._label.currentData()))

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(now.row())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        """The row that is chosen already: the person wants to see it again."""
        self.chosen.emit(index.row())

    @Slot()
    def _on_previous(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.step_requested.emit(1)


def _fill(box: Any, everything: str, choices: Sequence[tuple[str, str]]) -> None:
    with QSignalBlocker(box):
        box.clear()
        box.addItem(everything, "")
        for text, key in choices:
            box.addItem(text, key)
