"""The History panel: every step of the project, and a button to take the chosen one."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.history.rows import TEXT, WHEN, WHERE, StepRows
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint
from gui.panels.table import show_whole_rows

if TYPE_CHECKING:
    from engine.project.history import StepRow


class HistoryPanel(QWidget):
    """A click chooses a step, a double click or the button takes it: back, or done again."""

    take_requested = Signal(object)
    picture_requested = Signal(object)
    became_visible = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.rows = StepRows(self)
        self._view = QTableView()
        self._view.setAccessibleName(self.tr("Steps, the newest first"))
        self._view.setModel(self.rows)
        show_whole_rows(self._view, height=26)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._view.setWordWrap(False)
        self._view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._view.setTabKeyNavigation(False)
        header = self._view.horizontalHeader()
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        for column, width in ((WHERE, 112), (WHEN, 72)):
            header.resizeSection(column, width)
        header.hide()
        text = self.tr("Nothing was done yet. Every edit will stand here and can be undone.")
        EmptyHint(self._view, text)
        self._hint = fields.hint()
        self._take = QPushButton(self.tr("Undo"))
        self._take.setObjectName("primary")
        self._picture = QPushButton(self.tr("Show picture"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._take)
        row.addWidget(self._picture)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._hint)
        layout.addLayout(row)
        self._view.selectionModel().selectionChanged.connect(self._on_selection)
        self._view.doubleClicked.connect(self._on_take)
        self._take.clicked.connect(self._on_take)
        self._picture.clicked.connect(self._on_picture)
        self._on_selection()

    def show_steps(self, count: int, read: "Callable[[int, int], Sequence[StepRow]]") -> None:
        """Show so many steps; the list stays where it was, and the chosen step chosen."""
        chosen, place = self.chosen, self._view.verticalScrollBar().value()
        self.rows.show_steps(count, read)
        self._view.verticalScrollBar().setValue(place)
        if chosen is not None:
            self._choose(chosen.id, near=place)
        self._on_selection()

    def _choose(self, step_id: int, *, near: int) -> None:
        """Mark the step again if it is about where the list shows."""
        for row in range(near, min(near + 60, self.rows.rowCount())):
            step = self.rows.step(row)
            if step is not None and step.id == step_id:
                self._view.selectRow(row)

    @property
    def chosen(self) -> "StepRow | None":
        """The marked step."""
        found = self._view.selectionModel().selectedRows()
        return self.rows.step(found[0].row()) if found else None

    @Slot()
    def _on_selection(self) -> None:
        step = self.chosen
        self._take.setEnabled(step is not None)
        self._picture.setEnabled(step is not None and step.frame_id is not None)
        self._take.setText(self.tr("Redo") if step and step.is_undone else self.tr("Undo"))
        hint = self.tr("Every step is kept. Choose one to take it back, or to do it again.")
        if self.rows.rowCount() == 0:
            hint = ""
        self._hint.setText(step.text if step is not None else hint)

    @Slot()
    def _on_take(self) -> None:
        if self.chosen is not None:
            self.take_requested.emit(self.chosen)

    @Slot()
    def _on_picture(self) -> None:
        if self.chosen is not None:
            self.picture_requested.emit(self.chosen)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: it can be seen, and what happened meanwhile is to be shown."""
        super().showEvent(event)
        self.became_visible.emit()
