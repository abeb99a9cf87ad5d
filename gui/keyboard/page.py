"""All keys on one page, from the table of actions and the canvas tools."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import actions
from gui.actions import ActionSpec


class ShortcutsDialog(QDialog):
    """The keys in three columns, grouped as in the menus."""

    change_requested = Signal()

    def __init__(
        self,
        table: Sequence[ActionSpec],
        tools: Sequence[tuple[str, str]],
        gestures: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        groups = [(self.tr("Tools"), list(tools)), (self.tr("On the picture"), list(gestures))]
        for menu, title in actions.MENUS:
            rows = [
                (actions.text_of(spec), actions.written(spec.shortcuts))
                for spec in table
                if spec.menu == menu and spec.shortcuts
            ]
            groups.append((actions.tr(title), rows))
        groups[0][1].append((self.tr("Choose a label"), _of_labels(table)))
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(16)
        for number, (title, rows) in enumerate(group for group in groups if group[1]):
            grid.addWidget(self._group(title, rows), number // 3, number % 3)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(self.windowTitle())
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(area)
        wide = page.sizeHint().width() + area.verticalScrollBar().sizeHint().width() + 32
        self.resize(min(wide, self.screen().availableSize().width()), 640)
        other = QPushButton(self.tr("Other keys…"))
        other.clicked.connect(self.accept)
        other.clicked.connect(self.change_requested)
        layout.addWidget(other, 0, Qt.AlignmentFlag.AlignRight)

    def _group(self, title: str, rows: Sequence[tuple[str, str]]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        heading = QLabel(title)
        heading.setObjectName("title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (text, keys) in enumerate(rows, start=1):
            grid.addWidget(QLabel(text), row, 0)
            label = QLabel(keys)
            label.setObjectName("caption")
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(len(rows) + 1, 1)
        return box


def _of_labels(table: Sequence[ActionSpec]) -> str:
    """The keys of the first label to the last, where they have any."""
    first = [spec.shortcuts[:1] for spec in table if spec.id.startswith("label_")]
    given = [keys for keys in first if keys]
    return f"{actions.written(given[0])} … {actions.written(given[-1])}" if given else ""
