"""Which labels are exported, and under which names."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.export.options import LabelChoice
from engine.labels import is_background
from engine.values import Label
from gui import icons

_LABEL, _NAME, _IGNORED = range(3)
_MOST_ROWS = 8


class LabelTable(QTableWidget):
    """A row for each label: whether it is exported, its new name, whether it is ignored instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._labels: tuple[Label, ...] = ()
        texts = (self.tr("Label"), self.tr("Exported as"), self.tr("Ignore"))
        self.setHorizontalHeaderLabels(texts)
        self.setAccessibleName(self.tr("Labels to export"))
        self.setToolTip(
            self.tr(
                "Uncheck a label to leave its objects out. Two labels with the same new name are "
                "merged. Objects of ignored labels are marked as ignored (255)."
            )
        )
        self.verticalHeader().hide()
        self.setEditTriggers(QTableWidget.EditTrigger.AllEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        header = self.horizontalHeader()
        header.setSectionResizeMode(_LABEL, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_IGNORED, QHeaderView.ResizeMode.ResizeToContents)
        self._fit()

    def set_labels(self, labels: Sequence[Label]) -> None:
        """Offer these; what was chosen for a label of the same name stays."""
        before, labels = self.choice, tuple(x for x in labels if not is_background(x))
        self._labels = labels
        with QSignalBlocker(self):
            self.setRowCount(len(labels))
            for row, label in enumerate(labels):
                self._fill(row, label, before)
        self._fit()

    @property
    def choice(self) -> LabelChoice:
        """What is chosen."""
        names: dict[str, str] = {}
        left_out, ignored = set(), set()
        for row, label in enumerate(self._labels):
            items = self.item(row, _LABEL), self.item(row, _NAME), self.item(row, _IGNORED)
            exported, renamed, hidden = items
            if exported is None or renamed is None or hidden is None:
                continue  # It is being filled.
            name = renamed.text().strip()
            if exported.checkState() is not Qt.CheckState.Checked:
                left_out.add(label.name)
            elif hidden.checkState() is Qt.CheckState.Checked:
                ignored.add(label.name)
            elif name and name != label.name:
                names[label.name] = name
        return LabelChoice(names, frozenset(left_out), frozenset(ignored))

    def _fill(self, row: int, label: Label, before: LabelChoice) -> None:
        flag, check = Qt.ItemFlag, Qt.CheckState
        item = QTableWidgetItem(icons.swatch(label.color), label.name)
        item.setFlags(flag.ItemIsEnabled | flag.ItemIsUserCheckable)
        item.setCheckState(check.Unchecked if label.name in before.left_out else check.Checked)
        self.setItem(row, _LABEL, item)
        name = QTableWidgetItem(before.names.get(label.name, label.name))
        name.setFlags(flag.ItemIsEnabled | flag.ItemIsEditable)
        self.setItem(row, _NAME, name)
        ignored = QTableWidgetItem()
        ignored.setFlags(flag.ItemIsEnabled | flag.ItemIsUserCheckable)
        is_ignored = label.name in before.ignored
        ignored.setCheckState(check.Checked if is_ignored else check.Unchecked)
        self.setItem(row, _IGNORED, ignored)

    def _fit(self) -> None:
        """As high as the labels need, up to a few; more scroll."""
        rows = min(max(1, self.rowCount()), _MOST_ROWS)
        height = self.horizontalHeader().sizeHint().height() + 4
        self.setFixedHeight(height + rows * self.verticalHeader().defaultSectionSize())
