"""The Labels dock: colour, name, count and visibility of each label; the chosen one draws."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QStyledItemDelegate,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.values import Label
from gui import icons
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint
from gui.panels.label_rows import COLOR, NAME, SHOWN, LabelRows
from gui.panels.lent_labels import LentLabels
from gui.panels.table import Index, least_height, show_whole_rows

_FILLED = "filled"
_STEPS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 2}
"""Where a label goes from its row: before the one above it, or before the one after the next."""


class _NameDelegate(QStyledItemDelegate):
    """An editor is filled once: what is typed is not lost when something else changes."""

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Qt: the name as it is when editing begins."""
        if not editor.property(_FILLED):
            super().setEditorData(editor, index)
            editor.setProperty(_FILLED, True)


class LabelsView(QTableView):
    """Tells which keys and clicks concern a label. Delete is its own while it has the focus."""

    delete_requested = Signal()
    move_requested = Signal(int)
    menu_requested = Signal(QPoint)

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_NameDelegate(self))
        show_whole_rows(self, height=26)
        self.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(16)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in ((SHOWN, 24), (COLOR, 24)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        header.hide()

    def minimumSizeHint(self) -> QSize:
        """Qt: some rows are always seen."""
        return QSize(super().minimumSizeHint().width(), least_height(self))

    def event(self, event: QEvent) -> bool:
        """Qt: Delete would go to the selected objects, whose shortcut it is."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Delete, and Alt with an arrow to order."""
        step = _STEPS.get(event.key())
        if event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit()
        elif step is not None and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.move_requested.emit(step)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the right button, or the menu key."""
        self.menu_requested.emit(event.globalPos())


class LabelsPanel(QWidget):
    """The table of labels, and a field that finds one or adds it."""

    label_chosen = Signal(int)
    add_requested = Signal(str)
    recolor_requested = Signal(int)
    rename_requested = Signal(int, str)
    visible_requested = Signal(int, bool)
    order_requested = Signal(tuple)
    merge_requested = Signal(int, int)
    attributes_requested = Signal(int)
    delete_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.model = LabelRows(self)
        self._view = LabelsView(self.model)
        self._view.setAccessibleName(self.tr("Labels"))
        self._nothing = EmptyHint(self._view, self.tr("No label is called so. Enter adds it."))
        self._hint = fields.hint(self.tr("No labels yet: the first thing you draw asks for one."))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.lent = LentLabels()
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Find or add a label"))
        self._search.setAccessibleName(self.tr("Find or add a label"))
        self._search.setClearButtonEnabled(True)
        self._add = QPushButton(self.tr("Add"))
        self._add.setObjectName("small")
        self._build()
        self._search.textChanged.connect(self._on_search)
        self._search.returnPressed.connect(self._on_enter)
        self._add.clicked.connect(self._on_add)
        self._view.clicked.connect(self._on_clicked)
        self._view.delete_requested.connect(self._on_delete)
        self._view.move_requested.connect(self._on_move)
        self._view.menu_requested.connect(self._on_menu)
        self.lent.chosen.connect(self.label_chosen)
        self.model.rename_requested.connect(self.rename_requested)
        self.model.visible_requested.connect(self.visible_requested)
        self.model.order_requested.connect(self.order_requested)
        self.set_labels((), frozenset(), None)

    def _build(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._view)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._search, 1)
        row.addWidget(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self.lent)
        layout.addLayout(row)

    def set_labels(
        self, labels: Sequence[Label], hidden: frozenset[int], chosen: int | None
    ) -> None:
        """Show these labels; the chosen one draws."""
        self.model.set_labels(labels, hidden)
        self._stack.setCurrentWidget(self._view if labels else self._hint)
        self._on_search()
        if chosen in self.model.ids and chosen != self.current:
            # Asking for the row that is chosen already would close its editor.
            self._view.selectRow(self.model.ids.index(chosen))
        elif chosen not in self.model.ids:
            self._view.clearSelection()

    def set_lent(self, labels: Sequence[Label], chosen: int | None) -> None:
        """Show these labels of the model below, which are not in the project yet."""
        self.lent.set_labels(labels, chosen)

    def set_counts(self, counts: Mapping[int, int]) -> None:
        """How often each label occurs on this frame."""
        self.model.set_counts(counts)
        self.lent.set_counts(counts)

    @property
    def current(self) -> int | None:
        """The label of the marked row."""
        rows = self._view.selectionModel().selectedRows()
        return self.model.rows[rows[0].row()].id if rows else None

    # The field

    @Slot()
    def _on_search(self) -> None:
        """Show only the labels that hold the text."""
        text = self._search.text().strip().casefold()
        names = [label.name.casefold() for label in self.model.rows]
        for row, name in enumerate(names):
            self._view.setRowHidden(row, text not in name)
        self._add.setEnabled(bool(text) and text not in names)
        self._nothing.set_shown(bool(names) and not any(text in name for name in names))

    @Slot()
    def _on_enter(self) -> None:
        """Take the label of this name, or the only one left; else add it."""
        typed = self._search.text().strip()
        text = typed.casefold()
        found = [label for label in self.model.rows if text in label.name.casefold()]
        exact = [label for label in found if label.name.casefold() == text]
        exact.sort(key=lambda label: label.name != typed)
        if text and (exact or len(found) == 1):
            self._search.clear()
            self.label_chosen.emit((exact or found)[0].id)
        elif text and not found:
            self._on_add()

    @Slot()
    def _on_add(self) -> None:
        name = self._search.text().strip()
        if name:
            self._search.clear()
            self.add_requested.emit(name)

    # The table

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        label_id = self.model.rows[index.row()].id
        if index.column() != SHOWN:
            self.label_chosen.emit(label_id)
        if index.column() == COLOR:
            self.recolor_requested.emit(label_id)

    @Slot()
    def _on_delete(self) -> None:
        if self.current is not None:
            self.delete_requested.emit(self.current)

    @Slot(int)
    def _on_move(self, step: int) -> None:
        if self.current is not None:
            row = self.model.ids.index(self.current)
            self.model.ask_order(self.current, max(row + step, 0))

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        if self.current is not None:
            menu = self.build_menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)

    def build_menu(self) -> QMenu:
        """What can be done with the marked label."""
        menu = QMenu(self)
        menu.addAction(self.tr("Rename\tF2"), self._on_rename)
        menu.addAction(self.tr("Color…"), self._on_recolor)
        menu.addAction(self.tr("Attributes…"), self._on_attributes)
        others = [label for label in self.model.rows if label.id != self.current]
        if others:
            into = menu.addMenu(self.tr("Merge into"))
            for label in others:
                row = into.addAction(icons.swatch(label.color), label.name)
                row.setData(label.id)
                row.triggered.connect(self._on_merge)
        menu.addSeparator()
        menu.addAction(self.tr("Delete…\tDel"), self._on_delete)
        return menu

    @Slot()
    def _on_rename(self) -> None:
        if self.current is not None:
            self._view.edit(self.model.index(self.model.ids.index(self.current), NAME))

    @Slot()
    def _on_recolor(self) -> None:
        if self.current is not None:
            self.recolor_requested.emit(self.current)

    @Slot()
    def _on_attributes(self) -> None:
        if self.current is not None:
            self.attributes_requested.emit(self.current)

    @Slot()
    def _on_merge(self) -> None:
        row = self.sender()
        if self.current is not None and isinstance(row, QAction):
            self.merge_requested.emit(self.current, int(row.data()))
