"""The table of objects: its columns, its clicks, and the field in which a label is typed."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSize,
    QStringListModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.values import Label
from gui.panels.object_rows import (
    COLUMNS,
    KIND,
    LABEL,
    LOCKED,
    ORIGIN,
    PLACE,
    SCORE,
    SHOWN,
    SIZE,
    STATE,
    ObjectRows,
)
from gui.panels.table import Index, least_height, show_whole_rows

SIGN_WIDTH = 26
LEAST_LABEL = 88
HEADER_HEIGHT = 24
WIDTHS = {
    SHOWN: SIGN_WIDTH,
    LOCKED: SIGN_WIDTH,
    PLACE: 44,
    KIND: 68,
    STATE: 132,
    SCORE: 56,
    ORIGIN: 104,
    SIZE: 76,
}


class LabelDelegate(QStyledItemDelegate):
    """A label is typed into its cell; those that are known complete what is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Qt: the field."""
        field = QLineEdit(parent)
        field.setObjectName("cell")
        completer = QCompleter(field)
        completer.setModel(QStringListModel(self.names, completer))
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        field.setCompleter(completer)
        # Later, when the field has taken the text over.
        completer.activated.connect(self._on_chosen, Qt.ConnectionType.QueuedConnection)
        return field

    @Slot()
    def _on_chosen(self) -> None:
        """A label was chosen from those that complete: that is the answer."""
        completer = self.sender()
        if isinstance(completer, QCompleter):
            self.commitData.emit(completer.widget())
            self.closeEditor.emit(completer.widget())


class ObjectsView(QTableView):
    """Tells what the mouse is on, and which signs are clicked; clicking a sign selects nothing."""

    hovered = Signal(str)
    shown_requested = Signal(tuple, bool)
    locked_requested = Signal(tuple, bool)
    columns_requested = Signal(str)

    def __init__(self, model: ObjectRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._hidden: Collection[str] = frozenset()
        self._locked: Collection[str] = frozenset()
        self.setModel(model)
        show_whole_rows(self, height=26)
        self.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self._delegate = LabelDelegate(self)
        self.setItemDelegateForColumn(LABEL, self._delegate)
        self._dress_header()
        self.entered.connect(self._on_entered)
        self.doubleClicked.connect(self._on_double_click)

    def _dress_header(self) -> None:
        header = self.horizontalHeader()
        header.setMinimumSectionSize(SIGN_WIDTH)
        header.setFixedHeight(HEADER_HEIGHT)
        header.setHighlightSections(False)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        for column in (SHOWN, LOCKED, LABEL):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionResized.connect(self._on_resized)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu)

    def set_labels(self, labels: Sequence[Label]) -> None:
        """What can complete a name that is typed."""
        self._delegate.names = tuple(label.name for label in labels)

    def set_marks(self, hidden: Collection[str], locked: Collection[str]) -> None:
        """Which objects are hidden, and which locked."""
        self._hidden, self._locked = hidden, locked
        self._rows.set_marks(hidden, locked)

    # Columns

    def set_columns(self, names: str) -> None:
        """Show the columns of these names, and the label in any case."""
        wanted = names.split()
        for column, name in enumerate(COLUMNS):
            self.setColumnHidden(column, name not in wanted and column != LABEL)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Qt: some rows are always seen."""
        return QSize(super().minimumSizeHint().width(), least_height(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the label takes the room that the others leave."""
        super().resizeEvent(event)
        self._fit()

    @Slot(int)
    def _on_resized(self, column: int) -> None:
        if column != LABEL:
            self._fit()

    def _fit(self) -> None:
        """Where they leave next to none, the table scrolls sideways."""
        others = sum(self.columnWidth(column) for column in WIDTHS)
        left = self.viewport().width() - others
        self.horizontalHeader().resizeSection(LABEL, max(left, LEAST_LABEL))

    def build_menu(self) -> QMenu:
        """A tick for each column that can be shown."""
        menu = QMenu(self)
        for column, name in enumerate(self._rows.names):
            if column != LABEL:
                row = menu.addAction(name)
                row.setCheckable(True)
                row.setChecked(not self.isColumnHidden(column))
                row.setData(column)
                row.triggered.connect(self._on_column)
        return menu

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        menu = self.build_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    @Slot()
    def _on_column(self) -> None:
        row = self.sender()
        if isinstance(row, QAction):
            chosen = int(row.data())
            shown = [
                name
                for column, name in enumerate(COLUMNS)
                if self.isColumnHidden(column) == (column == chosen)
            ]
            self.columns_requested.emit(" ".join(shown))

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a sign acts on its row, or on all that are selected where its row is."""
        index = self.indexAt(event.position().toPoint())
        is_left = event.button() == Qt.MouseButton.LeftButton
        if not is_left or not index.isValid() or index.column() not in (SHOWN, LOCKED):
            super().mousePressEvent(event)
            return
        chosen = self._rows.rows[index.row()].id
        ids: tuple[str, ...] = (chosen,)
        if self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            ids = self.selected_ids()
        if index.column() == SHOWN:
            self.shown_requested.emit(ids, chosen in self._hidden)
        else:
            self.locked_requested.emit(ids, chosen not in self._locked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: what a press on a sign did is done."""
        if self.indexAt(event.position().toPoint()).column() not in (SHOWN, LOCKED):
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: below the last row the mouse is on none."""
        super().mouseMoveEvent(event)
        if not self.indexAt(event.position().toPoint()).isValid():
            self.hovered.emit("")

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the mouse is on no row any more."""
        super().leaveEvent(event)
        self.hovered.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: F2 types another label."""
        if event.key() == Qt.Key.Key_F2 and self.currentIndex().isValid():
            self.edit_label(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def edit_label(self, row: int) -> None:
        """Open the field in the cell of this row's label."""
        index = self._rows.index(row, LABEL)
        if self._rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            # Editing begins at the current cell; the rows that are selected stay so.
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(index, flag)
            self.edit(index)

    def selected_ids(self) -> tuple[str, ...]:
        """The objects of the selected rows, from the first row on."""
        chosen = self.selectionModel().selection()
        parts = (chosen.at(number) for number in range(chosen.count()))
        rows = sorted(row for part in parts for row in range(part.top(), part.bottom() + 1))
        return tuple(dict.fromkeys(self._rows.rows[row].id for row in rows))

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self.hovered.emit(self._rows.rows[index.row()].id)

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() not in (SHOWN, LOCKED):
            self.edit_label(index.row())
