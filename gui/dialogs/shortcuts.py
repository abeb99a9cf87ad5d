"""All keys on one page, from the table of actions and the canvas tools."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui import actions
from gui.actions import ActionSpec


class ShortcutsDialog(QDialog):
    """The keys in three columns, grouped as in the menus."""

    def __init__(
        self,
        table: Sequence[ActionSpec],
        tools: Sequence[tuple[str, str]],
        gestures: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(1120, 640)
        groups = [(self.tr("Tools"), list(tools)), (self.tr("On the picture"), list(gestures))]
        for menu, title in actions.MENUS:
            rows = [
                (actions.text_of(spec), actions.keys_of(spec))
                for spec in table
                if spec.menu == menu and spec.shortcuts
            ]
            groups.append((actions.tr(title), rows))
        groups[0][1].append((self.tr("Choose a label"), "1 … 9"))
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(16)
        for number, (title, rows) in enumerate(group for group in groups if group[1]):
            grid.addWidget(self._group(title, rows), number // 3, number % 3)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(area)

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
