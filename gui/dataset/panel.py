"""The Dataset panel: a figure, and the pictures behind the part of it that was chosen."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.values import FrameId
from gui.dataset.plot import FigurePlot
from gui.panels import fields
from gui.panels.empty_hint import EmptyHint
from gui.panels.table import Index, TableRows, show_whole_rows
from gui.theme import ThemeColors


class PictureRows(TableRows[FrameId]):
    """Pictures by name."""

    def data(self, index: Index, role: int = 0) -> Any:
        """Qt: what a cell says."""
        frame_id = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            name = PurePath(frame_id.path).name
            return f"{name}  #{frame_id.index}" if frame_id.index else name
        return frame_id.path if role == Qt.ItemDataRole.ToolTipRole else None


class DatasetPanel(QWidget):
    """Choose a figure; a click on a part lists its pictures, Enter or a double click opens one."""

    figure_requested = Signal(str)
    count_requested = Signal()
    picture_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._choice = fields.ChoiceField()
        for name, text in self._texts():
            self._choice.addItem(text, name)
        self._count = QPushButton(self.tr("Count again"))
        self._bar = QProgressBar()
        self._bar.hide()
        self._said = fields.hint(self.tr("Open pictures: what they hold is counted here."))
        self.plot = FigurePlot()
        self._caption = fields.hint()
        self._rows = PictureRows(self)
        self._rows.titles = (self.tr("Picture"),)
        self.table = QTableView()
        self.table.setModel(self._rows)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setAccessibleName(self.tr("Pictures of the chosen part"))
        show_whole_rows(self.table, height=24)
        EmptyHint(self.table, self.tr("Click a part of the plot: its pictures stand here."))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._choice, 1)
        top.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._bar)
        layout.addWidget(self._said)
        layout.addWidget(self.plot, 3)
        layout.addWidget(self._caption)
        layout.addWidget(self.table, 2)
        layout.addStretch(0)
        self.set_empty(is_empty=True)
        self._choice.activated.connect(self._on_choice)
        self._count.clicked.connect(self.count_requested)
        self.table.activated.connect(self._on_activated)

    def _texts(self) -> Sequence[tuple[str, str]]:
        return (
            ("by_label", self.tr("Objects of each label, by state")),
            ("by_state", self.tr("Pictures in each state")),
            ("objects_per_picture", self.tr("Objects on a picture")),
            ("box_sizes", self.tr("Sizes of objects (side, % of the picture's)")),
            ("mask_areas", self.tr("Areas of masks and outlines (side, %)")),
            ("box_shapes", self.tr("Width and height of objects (px)")),
            ("positions", self.tr("Where objects are")),
            ("picture_sizes", self.tr("Width and height of pictures (px)")),
            ("together", self.tr("Labels that meet on a picture")),
            ("brightness", self.tr("Brightness of pictures")),
            ("duplicates", self.tr("Pictures that are nearly the same")),
            ("leaks", self.tr("Splits: what is on both sides")),
        )

    @property
    def chosen(self) -> str:
        """The name of the figure."""
        return self._choice.key

    def choose(self, name: str) -> None:
        """Show this figure from now on."""
        with QSignalBlocker(self._choice):
            self._choice.setCurrentIndex(self._choice.findData(name))

    def set_colors(self, colors: ThemeColors) -> None:
        """Use a theme's colours."""
        self.plot.set_colors(colors)

    def say(self, text: str) -> None:
        """A sentence about the whole figure."""
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def set_empty(self, *, is_empty: bool) -> None:
        """Whether there is nothing to plot."""
        for widget in (self.plot, self._caption, self.table):
            widget.setVisible(not is_empty)

    def set_pictures(self, caption: str, frame_ids: Sequence[FrameId]) -> None:
        """List the pictures of the chosen part."""
        self._caption.setText(caption)
        self._rows.set_rows(frame_ids)

    def set_progress(self, done: int, total: int) -> None:
        """So many pictures of so many are counted."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def set_running(self, is_running: bool) -> None:
        """Whether counting is under way."""
        self._count.setEnabled(not is_running)
        self._bar.setVisible(is_running)
        self._bar.setRange(0, 0)

    @Slot()
    def _on_choice(self) -> None:
        self.figure_requested.emit(self.chosen)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.picture_requested.emit(self._rows.rows[index.row()])
