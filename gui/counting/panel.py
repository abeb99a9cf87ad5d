"""The Count panel: the lines and zones of the open source, and what they have counted."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.counters import CENTRE, FOOT, Counter, Counting, Tally
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint
from gui.panels.table import NUMBER

LINE, ZONE = "line", "zone"
KEY = Qt.ItemDataRole.UserRole
TREE_HEIGHT = 96


class CountingPanel(QWidget):
    """Shows what is counted and reports what the person wants."""

    draw_requested = Signal(str)
    renamed = Signal(object, str)
    remove_requested = Signal(object)
    at_chosen = Signal(str)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._line, self._zone = (
            QPushButton(self.tr("Draw line")),
            QPushButton(self.tr("Draw zone")),
        )
        self._remove = QPushButton(self.tr("Remove"))
        self._reset = QPushButton(self.tr("Count anew"))
        self._line.setToolTip(self.tr("Objects are tracked while anything counts"))
        self._reset.setToolTip(self.tr("Every number begins at 0 again"))
        for button in (self._line, self._zone):
            button.setCheckable(True)
            button.clicked.connect(self._on_draw)
        self._remove.clicked.connect(self._on_remove)
        self._reset.clicked.connect(self.reset_requested)
        self._at = fields.ChoiceField()
        self._at.addItem(self.tr("Foot: middle of the lower edge"), FOOT)
        self._at.addItem(self.tr("Centre of its box"), CENTRE)
        self._at.activated.connect(self._on_at)
        self._make_tree()
        self._hint = fields.hint()
        self._build()
        self.set_counting(Counting())
        self.set_state(is_live=False, hint="")

    def _make_tree(self) -> None:
        tree = self.tree = QTreeWidget()
        tree.setHeaderLabels(
            [self.tr("Line or zone"), self.tr("→ / inside"), self.tr("← / came in")]
        )
        tree.setMinimumHeight(TREE_HEIGHT)
        tree.setAccessibleName(self.tr("Lines and zones with their numbers"))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        tree.itemChanged.connect(self._on_edited)
        tree.itemSelectionChanged.connect(self._update)
        EmptyHint(tree, self.tr("Draw a line or a zone over a video or camera."))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for buttons in ((self._line, self._zone), (self._reset, self._remove)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in buttons:
                row.addWidget(button, 1)
            column.addLayout(row)
        column.addWidget(self._hint)
        column.addWidget(self.tree, 1)
        form = QFormLayout()
        form.addRow(self.tr("An object is at"), self._at)
        column.addLayout(form)
        column.addWidget(fields.hint(self.tr("A double click on a name changes it.")))

    # Set from outside

    def set_counting(self, counting: Counting) -> None:
        """These are the lines and zones; nothing is known of their numbers yet."""
        self._at.setCurrentIndex(self._at.findData(counting.at))
        chosen = self._chosen
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for counter in counting.counters:
                item = QTreeWidgetItem([counter.name])
                item.setData(0, KEY, counter)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                self.tree.addTopLevelItem(item)
                item.setExpanded(True)
                item.setSelected(counter == chosen)
        self._update()

    def set_tallies(self, tallies: Sequence[Tally], names: Mapping[int, str]) -> None:
        """So much is counted, by labels of these names."""
        known = {tally.counter: tally for tally in tallies}
        with QSignalBlocker(self.tree):
            for row in self._rows:
                tally = known.get(row.data(0, KEY))
                if tally is not None and row.data(1, KEY) != tally.rows:
                    row.setData(1, KEY, tally.rows)
                    _show(row, tally.totals)
                    row.takeChildren()
                    row.addChildren([_label_row(each, names) for each in tally.rows])

    def set_state(self, *, is_live: bool, hint: str) -> None:
        """Whether there is something to draw over; why nothing is counted, or since when."""
        self._line.setEnabled(is_live)
        self._zone.setEnabled(is_live)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def set_drawing(self, kind: str) -> None:
        """A line or a zone is being drawn, or nothing."""
        self._line.setChecked(kind == LINE)
        self._zone.setChecked(kind == ZONE)

    # Inside

    @property
    def _rows(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    @property
    def _chosen(self) -> Counter | None:
        items = self.tree.selectedItems()
        item = items[0].parent() or items[0] if items else None
        counter = item.data(0, KEY) if item is not None else None
        return counter if isinstance(counter, Counter) else None

    @Slot()
    def _update(self) -> None:
        self._remove.setEnabled(self._chosen is not None)
        self._reset.setEnabled(self.tree.topLevelItemCount() > 0)

    @Slot()
    def _on_draw(self) -> None:
        button = self.sender()
        kind = LINE if button is self._line else ZONE
        is_wanted = (self._line if kind == LINE else self._zone).isChecked()
        self.draw_requested.emit(kind if is_wanted else "")

    @Slot()
    def _on_remove(self) -> None:
        if self._chosen is not None:
            self.remove_requested.emit(self._chosen)

    @Slot()
    def _on_at(self) -> None:
        self.at_chosen.emit(self._at.key)

    @Slot(QTreeWidgetItem, int)
    def _on_edited(self, item: QTreeWidgetItem, column: int) -> None:
        counter = item.data(0, KEY)
        if isinstance(counter, Counter) and column == 0:
            self.renamed.emit(counter, item.text(0))


def _show(item: QTreeWidgetItem, numbers: Sequence[int]) -> None:
    for column, number in enumerate(numbers, 1):
        item.setText(column, str(number))
        item.setTextAlignment(column, NUMBER)


def _label_row(row: tuple[int, int, int], names: Mapping[int, str]) -> QTreeWidgetItem:
    label_id, *numbers = row
    item = QTreeWidgetItem([names.get(label_id, str(label_id))])
    _show(item, numbers)
    return item
