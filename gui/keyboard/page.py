"""All keys on one page, from the table of actions and the canvas tools."""

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import actions
from gui.actions import ActionSpec

MOST_COLUMNS = 3
BETWEEN = 32
FRAME = 80
"""Pixels beside the page and its scroll bar, and what a window system puts around the dialog."""


class ShortcutsDialog(QDialog):
    """The keys in as many columns as the screen has room for, grouped as in the menus."""

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
        room = self.screen().availableSize().shrunkBy(QMargins(0, 0, FRAME, FRAME))
        page = _page([self._group(title, rows) for title, rows in groups if rows], room.width())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(self.windowTitle())
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(area)
        self.resize((page.sizeHint() + QSize(FRAME, FRAME)).boundedTo(room))
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


def _page(groups: Sequence[QWidget], room: int) -> QWidget:
    """These in the most columns that are no wider than the room, one at the least."""
    sizes = [group.sizeHint() for group in groups]
    heights = [size.height() for size in sizes]
    for count in range(MOST_COLUMNS, 0, -1):
        columns = in_columns(heights, count)
        widths = [max((sizes[n].width() for n in column), default=0) for column in columns]
        if sum(widths) + BETWEEN * count <= room:
            break
    page = QWidget()
    row = QHBoxLayout(page)
    row.setSpacing(BETWEEN)
    for column in columns:
        below = QVBoxLayout()
        below.setSpacing(16)
        for number in column:
            below.addWidget(groups[number])
        below.addStretch(1)
        row.addLayout(below)
    return page


def in_columns(heights: Sequence[int], count: int) -> list[list[int]]:
    """The places of these heights in so many columns, each in the column that is the lowest yet."""
    columns: list[list[int]] = [[] for _ in range(count)]
    filled = [0] * count
    for number, height in enumerate(heights):
        lowest = filled.index(min(filled))
        columns[lowest].append(number)
        filled[lowest] += height
    return columns


def _of_labels(table: Sequence[ActionSpec]) -> str:
    """The keys of the first label to the last, where they have any."""
    first = [spec.shortcuts[:1] for spec in table if spec.id.startswith("label_")]
    given = [keys for keys in first if keys]
    return f"{actions.written(given[0])} … {actions.written(given[-1])}" if given else ""
