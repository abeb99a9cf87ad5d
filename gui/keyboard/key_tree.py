"""The actions and tools in groups, each with its keys."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from gui.panels.empty_hint import EmptyHint

ID = Qt.ItemDataRole.UserRole
TEXT, KEYS = 0, 1


class KeyTree(QTreeWidget):
    """Rows whose keys the person has changed are bold."""

    chosen = Signal(str)

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """`rows` are group, id and text, the rows of a group one after another."""
        super().__init__()
        self.changed: frozenset[str] = frozenset()
        self._rows: dict[str, QTreeWidgetItem] = {}
        self.setColumnCount(2)
        self.setHeaderLabels([self.tr("What"), self.tr("Keys")])
        self.setAccessibleName(self.tr("Actions and tools"))
        self.setUniformRowHeights(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(KEYS, QHeaderView.ResizeMode.ResizeToContents)
        self._groups: list[tuple[QTreeWidgetItem, list[str]]] = []
        for title, members in groupby(rows, itemgetter(0)):
            group = QTreeWidgetItem([title])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.addTopLevelItem(group)
            for _, id_, text in members:
                self._rows[id_] = row = QTreeWidgetItem([text, ""])
                row.setData(TEXT, ID, id_)
                group.addChild(row)
            self._groups.append((group, [x[1] for x in rows if x[0] == title]))
        self.expandAll()
        text = self.tr("Nothing is called so, and nothing has this key.")
        self._nothing = EmptyHint(self, text)
        self.currentItemChanged.connect(self._on_current)

    @property
    def id(self) -> str:
        """What is chosen; nothing on a group."""
        item = self.currentItem()
        return str(item.data(TEXT, ID) or "") if item is not None else ""

    @property
    def shown(self) -> list[str]:
        """The ids that are found, from top to bottom."""
        return [id_ for id_, row in self._rows.items() if not row.isHidden()]

    def choose(self, id_: str) -> None:
        """Go to this row."""
        self.setCurrentItem(self._rows[id_])

    def set_keys(self, keys: Mapping[str, str], changed: Collection[str]) -> None:
        """Show these keys; those of `changed` stand out."""
        self.changed = frozenset(changed)
        for id_, row in self._rows.items():
            row.setText(KEYS, keys[id_])
            for column in (TEXT, KEYS):
                font = row.font(column)
                font.setBold(id_ in changed)
                row.setFont(column, font)

    @Slot(str)
    def search(self, text: str) -> None:
        """Show the rows that have all the words, in their names or keys."""
        words = text.casefold().split()
        for row in self._rows.values():
            said = f"{row.text(TEXT)} {row.text(KEYS)}".casefold()
            row.setHidden(not all(word in said for word in words))
        for group, ids in self._groups:
            group.setHidden(all(self._rows[id_].isHidden() for id_ in ids))
        self._nothing.set_shown(not self.shown)
        if not self.shown:
            self.setCurrentIndex(QModelIndex())
        elif words:
            self.choose(self.shown[0])

    @Slot()
    def _on_current(self) -> None:
        self.chosen.emit(self.id)
